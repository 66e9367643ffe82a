#!/bin/bash
# proof.sh [SUITE…] - the long tests, TAP: lint (with the analyzer), asan (every test over HTTP), fuzz (FUZZ_SECONDS=120 each target), faults (all of them, the whole sweeps),
# memory (the unit tests under valgrind), month (the exchange through 30 business days, see tests/month/month.mjs: SEED= DAYS= BANKS=
# APPLICATIONS=), galera (three database nodes; installs its own packages).  Ends with a line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit
BUILD=$(realpath -m "${BUILD:-build}")
PICTURES=$BUILD/pictures
MODELS=$BUILD/models
FUZZ_SECONDS=${FUZZ_SECONDS:-120}
export BUILD PICTURES MODELS

SUITES=("$@")
[ $# -gt 0 ] || SUITES=(lint asan fuzz faults memory month galera)

# Sockets have short names only: the instances lie in /tmp.
WORK=$(mktemp -d /tmp/sbk-proof.XXXXXX)
chmod 755 "$WORK"

verdict() { # verdict CODE SENTENCE LOG
	if [ "$1" = 0 ]; then
		printf 'ok - %s\n' "$2"
	else
		printf 'not ok - %s\n' "$2"
		tail -n 40 "$3" | sed 's/^/# /'
	fi
}

free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# instance NAME [VARIABLE=…]: a fresh one; from then on VAR, PORT, SANDBOX_PORT, SBK_CONF are its.
instance() {
	VAR=$WORK/$1
	PORT=$(free_port)
	SANDBOX_PORT=$(free_port)
	SBK_CONF=$VAR/sbk.hdf
	export VAR PORT SANDBOX_PORT SBK_CONF
	shift
	env LIMITS=off "$@" conf/local/instance.sh start >"$WORK/instance.log" 2>&1 && return
	verdict 1 "the instance $VAR starts" "$WORK/instance.log"
	return 1
}

finish() {
	local var
	for var in "$WORK"/*/; do
		[ ! -d "$var/run" ] || VAR=${var%/} conf/local/instance.sh stop >/dev/null 2>&1
	done
	if [ "${FAILED:-1}" = 0 ]; then
		rm -rf "$WORK"
	else
		echo "what is left of it: $WORK"
	fi
}
trap finish EXIT

# New inputs stay in build/fuzzing/corpus, so that the next run goes on from there.
suite_fuzz() {
	local source name seeds options made=$BUILD/fuzzing log=$WORK/fuzz.log
	make -j"$(nproc)" -f Makefile -f tests/fuzz/fuzz.mk BUILD="$made" CC=clang WERROR= WARN=-Wall HARDEN='-O1 -fno-omit-frame-pointer' \
		SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		FUZZ_MAIN= FUZZ_DRIVER=-fsanitize=fuzzer fuzz >"$log" 2>&1
	verdict $? 'the fuzz targets are built' "$log"
	for source in tests/fuzz/*_fuzz.c; do
		name=$(basename "$source" _fuzz.c)
		options=(-max_total_time="$FUZZ_SECONDS" -artifact_prefix="$WORK/$name-" -print_final_stats=1)
		[ ! -e "tests/fuzz/$name.dict" ] || options+=(-dict="tests/fuzz/$name.dict")
		mkdir -p "$made/corpus/$name"
		seeds=tests/fuzz/corpus/$name
		[ "$name" != image ] || { seeds=$WORK/pictures; mkdir "$seeds"; tests/fuzz/pictures.sh "$seeds"; }
		"$made/fuzz/${name}_fuzz" "${options[@]}" "$made/corpus/$name" "$seeds" >"$log" 2>&1
		verdict $? "$name: $FUZZ_SECONDS s of fuzzing, $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs" "$log"
	done
}

suite_faults() {
	instance faults && tests/faults/run.sh full
}

suite_lint() { tests/lint.sh; }

suite_asan() {
	local log=$WORK/asan.log
	ASAN=full tests/run.sh asan >"$log" 2>&1
	verdict $? 'every test over HTTP passes with sanitizers' "$log"
}

suite_memory() {
	local test log=$WORK/memory.log
	instance memory DATA=none || return
	# Tests make tables of their own, which the programs' account may not.
	SBK_CONF=$VAR/migrate.hdf
	for test in "$BUILD"/unit/*_test; do
		# What its cage forbids valgrind would have to do.
		[ "$(basename "$test")" != confine_test ] || continue
		# Whether the test passes is not asked here: some are about time, and this is slow.
		valgrind -q --leak-check=full --show-leak-kinds=definite --num-callers=30 --log-file="$log" \
			--suppressions=tests/faults/valgrind.supp "$test" >/dev/null 2>&1
		[ ! -s "$log" ]
		verdict $? "valgrind has nothing to say of $(basename "$test")" "$log"
	done
}

suite_month() {
	local log=$WORK/month.log
	instance month DATA=none || return
	make -s "$BUILD/unit/citizens" >&2
	node tests/month/month.mjs >"$log" 2>&1
	verdict $? "$(head -n 1 "$log"): nothing is lost, doubled, half done or unexplained" "$log"
	sed -n '/^{/,/^}/s/^/# /p' "$log"
}

suite_galera() { tests/galera/run.sh full; }

conf/local/packages.sh check || exit 1
make -j"$(nproc)" all unit >"$WORK/make.log" 2>&1 || { verdict 1 'everything is built' "$WORK/make.log"; exit 1; }
[ -s "$PICTURES/index.json" ] || node tests/sandbox/pictures/make.mjs "$PICTURES" >"$WORK/pictures.log" 2>&1 || {
	verdict 1 'the test pictures are made' "$WORK/pictures.log"
	exit 1
}
for suite in "${SUITES[@]}"; do
	"suite_$suite" 2>>"$WORK/$suite.err"
done | tee "$WORK/tap" | grep --line-buffered -E '^(not )?ok |^  error:|^# '
FAILED=$(grep -c '^not ok ' "$WORK/tap")
printf '%d passed, %d failed\n' "$(grep -c '^ok ' "$WORK/tap")" "$FAILED"
[ "$FAILED" = 0 ]
