#!/bin/bash
# run.sh [SUITE…] - every test, from nothing: packages, build, an instance of its own on free ports.
# Ends with a line "N passed, N failed".  Suites: lint unit data templates accuracy http browser exchange faults asan fuzz;
# and, only when they are named: quality, screenshots.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
BUILD=$(realpath -m "${BUILD:-build}")
MODELS=$BUILD/models
export BUILD MODELS

# Without a name all of them, in two lanes, for there are two processors: BESIDE goes on beside the first of SUITES.
SUITES=("$@")
BESIDE=()
if [ $# = 0 ]; then
	SUITES=(lint unit data templates http exchange faults asan fuzz)
	BESIDE=(browser accuracy)
fi

conf/local/packages.sh check || exit 1

# Sockets have short names only, and databases that nobody needs tomorrow need not wait for a disk: the instances lie in
# memory where there is enough of it, else in /tmp.
ROOM=/dev/shm
[ -w $ROOM ] && [ "$(df --output=avail -k $ROOM | tail -n 1)" -gt 6000000 ] || ROOM=/tmp
WORK=$(mktemp -d $ROOM/sbk-check.XXXXXX)
chmod 755 "$WORK"
PASSED=0
FAILED=0
BEGAN=$SECONDS

free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# instance NAME [VARIABLE=…]: a fresh one; from then on VAR, PORT, SANDBOX_PORT, SBK_CONF are its.
INSTANCES=()
instance() {
	local name=$1
	shift
	VAR=$WORK/$name
	PORT=$(free_port)
	SANDBOX_PORT=$(free_port)
	SBK_CONF=$VAR/sbk.hdf
	export VAR PORT SANDBOX_PORT SBK_CONF
	INSTANCES+=("$VAR")
	env LIMITS=off "$@" conf/local/instance.sh start >"$WORK/$name.log" 2>&1 || {
		cat "$WORK/$name.log"
		failed "instance $name starts"
		return 1
	}
}

finish() {
	local var
	for var in "${INSTANCES[@]}"; do
		VAR=$var conf/local/instance.sh stop >/dev/null 2>&1
	done
	if [ "$FAILED" = 0 ]; then
		rm -rf "$WORK"
	else
		echo "the instances' logs are kept in $WORK"
	fi
}
trap finish EXIT

failed() {
	FAILED=$((FAILED + 1))
	printf 'not ok - %s\n' "$1"
}

# Counts the lines "ok …" and "not ok …" (TAP) that a command prints; shows what failed, and what was skipped.
tap() {
	local name=$1 log=$WORK/$1.tap began=$SECONDS code good bad
	shift
	"$@" >"$log" 2>"$log.err"
	code=$?
	good=$(grep -cE '^ok ' "$log")
	bad=$(grep -cE '^not ok ' "$log")
	[ "$code" = 0 ] || [ "$bad" -gt 0 ] || bad=1
	[ "$good" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
	PASSED=$((PASSED + good))
	FAILED=$((FAILED + bad))
	printf '%-28s %4d passed %3d failed %4d s\n' "$name" "$good" "$bad" $((SECONDS - began))
	grep -E '^ok .*# SKIP' "$log"
	if [ "$bad" -gt 0 ]; then
		grep -vE '^ok ' "$log" | grep -E -A25 '^not ok|ERROR|FAIL' | head -120
		tail -n 20 "$log.err"
	fi
}

node_tests() {
	node --test --test-reporter=tap --test-concurrency=1 "$@"
}

unit_tests() {
	local test code=0
	# Tests make tables of their own, which the programs' account may not.
	export SBK_CONF=$VAR/migrate.hdf
	for test in "$1"/unit/*_test; do
		CMOCKA_MESSAGE_OUTPUT=TAP "$test" || code=1
	done
	return $code
}

pictures() {
	export PICTURES=$BUILD/pictures
	[ -s "$PICTURES/index.json" ] && [ -z "$(find tests/sandbox/pictures -newer "$PICTURES/index.json")" ] || node tests/sandbox/pictures/make.mjs "$PICTURES" >"$WORK/pictures.log" 2>&1 || {
		cat "$WORK/pictures.log"
		failed 'the test pictures are made'
	}
}

make_quietly() {
	env -u MAKEFLAGS -u MFLAGS make -j"$(nproc)" "$@" >"$WORK/make.log" 2>&1 || {
		grep -E 'error|warning|undefined' "$WORK/make.log" | head -40
		failed "make $*"
		return 1
	}
}

# The analyzer takes minutes: `make lint`, before a commit, and `make proof`.
suite_lint() { tap lint tests/lint.sh quick; }

suite_unit() { instance unit DATA=none && tap unit unit_tests "$BUILD"; }

suite_templates() { tap templates node tests/templates/templates_test.mjs; }

suite_data() { tap data node_tests tests/sandbox/*.test.mjs; }

# A few persons, always the same ones: what is read shall not get worse. `make accuracy` draws others.
suite_accuracy() { PERSONS=2 SEED=410 tap accuracy tests/accuracy/run.sh; }

suite_http() { instance http && tap http node_tests tests/http/; }

suite_browser() { instance browser && tap browser node_tests tests/browser/; }

# Every page in every mode, judged and measured. What was said of them stays in build/quality.
suite_quality() {
	conf/local/packages.sh quality || exit 1
	mkdir -p "$BUILD/quality"
	instance quality && tap quality node_tests tests/quality/
	cp "$WORK/quality.tap" "$BUILD/quality/said.tap"
	cat "$BUILD"/quality/*.txt
}

# Every page, as pictures to be looked at.
suite_screenshots() {
	instance screenshots && tap screenshots node tests/quality/screenshots.mjs "$BUILD/screenshots"
}

suite_exchange() {
	make_quietly "$BUILD/unit/citizens" && instance exchange && tap exchange node_tests tests/exchange/
}

suite_faults() { instance faults && tap faults tests/faults/run.sh sample; }

suite_fuzz() { tap fuzz tests/fuzz/replay.sh; }

# The same programs with sanitizers: a report ends the program, and with it the test.
suite_asan() {
	make_quietly asan || return
	beside asan-http
	suite_asan-unit
}

sanitized() {
	export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
	export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
	make_quietly asan && BUILD=$BUILD/asan instance "$@"
}

suite_asan-unit() { sanitized asan-unit DATA=none && tap asan-unit unit_tests "$BUILD/asan"; }

# Over HTTP the sample that goes through most of the code; all of it in `make proof`.
suite_asan-http() {
	local sample=(tests/http/{channels,font,pictures,strangers,twice,unsent}.test.mjs)
	[ "${ASAN:-sample}" = sample ] || sample=(tests/http/)
	sanitized asan-http && tap asan-http node_tests "${sample[@]}"
	# Leaks are told at the end.
	conf/local/instance.sh stop >/dev/null
	if grep -E 'ERROR: (Address|Leak)Sanitizer|runtime error' "$VAR"/log/*.log; then
		failed 'the programs run without a report of a sanitizer'
	fi
}

# Suites beside those that follow; what they have to say comes when these are done.
beside() {
	tests/run.sh "$@" >"$WORK/$1.said" 2>&1 &
}

join() {
	local said good bad
	wait
	for said in "$WORK"/*.said; do
		[ -e "$said" ] || continue
		grep -vE '^building$|^[0-9]+ s$|^[0-9]+ passed, |^packages ' "$said"
		read -r good bad < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$said") || bad=1
		PASSED=$((PASSED + good))
		FAILED=$((FAILED + bad))
		rm "$said"
	done
}

echo "building"
make_quietly all unit accuracy-tools || exit 1
pictures
[ ${#BESIDE[@]} = 0 ] || beside "${BESIDE[@]}"
for suite in "${SUITES[@]}"; do
	# What ends programs wants the machine to itself.
	[ "$suite" != faults ] || join
	"suite_$suite"
done
join
printf '%d s\n' $((SECONDS - BEGAN))
printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
[ "$FAILED" = 0 ]
