#!/bin/bash
# export_sweep.sh [sample|full]: kills the nightly export at its system calls, lets them fail, runs it again, and
# asks the ledger each time.  TAP on standard output.
set -u
SWEEP=${1:-sample}
FEW=3
# shellcheck source=tests/faults/exchange.sh
. "$(dirname "$0")/exchange.sh"

DAY=0
# Two more applications wait, and it is the next day: the run under test has something to do.
another_night()
{
	"$BUILD/unit/applicants" "$BANK" 2 2000 >>"$ROOM/acked" || exit 1
	DAY=$((DAY + 1))
	DATE=$(date -u -d "2026-01-01 +$DAY days" +%F)
}

# What a killed run had already published must not be published otherwise.
remember() { (cd "$OUT_DIR" 2>/dev/null && sha256sum -- *.xml.enc *.manifest.xml 2>/dev/null) >"$ROOM/published"; }
kept() { (cd "$OUT_DIR" && sha256sum --status -c "$ROOM/published" 2>/dev/null) || [ ! -s "$ROOM/published" ]; }

sweep() # sweep SYSCALL WHAT-IS-INJECTED NAME
{
	local n place broken=0 runs=0
	another_night
	n=$(calls "$1" "$BUILD/bin/sbk" export --bank "$BANK" --date "$DATE")
	for place in $(places "$n"); do
		another_night
		strace -f -qq -e trace=none -e inject="$1:$2:when=$place" -o /dev/null \
		    "$BUILD/bin/sbk" export --bank "$BANK" --date "$DATE" >/dev/null 2>&1
		remember
		sbk export --date "$DATE" || { echo "# $1 $place: the second run failed" >&2; broken=$((broken + 1)); }
		kept || { echo "# $1 $place: published otherwise" >&2; broken=$((broken + 1)); }
		ledger_of_orders "$ROOM/acked" || { echo "# $1 $place" >&2; broken=$((broken + 1)); }
		runs=$((runs + 1))
	done
	if [ "$broken" = 0 ] && [ "$runs" -gt 0 ]; then
		good "$3 ($runs of $n places)"
	else
		bad "$3 ($broken faults in $runs of $n places)"
	fi
}

for call in write sendto fsync renameat unlinkat openat; do
	sweep "$call" signal=SIGKILL "export killed at $call loses and doubles nothing"
done
sweep write error=ENOSPC "export without space on the disk ends cleanly and is finished later"
sweep fsync error=EIO "export whose fsync fails does not call it good"
sweep renameat error=EIO "export whose rename fails is finished later"

another_night
if by_halves "$BUILD/bin/sbk" export --bank "$BANK" --date "$DATE" && ledger_of_orders "$ROOM/acked"; then
	good "export whose every write is cut short writes it all"
else
	bad "export whose every write is cut short writes it all"
	cat "$ROOM/sbk.out" >&2
fi

# The ledger itself must be able to fail.
another_night
if ledger_of_orders "$ROOM/acked" 2>/dev/null; then
	bad "the ledger sees applications that were not sent"
else
	good "the ledger sees applications that were not sent"
fi
sbk export --date "$DATE"

# Ten at once: one works, the others say so and are content.
another_night
for _ in $(seq 10); do "$BUILD/bin/sbk" export --bank "$BANK" --date "$DATE" >>"$ROOM/ten" 2>&1 || echo failed >>"$ROOM/ten" & done
wait
if ledger_of_orders "$ROOM/acked" && ! grep -q failed "$ROOM/ten"; then
	good "ten exports at once send each application once"
else
	bad "ten exports at once send each application once"
	cat "$ROOM/ten" >&2
fi

# A run that slept longer than its lease finds it taken and writes nothing more.
another_night
echo "Exchange.LeaseSeconds = 1" >>"$ROOM/sbk.hdf"
strace -f -qq -e trace=write -e inject=write:delay_enter=5000000:when=1 -o /dev/null \
    "$BUILD/bin/sbk" export --bank "$BANK" --date "$DATE" >"$ROOM/slept" 2>&1 &
TRACER=$!
until_sql() { for _ in $(seq 500); do [ "$(sql "$1")" = 1 ] && return; sleep 0.01; done; }
until_sql "SELECT COUNT(*) FROM exchange_message WHERE bank = '$BANK' AND state = 'MARKED'"
until_sql "SELECT expires_at <= UNIX_TIMESTAMP() FROM lease WHERE name = 'export/$BANK'"
sbk export --date "$DATE"
OTHER=$?
wait "$TRACER"
if [ "$OTHER" = 0 ] && ledger_of_orders "$ROOM/acked" && grep -q 'lease export/.* lost' "$ROOM/slept"; then
	good "a run that slept longer than its lease is refused"
else
	bad "a run that slept longer than its lease is refused"
	cat "$ROOM/slept" "$ROOM/sbk.out" >&2
fi

echo "1..$TESTS"
exit "$FAILED"
