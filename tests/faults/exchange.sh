# shellcheck shell=bash disable=SC2034
# Source me: a bank of its own for fault sweeps, and the ledger that must agree after every fault.
# Wants $SBK_CONF (an instance with a database) and $BUILD.  Everything else lies in $ROOM and goes at the end.

# shellcheck source=tests/exchange/recipe.sh
. "$(dirname "${BASH_SOURCE[0]}")/../exchange/recipe.sh"

BUILD=${BUILD:-$REPO/build}
BANK=912
XSD=$REPO/schema
ROOM=$(mktemp -d /tmp/sweep.XXXXXX)
trap 'rm -rf "$ROOM"' EXIT
mkdir "$ROOM/exchange" "$ROOM/keys" "$ROOM/clear"
cat >"$ROOM/sbk.hdf" <<END
#include "$SBK_CONF"
Exchange.Dir = $ROOM/exchange
Exchange.Keys = $ROOM/keys
Bank.$BANK.profile = intl
END
BASE_CONF=$SBK_CONF
export SBK_CONF=$ROOM/sbk.hdf
for NAME in bureau "$BANK"; do
	(cd "$ROOM/keys" && recipe keys 2>/dev/null)
done
OUT_DIR=$ROOM/exchange/$BANK/outbound
IN_DIR=$ROOM/exchange/$BANK/inbound

setting() # setting NAME: of Db, as the instance's file has it, in a block or on a line of its own
{
	sed -n "s/^[[:space:]]*\(Db\.\)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" "$BASE_CONF" | head -n 1
}

DB_SOCKET=$(setting Socket) DB_USER=$(setting User) DB_PASSWORD=$(setting Password) DB_NAME=$(setting Name)

sql()
{
	MYSQL_PWD=$DB_PASSWORD mariadb --no-defaults -S "$DB_SOCKET" -u "$DB_USER" -N -B "$DB_NAME" -e "$1"
}

# The bank begins without a past; application_event stays, so its old applications leave the bank.
sql "DELETE FROM exchange_record WHERE msg_id LIKE '%$BANK%';
     DELETE FROM exchange_suspense WHERE msg_id LIKE '%$BANK%';
     DELETE FROM exchange_message WHERE bank = '$BANK';
     DELETE FROM exchange_sequence WHERE bank = '$BANK';
     DELETE FROM lease WHERE name LIKE '%/$BANK';
     UPDATE application SET bank = '', live = NULL, state = 'WITHDRAWN' WHERE bank = '$BANK'"

sbk() { "$BUILD/bin/sbk" "$@" --bank "$BANK" >"$ROOM/sbk.out" 2>&1; }

TESTS=0
good() { TESTS=$((TESTS + 1)); echo "ok $TESTS - $1"; }
bad() { TESTS=$((TESTS + 1)); echo "not ok $TESTS - $1"; FAILED=1; }
FAILED=0

fault() # a word for the report; the ledger goes on to the end
{
	echo "# $*" >&2
	WRONG=1
}

# Each number of the file $1 (acknowledged to citizens) is in the database, sent once, and in exactly one file; no file
# without row, no row without file, SeqNo without gaps, nothing half. Opens every new file with the bank's own recipes.
ledger_of_orders()
{
	local id n
	WRONG=0
	sql "SELECT application FROM exchange_record WHERE msg_id LIKE 'BJSSC-$BANK-%' ORDER BY 1" >"$ROOM/rows"
	sort "$1" | cmp -s - "$ROOM/rows" || fault "records in the database are not the applications acknowledged"
	n=$(sql "SELECT COUNT(*) FROM application WHERE bank = '$BANK' AND state = 'SUBMITTED'")
	[ "$n" = 0 ] || fault "$n applications still wait"
	n=$(sql "SELECT COUNT(*) FROM exchange_message WHERE bank = '$BANK' AND state = 'MARKED'")
	[ "$n" = 0 ] || fault "$n messages still marked"
	n=$(sql "SELECT MAX(seq) - COUNT(*) FROM exchange_message WHERE bank = '$BANK' AND direction = 'out'")
	[ "$n" = 0 ] || fault "SeqNo has gaps"
	n=$(sql "SELECT COUNT(*) FROM application a WHERE bank = '$BANK' AND (SELECT COUNT(*) FROM application_event e
	    WHERE e.application = a.no AND e.state = 'SENT') <> 1")
	[ "$n" = 0 ] || fault "$n applications were not moved exactly once"
	for id in $(sql "SELECT msg_id FROM exchange_message WHERE bank = '$BANK' AND direction = 'out'"); do
		[ -e "$ROOM/clear/$id.ids" ] && continue
		ID=$id IN=$OUT_DIR PEER=$ROOM/keys/bureau.crt ME=$ROOM/keys/$BANK OUT=$ROOM/clear \
		    recipe receive >"$ROOM/receive.out" 2>&1 || fault "$id cannot be received: $(tail -n 1 "$ROOM/receive.out")"
		sql "SELECT application FROM exchange_record WHERE msg_id = '$id' ORDER BY n" |
		    cmp -s - "$ROOM/clear/$id.ids" || fault "$id holds other records than its rows"
		[ "$(sql "SELECT LOWER(HEX(digest)) FROM exchange_message WHERE msg_id = '$id'")" = \
		    "$(sha256sum "$OUT_DIR/$id.xml.enc" | cut -d' ' -f1)" ] || fault "$id: digest on disk and in its row differ"
		rm -f "$ROOM/clear/$id.xml"
	done
	cat "$ROOM"/clear/*.ids 2>/dev/null | sort | cmp -s - "$ROOM/rows" ||
		fault "records in the files are not the records in the database"
	n=$(find "$OUT_DIR" -name '*.tmp' | wc -l)
	[ "$n" = 0 ] || fault "$n unfinished files in outbound"
	n=$(find "$OUT_DIR" -name '*.sig' | wc -l)
	[ "$n" = "$(sql "SELECT COUNT(*) FROM exchange_message WHERE bank = '$BANK' AND direction = 'out'")" ] ||
		fault "a file without a row, or a row without a file"
	[ "$WRONG" = 0 ]
}

# calls SYSCALL COMMAND…: how often the command makes it.
calls()
{
	local call=$1
	shift
	strace -f -qq -e trace="$call" -o "$ROOM/calls" "$@" >/dev/null 2>&1
	grep -c "$call(" "$ROOM/calls"
}

# places COUNT: the instances of a syscall to break at; all of them when $SWEEP is full, else a few with first and last.
places()
{
	local n=$1
	if [ "$SWEEP" = full ] || [ "$n" -le "$FEW" ]; then
		seq "$n"
	else
		for ((i = 0; i < FEW; i++)); do echo $((1 + i * (n - 1) / (FEW - 1))); done
	fi
}
