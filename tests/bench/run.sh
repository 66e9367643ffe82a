#!/bin/bash
# run.sh [web] [pictures] [exchange] [parsing] [hostile] - measures an instance of its own, or only that part of it; `make bench` builds first.  Never fails on
# times.
#
# BENCH_ROUNDS, BENCH_SECONDS (of each target in each round), BENCH_CITIZENS (journeys), BENCH_UPLOADS (pictures), BENCH_RECORDS
# (applications in the exports), BENCH_ENTRIES (in the reports) make it shorter or longer.
set -euo pipefail
PARTS=("$@")
[ $# -gt 0 ] || PARTS=(web pictures exchange parsing hostile)
# Sockets have short names only: the instance lies in /tmp.
VAR=$(mktemp -d /tmp/sbk-bench.XXXXXX)
chmod 755 "$VAR"
# shellcheck source=conf/local/process.sh
. "$(dirname "$0")/../../conf/local/process.sh"

free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

PORT=$(free_port)
SANDBOX_PORT=$(free_port)
HELLO_PORT=$(free_port)
SBK_CONF=$VAR/sbk.hdf
PICTURES=${PICTURES:-$BUILD/pictures}
export PORT SANDBOX_PORT HELLO_PORT SBK_CONF PICTURES

finish() {
	local code=$?
	"$ROOT/conf/local/instance.sh" stop >/dev/null 2>&1 || true
	if [ "$code" = 0 ]; then
		rm -rf "$VAR"
	else
		rm -rf "$VAR/mariadb" "$VAR/exchange"
		echo "the instance's logs are kept in $VAR" >&2
	fi
}
trap finish EXIT

hello_answers() {
	[ "$(curl -s --max-time 5 "http://127.0.0.1:$HELLO_PORT/")" = 'hello, world' ]
}

# Under the same supervisor as the programs, so that `instance.sh stop` ends it too.
start_hello() {
	local open=(-M 0660) user=''
	if [ "$(id -u)" = 0 ]; then
		open+=(-U "$(lesser nobody)")
		user="user $(lesser nobody) $(id -gn "$(lesser nobody)");"
	fi
	mkdir -p "$VAR/hello"
	sed -e "s|@var@|$VAR|g" -e "s|@port@|$HELLO_PORT|g" -e "s|@user@|$user|g" "$ROOT/tests/bench/hello.conf" >"$VAR/hello/nginx.conf"
	start hello spawn-fcgi -n -s "$VAR/run/hello.sock" "${open[@]}" -b 1024 -- \
		"$(command -v multiwatch)" -f 2 -r 100000 -- "$BUILD/bench/hello"
	start hello-nginx nginx -p "$VAR" -c "$VAR/hello/nginx.conf" -e "$VAR/log/hello-nginx.log"
	until_true 10 hello_answers || fail 'starting hello' "$VAR/log/hello-nginx.log"
}

# As in production: templates are not watched for changes.
cat >"$VAR/bench.hdf" <<-HDF
	Templates.Watch = 0
HDF

[ -s "$PICTURES/index.json" ] || node "$ROOT/tests/sandbox/pictures/make.mjs" "$PICTURES"
LIMITS=off DATA=none EXTRA=$VAR/bench.hdf "$ROOT/conf/local/instance.sh" start
start_hello
printf '\nload of the machine before: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
for part in "${PARTS[@]}"; do
	node "$ROOT/tests/bench/$part.mjs"
done
printf 'load of the machine after: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
