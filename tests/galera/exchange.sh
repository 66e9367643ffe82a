#!/bin/bash
# shellcheck disable=SC2317 # called by name
# exchange.sh export|import sample|full: that half of a night with two database nodes of $CLUSTER, runs on both: at once, paused
# past the lease, refused by certification, cut off from the majority, their node killed.  TAP on standard output.
set -u
JOB=$1
SWEEP=$2
FEW=3
# shellcheck source=tests/galera/cluster.sh
. "$(dirname "$0")/cluster.sh"
# The ledger asks the second node, which no test takes away.
# shellcheck disable=SC2031 # the subshell has its own
export VAR=$CLUSTER/2
SBK_CONF=$VAR/sbk.hdf
# shellcheck source=tests/faults/exchange.sh
. "$(dirname "$0")/../faults/exchange.sh"
# shellcheck source=tests/faults/answers.sh
. "$(dirname "$0")/../faults/answers.sh"
echo 'Exchange.BatchRecords = 2' >>"$ROOM/sbk.hdf"
printf '#include "%s"\nDb.Socket = %s\n' "$ROOM/sbk.hdf" "$(socket 1)" >"$ROOM/first.hdf"
touch "$ROOM/acked"

# A night's work lies ready; $RUN is the command that does it.
DAY=0
export_ready()
{
	"$BUILD/unit/applicants" "$BANK" "${1:-5}" 2000 >>"$ROOM/acked" || exit 1
	DAY=$((DAY + 1))
	RUN=("$BUILD/bin/sbk" export --bank "$BANK" --date "$(date -u -d "2026-01-01 +$DAY days" +%F)")
}
import_ready()
{
	another_night
	RUN=("$BUILD/bin/sbk" import --bank "$BANK")
}
ready() { "${JOB}_ready" "$@"; }

export_ledger() { ledger_of_orders "$ROOM/acked"; }
import_ledger() { ledger_of_answers; }

first() { SBK_CONF=$ROOM/first.hdf "$@"; }

verdict() # verdict CODE SENTENCE
{
	if [ "$1" = 0 ]; then good "$2"; else bad "$2"; fi
}

# What the first node's run had published must not be published otherwise by the second's.
remember() { (cd "$OUT_DIR" 2>/dev/null && sha256sum -- *.xml.enc *.manifest.xml 2>/dev/null) >"$ROOM/published"; }
kept() { [ "$JOB" = import ] || [ ! -s "$ROOM/published" ] || (cd "$OUT_DIR" && sha256sum --status -c "$ROOM/published"); }

ended() { ! kill -0 "$TRACER" 2>/dev/null; }
stopped() { grep -q 'stopped by SIGSTOP' "$ROOM/stops" 2>/dev/null; }
stopped_or_ended() { stopped || ended; }

# begin CALL PLACE: the run on the first node, stopped at that place unless it ends before.
begin()
{
	rm -f "$ROOM/stops"
	env SBK_CONF="$ROOM/first.hdf" strace -f -qq -e trace="$1" -e inject="$1:signal=SIGSTOP:when=$2" -o "$ROOM/stops" \
		"${RUN[@]}" >"$ROOM/first.out" 2>&1 &
	TRACER=$!
	until_true 60 stopped_or_ended
}

# Goes on, whichever of its threads is stopped as well; its exit code is $CODE.
goes_on()
{
	local child=''
	ended || read -r child <"/proc/$TRACER/task/$TRACER/children" || true
	[ -z "$child" ] || kill -CONT "${child% }"
	ended
}
finish()
{
	until_true 60 goes_on
	wait "$TRACER"
	CODE=$?
}

second() { "${RUN[@]}" >"$ROOM/second.out" 2>&1; }

# sweep CALL WHAT-HAPPENS SENTENCE: at places of the call in the first node's run, that happens, and the ledger is asked.
sweep()
{
	local n place broken=0 runs=0
	ready
	n=$(first calls "$1" "${RUN[@]}")
	for place in $(places "$n"); do
		ready
		begin "$1" "$place"
		remember
		if ! "$2" || ! kept || ! "${JOB}_ledger"; then
			echo "# $1 $place" >&2
			cat "$ROOM/first.out" "$ROOM/second.out" >&2
			broken=$((broken + 1))
		fi
		runs=$((runs + 1))
	done
	[ "$broken" = 0 ] && [ "$runs" -gt 0 ]
	verdict $? "$3 ($runs of $n places at $1, $broken bad)"
}

