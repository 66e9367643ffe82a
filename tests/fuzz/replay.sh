#!/bin/bash
# replay.sh - every fuzz target over its corpus (corpus/<name>), with sanitizers.  One TAP line each.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
BUILD=${BUILD:-build}
MODELS=$(realpath -m "$BUILD/models")
export BUILD MODELS ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
log=$(mktemp)
pictures=$(mktemp -d)
trap 'rm -rf "$log" "$pictures"' EXIT
code=0
unset MAKEFLAGS MFLAGS

# The objects of `make asan`, so that they are the ones that the other suites use.
if ! { make -j"$(nproc)" asan && make -j"$(nproc)" -f Makefile -f tests/fuzz/fuzz.mk BUILD="$BUILD/asan" HARDEN='-O1 -fno-omit-frame-pointer' \
	SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' fuzz; } >"$log" 2>&1; then
	echo 'not ok - the fuzz targets are built'
	tail -n 20 "$log"
	exit 1
fi
tests/fuzz/pictures.sh "$pictures"
for source in tests/fuzz/*_fuzz.c; do
	name=$(basename "$source" _fuzz.c)
	inputs=(tests/fuzz/corpus/"$name"/*)
	[ "$name" != image ] || inputs=("$pictures"/*)
	if [ ! -e "${inputs[0]}" ]; then
		echo "not ok - $name: there is no corpus"
		code=1
	elif "$BUILD/asan/fuzz/${name}_fuzz" "${inputs[@]}" >"$log" 2>&1; then
		echo "ok - $name: ${#inputs[@]} inputs, nothing wrong"
	else
		echo "not ok - $name: a report of a sanitizer, or a promise broken"
		tail -n 40 "$log" | sed 's/^/  /'
		code=1
	fi
done
exit $code
