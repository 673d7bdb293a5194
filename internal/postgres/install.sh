#!/bin/sh
# Makes sure that this machine has PostgreSQL >= 14 with pgvector >= 0.7, which
# Tandem's private cluster needs. Silent, quick and without network when it has.
#
#   1. already there, or $DATABASE_URL is set    nothing to do
#   2. the distribution packages pgvector        apt-get install
#   3. it does not (Debian 12)                   build the source package of its next release
#   4. no root, or no apt                        one sentence saying what to do, exit 1
#
# The source package is fetched by apt with the machine's own mirror and
# keyring, in a private state folder: the system's sources are left as they are.
# Finding Postgres follows the same order as binaries.go beside this file.
set -eu

min_postgres=14
min_vector=0.7

say() { printf '%s\n' "Tandem : $*"; }
die() { printf '%s\n' "Tandem : $*" >&2; exit 1; }

# version_ok A B: is version A at least B?
version_ok() {
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# servers: one "major bindir" line for each Postgres here that is recent enough,
# the highest first.
servers() {
	for exe in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres; do
		[ -x "$exe" ] || continue
		dir=$(dirname "$(readlink -f "$exe")")
		[ -x "$dir/initdb" ] || continue
		major=$("$exe" --version | sed -n 's/^postgres (PostgreSQL) \([0-9]*\).*/\1/p')
		[ -n "$major" ] && [ "$major" -ge "$min_postgres" ] && echo "$major $dir"
	done | sort -rnu
}

# sharedir MAJOR BINDIR: where that server reads extensions. pg_config tells,
# but comes with the development package on Debian.
sharedir() {
	if [ -x "$2/pg_config" ] && "$2/pg_config" --sharedir 2>/dev/null; then
		return
	fi
	for dir in "/usr/share/postgresql/$1" "$2/../share/postgresql" "$2/../share"; do
		if [ -d "$dir/extension" ]; then
			echo "$dir"
			return
		fi
	done
}

# ready: is there a server with every extension that the migrations create?
ready() {
	servers | while read -r major bin; do
		ext="$(sharedir "$major" "$bin")/extension"
		if [ -f "$ext/vector.control" ] && [ -f "$ext/unaccent.control" ] && [ -f "$ext/pg_trgm.control" ] &&
			version_ok "$(sed -n "s/^default_version *= *'\([^']*\)'.*/\1/p" "$ext/vector.control")" "$min_vector"; then
			echo yes
		fi
	done | grep -q yes
}

# quietly COMMAND…: shows the end of its output when it fails, and nothing else.
quietly() {
	"$@" >"$tmp/log" 2>&1 </dev/null && return
	tail -n 15 "$tmp/log" >&2
	return 1
}

# get VERB…: apt-get without questions, waiting for another one to end.
get() {
	DEBIAN_FRONTEND=noninteractive quietly \
		apt-get -q -y -o DPkg::Lock::Timeout=300 -o APT::Install-Recommends=false "$@"
}

# candidate PACKAGE: the version that apt would install, empty when there is none.
candidate() {
	LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -v '(none)' || true
}

# server MAJOR: installs that Postgres unless it is here, without letting the
# distribution make and start a cluster of its own, of which Tandem has no use.
server() {
	[ ! -x "/usr/lib/postgresql/$1/bin/postgres" ] || return 0
	conf=/etc/postgresql-common/createcluster.conf
	[ -f "$conf" ] || get install postgresql-common || return
	cp -p "$conf" "$tmp/createcluster.conf" || return
	echo 'create_main_cluster = false' >>"$conf"
	status=0
	get install "postgresql-$1" || status=1
	cp -p "$tmp/createcluster.conf" "$conf" || return
	return $status
}

