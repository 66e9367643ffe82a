#!/bin/bash
# shellcheck disable=SC2317 # the checks are called by name
# lint.sh [quick] - what can be said of the sources without running them: TAP, one line a check. quick: without the analyzer.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
PATH=$PATH:/usr/sbin:/sbin
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
failed=0

# check NAME FUNCTION: passes when it returns 0; what it printed is shown otherwise.
check() {
	if "$2" >"$SCRATCH/said" 2>&1; then
		printf 'ok - %s\n' "$1"
	else
		printf 'not ok - %s\n' "$1"
		head -n 60 "$SCRATCH/said" | sed 's/^/  # /'
		failed=1
	fi
}

# none GREP-ARGUMENTS…: nothing is found.
none() {
	! grep "$@"
}

formatting() {
	clang-format --dry-run -Werror lib/*/*.[ch] bin/*.[ch] cgi-bin/*.c tests/unit/*.[ch]
}

analyzer() {
	env -u MAKEFLAGS -u MFLAGS make -k -j"$(nproc)" --no-print-directory tidy >"$SCRATCH/tidy" && return 0
	grep -E '(error|warning):' "$SCRATCH/tidy"
	return 1
}

shell() {
	git ls-files -co --exclude-standard -- '*.sh' .ci/run | xargs shellcheck -x
}

# Tags that are not escaped, or run data as a template; and what the Content-Security-Policy forbids.
template_tags() {
	none -rnE '<\?cs[[:space:]]*(name|uvar|evar|lvar|linclude|alt):|escape:[[:space:]]*"none"' templates --include='*.cs'
}

inline_code() {
	none -rnP '\s(style|on[a-z]+)\s*=\s*["\x27]|<style|javascript:|<script\b(?!.*\bsrc=)' \
		templates htdocs/error --include='*.cs' --include='*.html'
}

# Query.* is what a stranger sent; templates read only what C put into the contract.
raw_input() {
	none -rnE '<\?cs[^?]*\b(Query|Cookie|CGI|HTTP)\.' templates --include='*.cs'
}

nginx_local() {
	conf/nginx/fill.sh local "$SCRATCH/local" run="$SCRATCH/run" state="$SCRATCH" log="$SCRATCH" \
		htdocs="$PWD/htdocs" port=8080 user= client="\$network" &&
		nginx -t -q -p "$SCRATCH" -c "$SCRATCH/local/local.conf" -e stderr
}

# The production front wants ports, a user and a certificate: it gets what stands in for them.
nginx_production() {
	conf/nginx/fill.sh production "$SCRATCH/production" run=/run/sbk state="$SCRATCH" log="$SCRATCH" \
		htdocs="$PWD/htdocs" tls="$SCRATCH" client="\$network" &&
		cp conf/nginx/name.conf conf/nginx/inside.conf "$SCRATCH/production" &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=card.example \
			-keyout "$SCRATCH/site.key" -out "$SCRATCH/site.crt" 2>/dev/null &&
		cp "$SCRATCH/site.key" "$SCRATCH/operators.key" && cp "$SCRATCH/site.crt" "$SCRATCH/operators.crt" &&
		cp "$SCRATCH/site.crt" "$SCRATCH/operators-ca.crt" &&
		sed -i -e 's/^user .*//' -e 's/listen \([^0-9]*\)\(80\|443\)/listen \11\20/' -e 's/:8443 /:28443 /' \
			"$SCRATCH/production/production.conf" "$SCRATCH/production/inside.conf" &&
		nginx -t -q -p "$SCRATCH" -c "$SCRATCH/production/production.conf" -e stderr 2>&1 | grep -v ssl_stapling
	[ "${PIPESTATUS[0]}" = 0 ]
}

