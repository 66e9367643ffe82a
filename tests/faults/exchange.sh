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
mkdir "$ROOM/exchange" "$ROOM/keys"
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

# The books (tests/month/books.mjs) agree on the orders and on the numbers of the file $1, acknowledged to citizens.
ledger_of_orders()
{
	node "$REPO/tests/month/books.mjs" --exchange "$ROOM/exchange" --keys "$ROOM/keys" --database "$DB_NAME" \
	    --acknowledged "$1" --seen "$ROOM/seen" --bank "$BANK" >"$ROOM/books" 2>&1 && return
	sed 's/^/# /' "$ROOM/books" >&2
	return 1
}

# calls SYSCALL COMMAND…: how often the command makes it.
calls()
{
	local call=$1
	shift
	strace -f -qq -e trace="$call" -o "$ROOM/calls" "$@" >/dev/null 2>&1
	grep -c "$call(" "$ROOM/calls"
}

# by_halves COMMAND…: the exchange's files are read and written by halves; fails also when nothing was.
by_halves()
{
	local code
	[ -e "$ROOM/short_io.so" ] || gcc -shared -fPIC -O1 -Wall -D_GNU_SOURCE -o "$ROOM/short_io.so" "$REPO/tests/faults/short_io.c" || return
	LD_PRELOAD=$ROOM/short_io.so SHORT_IO=$ROOM/exchange "$@" >"$ROOM/sbk.out" 2>&1
	code=$?
	[ "$(cat "$ROOM/exchange.cut")" -gt 0 ] && return $code
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