# Ten runs at once, five on each node.
at_once()
{
	local i pid pids=() worked=0 content=0
	ready 200
	for i in $(seq 10); do
		if [ $((i % 2)) = 0 ]; then first "${RUN[@]}"; else "${RUN[@]}"; fi >"$ROOM/at_once.$i" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" && content=$((content + 1))
	done
	worked=$(grep -lE 'file_written|report_applied' "$ROOM"/at_once.* | wc -l)
	[ "$content" = 10 ] && [ "$worked" = 1 ] &&
		[ "$(grep -lE 'file_written|report_applied|"lease_held".*"held_by":"[^"]|nothing_' "$ROOM"/at_once.* | wc -l)" = 10 ] &&
		"${JOB}_ledger"
	verdict $? "ten runs of $JOB at once over two nodes: one works, the others say who has the lease ($(grep -l lease_held "$ROOM"/at_once.* | wc -l) did)"
	[ "$FAILED" = 0 ] || cat "$ROOM"/at_once.* >&2
}

lease_over() { [ "$(sql "SELECT expires_at <= UNIX_TIMESTAMP() FROM lease WHERE name = '$JOB/$BANK'")" != 0 ]; }

# The lease runs out, the other node's run does the work; the sleeper is refused (by the fence, or by a constraint or a file's new
# owner before it comes to that), or had nothing left to do.
taken_over()
{
	# One call fewer than when they were counted: it is through.
	stopped || { finish; return "$CODE"; }
	until_true 10 lease_over
	second || { finish; return 1; }
	remember
	finish
	! grep -qE "lease $JOB/$BANK lost" "$ROOM/first.out" || REFUSED=$((REFUSED + 1))
}

conflicts() { query 1 "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN ('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')"; }

# Another node's write to the rows of this night is first: the run's transaction is refused, and begun anew.
refused_once()
{
	sql "UPDATE lease SET expires_at = expires_at + 1 WHERE name = '$JOB/$BANK';
	     UPDATE application SET tracking = UUID_SHORT() WHERE bank = '$BANK'"
	finish
	[ "$CODE" = 0 ]
}

# The node dies under the run, which fails; the second node's run ends the night.
node_died()
{
	node_kill 1
	finish
	[ "$CODE" = 0 ] || FAILURES=$((FAILURES + 1))
	second || return 1
	node_again 1
}

cut_off() { [ "$(query 1 "SHOW STATUS LIKE 'wsrep_cluster_status'" | cut -f2)" = non-Primary ]; }

# Both others sleep: the first node is alone and takes nothing, until they wake.
lost_majority()
{
	local others code
	others="$(node_pid 2) $(node_pid 3)"
	# shellcheck disable=SC2086 # two of them
	kill -STOP $others
	until_true 20 cut_off
	code=$?
	finish
	# shellcheck disable=SC2086
	kill -CONT $others
	synced 1 && synced 2
	cluster_is 2 "$NODES"
	[ "$CODE" = 0 ] || FAILURES=$((FAILURES + 1))
	[ "$code" = 0 ] && second
}

at_once

BEFORE=$(conflicts)
sweep sendto refused_once "a run of $JOB that another node's writes refuse begins the transaction anew and finishes"
CONFLICTS=$(($(conflicts) - BEFORE))
# At a few places only, it may be that nothing was under way.
[ "$SWEEP" = sample ] || [ "$CONFLICTS" -gt 0 ]
verdict $? "certification has refused some of its transactions ($CONFLICTS)"

echo 'Exchange.LeaseSeconds = 1' >>"$ROOM/sbk.hdf"
REFUSED=0
for call in sendto renameat write; do
	sweep "$call" taken_over "a run of $JOB that slept past its lease while the other node's worked changes nothing"
done
[ "$REFUSED" -gt 0 ]
verdict $? "the fence has refused some of them ($REFUSED)"

# Each of these takes a node away and waits for it to be back: never all places.
echo 'Exchange.LeaseSeconds = 300' >>"$ROOM/sbk.hdf"
[ "$SWEEP" != full ] || FEW=6
SWEEP=sample
FAILURES=0
sweep sendto lost_majority "a run of $JOB on a node without majority is finished when the others are back"
sweep sendto node_died "a run of $JOB whose node is killed is finished on the other, and the node comes back"
[ "$FAILURES" -gt 2 ]
verdict $? "without their node, runs fail and say so ($FAILURES)"

echo "1..$TESTS"
exit "$FAILED"
