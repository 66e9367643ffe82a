# shellcheck shell=bash
# process.sh - sourced: where an instance lies, its progress lines, its processes.
#
# A process goes by a name.  run/NAME.pid holds its pid and run/NAME.start the moment it began
# (field 22 of /proc/PID/stat): a pid that the kernel has given to somebody else since is
# never taken for ours.  Each is the leader of its own process group.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
from_root() {
	case $1 in
	/*) printf '%s\n' "${1%/}" ;;
	*) printf '%s\n' "$ROOT/${1%/}" ;;
	esac
}
BUILD=$(from_root "${BUILD:-build}")
VAR=$(from_root "${VAR:-var}")
PORT=${PORT:-8080}
SANDBOX_PORT=${SANDBOX_PORT:-8081}
TOOLS=$ROOT/build/tools
PATH=$TOOLS/bin:$PATH:/usr/sbin:/sbin
export ROOT BUILD VAR PORT SANDBOX_PORT PATH

# Progress: "[name] … what came of it, seconds".
STEP=
STEP_BEGAN=
step() {
	STEP=$1
	STEP_BEGAN=$EPOCHREALTIME
	printf '%-14s' "$STEP"
}

done_with() {
	awk -v a="$STEP_BEGAN" -v b="$EPOCHREALTIME" -v what="$1" \
		'BEGIN { printf "%-52s %5.1f s\n", what, b - a }'
	STEP=
}

# fail WHAT [LOG] [TODO]: says what was tried, the end of the log, what to do; ends the script.
fail() {
	[ -z "$STEP" ] || printf '\n'
	{
		printf 'failed: %s\n' "$1"
		if [ -n "${2:-}" ]; then
			printf '   log: %s\n' "$2"
			[ ! -s "$2" ] || tail -n 5 "$2" | cut -c1-300 | sed 's/^/      | /'
		fi
		[ -z "${3:-}" ] || printf '    do: %s\n' "$3"
	} >&2
	exit 1
}

# When the process with this pid began, in ticks since boot; nothing when there is none.
began() {
	local stat=
	{ read -r -d '' stat <"/proc/$1/stat" || [ -n "$stat" ]; } 2>/dev/null || return 1
	# The second field is the program's name in brackets and may hold anything.
	read -r -a stat <<<"${stat##*) }"
	[ "${stat[0]}" != Z ] || return 1
	printf '%s\n' "${stat[19]}"
}

pid_of() {
	local pid
	[ -r "$VAR/run/$1.pid" ] && read -r pid <"$VAR/run/$1.pid" && printf '%s\n' "$pid"
}

running() {
	local pid start
	pid=$(pid_of "$1") && read -r start 2>/dev/null <"$VAR/run/$1.start" &&
		[ "$(began "$pid")" = "$start" ]
}

# start NAME COMMAND…: in the background, in a session of its own, log to log/NAME.log.
STARTED=()
start() {
	local name=$1 pid
	shift
	# The lock on descriptor 9 is the script's, not the program's.
	setsid "$@" </dev/null >>"$VAR/log/$name.log" 2>&1 9>&- &
	pid=$!
	began "$pid" >"$VAR/run/$name.start" || true
	printf '%s\n' "$pid" >"$VAR/run/$name.pid"
	STARTED+=("$name")
}

# Ends who is left of a process group whose leader is gone. Their number is nobody else's while one
# of them lives; but the machine may have been started anew, so each must be of this instance.
end_group() {
	local stat pid text fields
	for stat in /proc/[0-9]*/stat; do
		pid=${stat//[!0-9]/}
		text=
		# Without a process more for each that there is: on a busy machine there are many.
		{ read -r -d '' text <"$stat" || [ -n "$text" ]; } 2>/dev/null || continue
		read -r -a fields <<<"${text##*) }"
		if [ "${fields[2]}" = "$1" ] && grep -qszxF "VAR=$VAR" "/proc/$pid/environ"; then
			kill -KILL "$pid" 2>/dev/null || true
		fi
	done
}

# stop SECONDS NAME…: TERM to all, wait for each, KILL to the group of who is left.
stop() {
	local limit=$((SECONDS + $1)) name pid
	shift
	for name; do
		! running "$name" || kill -TERM "$(pid_of "$name")" 2>/dev/null || true
	done
	for name; do
		while running "$name" && [ "$SECONDS" -lt "$limit" ]; do
			sleep 0.02
		done
		if running "$name"; then
			pid=$(pid_of "$name")
			printf '%s did not end by itself: killed\n' "$name" >&2
			kill -KILL -- "-$pid" 2>/dev/null || true
			while running "$name"; do
				sleep 0.02
			done
		fi
		! pid=$(pid_of "$name") || ! kill -0 -- "-$pid" 2>/dev/null || end_group "$pid"
		rm -f "$VAR/run/$name.pid" "$VAR/run/$name.start"
	done
}

# fresh NAME FILE…: runs, and since before none of the files (folders: what lies in them) changed.
fresh() {
	local name=$1
	shift
	running "$name" && [ -z "$(find "$@" -newer "$VAR/run/$name.pid" -print -quit)" ]
}

# until_true SECONDS COMMAND…
until_true() {
	local limit=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$limit" ] || return 1
		sleep 0.05
	done
}

# write FILE: from standard input, only when that changes it.
write() {
	local new
	new=$(mktemp "$1.XXXXXX")
	cat >"$new"
	if cmp -s "$new" "$1"; then
		rm "$new"
	else
		mv "$new" "$1"
	fi
}

# lesser NAME: who runs what strangers talk to. Root lends himself NAME, if there is such a user
# and he can come as far as this instance; an ordinary user is himself.
lesser() {
	if [ "$(id -u)" = 0 ] && id "$1" >/dev/null 2>&1 &&
		setpriv --reuid="$1" --regid="$(id -g "$1")" --clear-groups \
			test -x "$VAR/run" -a -r "$ROOT/htdocs"; then
		printf '%s\n' "$1"
	else
		id -un
	fi
}

answers() { # answers PORT: somebody listens there
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}
