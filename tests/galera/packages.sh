#!/bin/bash
# packages.sh FOLDER - what a node needs beyond `make check`, once: Debian's galera-4, mariadb-backup, socat, and from mariadb-server,
# which would start a service of its own, only the scripts that copy a node (into FOLDER/usr/bin).
set -euo pipefail
folder=$(realpath -m "$1")
packages=(galera-4 mariadb-backup socat)
mkdir -p "$folder"
cd "$folder"
dpkg-query -W "${packages[@]}" >/dev/null 2>&1 ||
	DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${packages[@]}"
[ -x usr/bin/wsrep_sst_mariabackup ] || {
	apt-get -q download mariadb-server
	dpkg-deb -x mariadb-server_*.deb .
}
