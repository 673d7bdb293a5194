#!/bin/sh
# Installs what the browser and interop tests need: Chromium and a font from the
# distribution, in which the CVs of tests are printed, and the npm packages of the
# lockfile. Does nothing, and needs no network, when all of it is there.
set -eu
cd "$(dirname "$0")"

font=$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" -name 'LiberationSans-Regular.*' 2>/dev/null | head -n 1 || true)
if [ -z "$(command -v chromium || true)" ] || [ -z "$font" ]; then
	if [ "$(id -u)" -ne 0 ] || [ -z "$(command -v apt-get || true)" ]; then
		echo "Tandem : Chromium ou la police Liberation manque. Installez les paquets « chromium » et « fonts-liberation », puis relancez make test." >&2
		exit 1
	fi
	echo "Tandem : installation de Chromium et de sa police…"
	log=$(mktemp)
	if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends chromium fonts-liberation; } >"$log" 2>&1; then
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
