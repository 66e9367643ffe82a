#!/bin/bash
# sbk-bank CODE [KEYS] - a bank's place on this machine: its user, its folder, its keys.
# KEYS is a file of public keys, a line each, which take the place of those it had.  Again is harmless, and mends what differs.
#
#   <EXCHANGE>/<CODE>              root           755  what the bank sees as /: nobody changes it
#     outbound                     sbk:bank      2750  what sbk writes there is the bank's to read
#     inbound                      sbk:bank       770  the bank puts files there, sbk moves them away
#     work archive quarantine      sbk            700  the bureau's own
#     dev/log                      root                a place for the journal's socket, or what is done with files is not logged:
#                                                      mount --bind /run/systemd/journal/dev-log <EXCHANGE>/<CODE>/dev/log
#   <KEYS_DIR>/<user>              root           644  outside of what the bank can reach
set -euo pipefail
EXCHANGE=${EXCHANGE:-/var/lib/sbk/exchange}
KEYS_DIR=${KEYS_DIR:-/etc/sbk/sftp}
OWNER=${OWNER:-sbk}
GROUP=${GROUP:-sbk-bank}

[[ ${1:-} =~ ^[0-9]{3}$ && $# -le 2 ]] || {
	echo 'usage: sbk-bank CODE [KEYS]' >&2
	exit 2
}
code=$1
user=$GROUP-$code
home=$EXCHANGE/$code

# A file without a key is found before anything is made.
[ $# = 1 ] || ssh-keygen -l -f "$2"

groupadd --force --system "$GROUP"
id "$user" >/dev/null 2>&1 ||
	useradd --system --user-group --groups "$GROUP" --home-dir "$home" --no-create-home --shell /usr/sbin/nologin --password '*' "$user"
# What the bank puts belongs to it and its group.
usermod --append --groups "$user" "$OWNER"

install -d -o root -g "$OWNER" -m 750 "$EXCHANGE"
install -d -o root -g root -m 755 "$home" "$home/dev"
install -d -o "$OWNER" -g "$user" -m 2750 "$home/outbound"
install -d -o "$OWNER" -g "$user" -m 770 "$home/inbound"
install -d -o "$OWNER" -g "$OWNER" -m 700 "$home/work" "$home/archive" "$home/quarantine"
[ -e "$home/dev/log" ] || : >"$home/dev/log"

install -d -o root -g root -m 755 "$KEYS_DIR"
[ $# = 1 ] || install -o root -g root -m 644 "$2" "$KEYS_DIR/$user"
