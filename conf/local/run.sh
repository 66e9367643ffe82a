#!/bin/bash
# run.sh - from a checkout to a running instance: packages, build, start, what to try.
set -euo pipefail
# shellcheck source=conf/local/process.sh
. "$(dirname "$0")/process.sh"
cd "$ROOT"

conf/local/packages.sh run

step build
mkdir -p "$BUILD"
env -u MAKEFLAGS -u MFLAGS make -j"$(nproc)" all >"$BUILD/build.log" 2>&1 ||
	fail "make all" "$BUILD/build.log" "read the log; mend; then again"
done_with "$BUILD"

conf/local/instance.sh start

OPERATOR=$(<"$VAR/secrets/operator") node - tests/sandbox/citizens.json tests/sandbox/kinds.json <<'JS'
const { readFileSync } = require('node:fs');
const [citizens, kinds] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const { OPERATOR, PORT, SANDBOX_PORT, VAR } = process.env;
const samples = ['ok', 'pensioner', 'already_holds'].map((kind) => ({
	...citizens.find((citizen) => citizen.kind === kind),
	says: kinds.find((row) => row.kind === kind).en,
}));
console.log(`
  http://127.0.0.1:${PORT}/

Log in as one of
${samples.map((c) => `  ${c.username.padEnd(14)} password ${c.password.padEnd(14)} ${c.name}: ${c.says}`).join('\n')}

  http://127.0.0.1:${SANDBOX_PORT}/   every sample citizen, and what was "sent": the captcha's answer is there too
  http://127.0.0.1:${PORT}/operators   how the exchange stands: name operator, password ${OPERATOR}
  make exchange             one night between the bureau and the banks
  make stop                 ends it; logs are in ${VAR}/log`);
JS
