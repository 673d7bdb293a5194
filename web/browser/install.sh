#!/bin/sh
# Installs what the browser and interop tests need: Chromium from the
# distribution, and the npm packages of the lockfile. Does nothing, and needs no
# network, when all of it is there.
set -eu
cd "$(dirname "$0")"

if [ -z "$(command -v chromium || true)" ]; then
	if [ "$(id -u)" -ne 0 ] || [ -z "$(command -v apt-get || true)" ]; then
		echo "Tandem : Chromium manque. Installez le paquet « chromium », puis relancez make test." >&2
		exit 1
	fi
	echo "Tandem : installation de Chromium…"
	log=$(mktemp)
	if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends chromium; } >"$log" 2>&1; then
		tail -n 15 "$log" >&2
		exit 1
	fi
	rm -f "$log"
fi

# npm writes this file last: it is there when an install is complete.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	echo "Tandem : installation des paquets npm des tests…"
	npm ci --no-audit --no-fund --loglevel=error
	touch node_modules/.package-lock.json
fi
