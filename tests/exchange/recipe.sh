# shellcheck shell=bash
# Source me: recipe NAME runs the recipe of that name as it stands in schema/README.md, so that the
# document is what the tests run.  It stops at its first line that fails.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

recipe()
{
	local text
	text=$(awk -v name="# $1" '/^```/ { inside = 0 } inside { print } $0 == name { inside = 1 }' \
	    "$REPO/schema/README.md")
	test -n "$text" || { echo "no recipe $1" >&2; return 1; }
	(set -e -o pipefail; eval "$text")
}
