#!/bin/bash
# packages.sh FOLDER - what conf/local/packages.txt lists for `proof`, installed, and for `unpack`, unpacked into FOLDER.
set -euo pipefail
list=$(realpath "$(dirname "$0")/../../conf/local/packages.txt")
folder=$(realpath -m "$1")

wanted() { awk -v need="$1" '$1 == need { print $2 }' "$list"; }

mapfile -t proof < <(wanted proof)
mapfile -t unpack < <(wanted unpack)
dpkg-query -W "${proof[@]}" >/dev/null 2>&1 ||
	DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${proof[@]}"
[ -e "$folder/complete" ] || {
	mkdir -p "$folder"
	cd "$folder"
	apt-get -q download "${unpack[@]}"
	for package in *.deb; do dpkg-deb -x "$package" .; done
	touch complete
}
