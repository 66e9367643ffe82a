#!/bin/bash
# import_sweep.sh [sample|full]: kills the import of a receipt and a report at its system calls, runs it again, and
# compares what the database says with what the bank said.  TAP on standard output.
set -u
SWEEP=${1:-sample}
FEW=3
# shellcheck source=tests/faults/exchange.sh
. "$(dirname "$0")/exchange.sh"
# shellcheck source=tests/faults/answers.sh
. "$(dirname "$0")/answers.sh"
echo "Exchange.BatchRecords = 2" >>"$ROOM/sbk.hdf"

sweep() # sweep SYSCALL WHAT-IS-INJECTED NAME
{
	local n place broken=0 runs=0
	another_night
	n=$(calls "$1" "$BUILD/bin/sbk" import --bank "$BANK")
	for place in $(places "$n"); do
		another_night
		strace -f -qq -e trace=none -e inject="$1:$2:when=$place" -o /dev/null \
		    "$BUILD/bin/sbk" import --bank "$BANK" >/dev/null 2>&1
		sbk import || { echo "# $1 $place: the second run failed" >&2; cat "$ROOM/sbk.out" >&2; broken=$((broken + 1)); }
		ledger_of_answers || { echo "# $1 $place" >&2; broken=$((broken + 1)); }
		runs=$((runs + 1))
	done
	if [ "$broken" = 0 ] && [ "$runs" -gt 0 ]; then
		good "$3 ($runs of $n places)"
	else
		bad "$3 ($broken faults in $runs of $n places)"
	fi
}

for call in write sendto fsync renameat openat; do
	sweep "$call" signal=SIGKILL "import killed at $call ends in the same state"
done
sweep write error=ENOSPC "import without space on the disk ends cleanly and is finished later"
sweep renameat error=EIO "import whose rename fails is finished later"

another_night
if by_halves "$BUILD/bin/sbk" import --bank "$BANK" && ledger_of_answers; then
	good "import whose every read and write is cut short is whole"
else
	bad "import whose every read and write is cut short is whole"
	cat "$ROOM/sbk.out" >&2
fi

another_night
if ledger_of_answers 2>/dev/null; then bad "the ledger sees what was not applied"; else good "the ledger sees what was not applied"; fi

echo "1..$TESTS"
exit "$FAILED"