schemas() {
	local schema code=0
	for schema in schema/*.xsd; do
		echo '<x/>' | xmllint --noout --nonet --schema "$schema" - >"$SCRATCH/xsd" 2>&1
		# 5: the schema itself does not compile.
		[ $? != 5 ] || { cat "$SCRATCH/xsd"; code=1; }
	done
	return "$code"
}

# locked_down TENTHS FILE…: the unit that the files make together is exposed that much at most.
locked_down() {
	local limit=$1 plain
	shift
	plain=$SCRATCH/$(basename "${1/@./@x.}")
	sed 's|@[a-z]*@|/bin|g' "$@" >"$plain"
	systemd-analyze security --offline=yes --threshold="$limit" --no-pager "$plain" >"$SCRATCH/unit" 2>&1 || {
		grep -E '✗|→' "$SCRATCH/unit"
		return 1
	}
}

units() {
	local code=0
	command -v systemd-analyze >/dev/null || return 0
	cd conf/systemd || return 1
	locked_down 5 sbk@.service || code=1
	locked_down 5 sbk-photo.service || code=1
	locked_down 5 sbk-job@.service || code=1
	# The network alone is 0.8.
	locked_down 12 sbk@.service outward.conf || code=1
	locked_down 12 sbk-outbox.service || code=1
	cd ../..
	return "$code"
}

# Facts that stand in two places.
programs_and_routes() {
	diff <(for f in cgi-bin/*.c; do basename "$f" .c; done | sort -u) \
		<(sed -n 's|.*unix:@run@/\([a-z]*\)\.sock.*|\1|p' conf/nginx/{site,operators}.conf | sort -u)
}

steps_and_routes() {
	diff <(sed -n 's/^[[:space:]]*name = //p' conf/flows.hdf | sort -u) \
		<(sed -n 's|^location = /apply/\([a-z]*\) .*|\1|p' conf/nginx/site.conf | sort -u)
}

steps_and_programs() {
	local step file code=0
	while read -r step; do
		for file in "cgi-bin/$step.c" "templates/$step.cs"; do
			[ -e "$file" ] || { echo "$file is missing"; code=1; }
		done
	done < <(sed -n 's/^[[:space:]]*name = //p' conf/flows.hdf | sort -u)
	return "$code"
}

sizes() {
	local small large
	small=$(sed -n 's/^\tMax = //p' conf/sbk.hdf | tail -n 1)
	large=$(sed -n 's/^\tMaxFiles = //p' conf/sbk.hdf)
	diff <(printf '%dk\n%dm\n' $((small / 1024)) $((large / 1048576))) \
		<(sed -n 's/.*client_max_body_size \(.*\);/\1/p' conf/nginx/http.conf conf/nginx/pictures.conf)
}

edges() {
	diff <(sed -n 's/^\tEdgeMin = //p' conf/sbk.hdf) <(sed -n 's/^const EDGE_MIN = \([0-9]*\);/\1/p' htdocs/picture.js)
}

# Each command of sbk in its manual page.
manual() {
	diff <(sed -n 's/^\t{ "\([a-z]*\)", cmd_.*/\1/p' bin/sbk.c | sort) \
		<(sed -n '/^\.SH COMMANDS/,/^\.SH EXIT/s/^\.BR\{0,1\} "\{0,1\}\([a-z][a-z]*\).*/\1/p' conf/man/sbk.8 | sort -u) || return 1
	command -v groff >/dev/null || return 0
	none . < <(groff -man -Tutf8 -ww -z conf/man/sbk.8 2>&1)
}

locks() {
	none -n '"resolved"' htdocs/package-lock.json tests/package-lock.json tests/quality/package-lock.json
}

check 'C is formatted' formatting
[ "${1:-}" = quick ] || check 'the analyzer finds nothing' analyzer
check 'shell scripts' shell
check 'no template tag goes unescaped' template_tags
check 'no inline script or style' inline_code
check 'no template reads raw input' raw_input
check 'nginx, local' nginx_local
check 'nginx, production' nginx_production
check 'XML schemas compile' schemas
check 'units are locked down (exposure 0.5 at most, 1.2 with the network)' units
check 'each program has a route and each route a program' programs_and_routes
check 'each step has a route and each route a step' steps_and_routes
check 'each step has a program and a template' steps_and_programs
check 'sizes of forms agree between nginx and programs' sizes
check 'the shortest edge of a picture agrees between browser and programs' edges
check 'the manual page has every command' manual
check 'lock files name no host' locks
exit $failed
