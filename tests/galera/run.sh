#!/bin/bash
# shellcheck disable=SC2317 # called by name
# run.sh sample|full - three real database nodes on loopback, the system on two of them, and what breaks: TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
BUILD=$(realpath "${BUILD:-build}")
PICTURES=${PICTURES:-$BUILD/pictures}
export BUILD PICTURES
export LIMITS=off
tests/galera/packages.sh "$BUILD/galera" >&2 || exit
PATH=$BUILD/galera/usr/bin:$PATH

# Sockets have short names only.
CLUSTER=$(mktemp -d /tmp/sbk-galera.XXXXXX)
chmod 755 "$CLUSTER"
export CLUSTER

free_ports() { # free_ports COUNT: different ones
	node -e 'const { createServer } = require("net"), servers = Array.from({ length: process.argv[1] }, () => createServer().listen(0, "127.0.0.1"));
		setImmediate(() => servers.forEach((s) => { console.log(s.address().port); s.close(); }))' "$1"
}

mapfile -t ports < <(free_ports 13)
NODE_PORTS=${ports[*]:4}
export NODE_PORTS
# shellcheck source=tests/galera/cluster.sh
. tests/galera/cluster.sh

finish() {
	cluster_stop >&2
	rm -rf "$CLUSTER"
}
trap finish EXIT

front() { # front NODE PORT SANDBOX_PORT [VARIABLE=…]: the programs that talk to the node
	env VAR="$CLUSTER/$1" PORT="$2" SANDBOX_PORT="$3" SBK_CONF="$CLUSTER/$1/sbk.hdf" "${@:4}" conf/local/instance.sh start >&2
}

cluster_start >&2
front 1 "${ports[0]}" "${ports[1]}" || exit
# The second one has the same secrets, finds the tables there, and uses the first one's sandbox.
cp -a "$CLUSTER/1/secrets" "$CLUSTER/2/"
cp -a "$CLUSTER/1/mariadb/loaded" "$CLUSTER/2/mariadb/loaded"
printf 'Sandbox.Outbox = %s\nSms.Url = https://127.0.0.1:%s/sms\n' "$CLUSTER/1/sandbox/outbox.jsonl" "${ports[1]}" >"$CLUSTER/2/extra.hdf"
front 2 "${ports[2]}" "${ports[3]}" EXTRA="$CLUSTER/2/extra.hdf" || exit
env -u MAKEFLAGS -u MFLAGS make -s "$BUILD/unit/applicants" >&2 || exit

code=0
VAR=$CLUSTER/1 PORT=${ports[0]} SANDBOX_PORT=${ports[1]} OTHER_PORT=${ports[2]} \
	node --test --test-reporter=tap --test-concurrency=1 tests/galera/journey.test.mjs || code=1
for job in export import; do
	tests/galera/exchange.sh "$job" "${1:?sample or full}" || code=1
done
exit $code