# build MAJOR: pgvector from the source package of the next release.
build() {
	# shellcheck disable=SC1091
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	case $release in
	bookworm) origin=Debian next=trixie component=main package=debian-archive-keyring ;;
	jammy | noble) origin=Ubuntu next=resolute component=universe package=ubuntu-keyring ;;
	*) return 1 ;;
	esac
	# The mirror of the release itself, from the machine's own sources whatever
	# their format: not that of its security archive, nor anybody else's.
	# shellcheck disable=SC2016 # apt-get fills these in
	mirror=$(apt-get indextargets --format '$(CODENAME) $(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
		awk -v release="$release" -v origin="$origin" '$1 == release && $2 == origin { print $3; exit }')
	[ -n "$mirror" ] || return 1
	say "construction de pgvector pour PostgreSQL $1 (quelques minutes au plus)…"
	get install gcc make libc6-dev dpkg-dev ca-certificates "$package" || return

	mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial" "$tmp/src"
	keyring=/usr/share/keyrings/$(echo "$origin" | tr '[:upper:]' '[:lower:]')-archive-keyring.gpg
	echo "deb-src [signed-by=$keyring] $mirror $next $component" >"$tmp/sources.list"
	chmod 755 "$tmp" "$tmp/src"
	! id _apt >/dev/null 2>&1 || chown -R _apt "$tmp/lists" "$tmp/cache" "$tmp/src" # the user that apt downloads as

	# Only the headers of the development package: it would bring a second
	# compiler along, 600 MB that nothing here uses.
	headers=/usr/include/postgresql/$1/server
	cd "$tmp/src" || return
	if [ ! -f "$headers/postgres.h" ]; then
		get download "postgresql-server-dev-$1" && quietly dpkg-deb -x postgresql-server-dev-*.deb dev || return
		headers=$tmp/src/dev$headers
	fi

	set -- "$1" -o "Dir::Etc::sourcelist=$tmp/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o "Dir::State::lists=$tmp/lists" -o "Dir::Cache=$tmp/cache"
	major=$1
	shift
	get "$@" update || return
	get "$@" source pgvector || return
	cd pgvector-*/ || return
	set -- OPTFLAGS= with_llvm=no "PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config" "PG_CPPFLAGS=-I$headers"
	quietly make "$@" && quietly make "$@" install
}

# install: with the servers that are here first, then the distribution's own.
install() {
	majors=$(servers | cut -d ' ' -f 1 | uniq)
	default=$(LC_ALL=C apt-cache depends postgresql 2>/dev/null | sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
	for major in $majors $default; do
		packaged=$(candidate "postgresql-$major-pgvector")
		if [ "$major" -ge "$min_postgres" ] && [ -n "$packaged" ] && version_ok "$packaged" "$min_vector"; then
			say "installation de PostgreSQL $major et de pgvector…"
			server "$major" && get install "postgresql-$major-pgvector"
			return
		fi
	done
	for major in $majors $default; do
		if [ "$major" -ge "$min_postgres" ] && [ -n "$(candidate "postgresql-server-dev-$major")" ]; then
			[ -x "/usr/lib/postgresql/$major/bin/postgres" ] || say "installation de PostgreSQL $major…"
			server "$major" && (build "$major")
			return
		fi
	done
	return 1
}

[ -z "${DATABASE_URL:-}" ] || exit 0
! ready || exit 0

what="PostgreSQL $min_postgres ou plus récent avec l'extension pgvector $min_vector ou plus récente"
otherwise="Installez-les, ou indiquez une base existante dans DATABASE_URL."
command -v apt-get >/dev/null 2>&1 ||
	die "il manque $what, que seul apt-get permet d'installer d'ici. $otherwise"
[ "$(id -u)" -eq 0 ] ||
	die "il manque $what ; les installer demande les droits d'administration : lancez « sudo sh $0 ». Sinon, indiquez une base existante dans DATABASE_URL."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

say "il manque $what : installation."
get update || say "apt-get update a échoué ; essai avec ce que la machine connaît déjà."
install || die "l'installation automatique n'a pas abouti (détails ci-dessus). Il faut $what. $otherwise"
ready || die "l'installation est terminée mais pgvector reste introuvable. Il faut $what. $otherwise"
say "PostgreSQL et pgvector sont prêts."
