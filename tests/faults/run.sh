#!/bin/bash
# run.sh sample|full - what breaks, against the instance of $VAR, $PORT, $SANDBOX_PORT and $SBK_CONF (started with
# LIMITS=off): TAP.  sample is for every day, full takes its time.  The sweeps have places of their own.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
FAULTS=${1:?sample or full}
BUILD=$(realpath "${BUILD:-build}")
PICTURES=${PICTURES:-$BUILD/pictures}
export FAULTS BUILD PICTURES
code=0

# What is no test is read by those that are.
mapfile -t tests < <(grep -l "'node:test'" tests/faults/*.mjs)
node --test --test-reporter=tap --test-concurrency=1 --test-timeout=600000 "${tests[@]}" || code=1
# Makes the applications that the sweeps send.
env -u MAKEFLAGS -u MFLAGS make -s "$BUILD/unit/applicants" >&2 || code=1
for sweep in tests/faults/*_sweep.sh; do
	[ ! -x "$sweep" ] || "$sweep" "$FAULTS" || code=1
done
# In the unit tests there is a sample of it.
[ "$FAULTS" = sample ] || SBK_CONF=$VAR/migrate.hdf CMOCKA_MESSAGE_OUTPUT=TAP "$BUILD/unit/exchange_fault_test" || code=1
exit $code
