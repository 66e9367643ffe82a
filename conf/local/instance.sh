#!/bin/bash
# instance.sh start|stop|status|exchange - one instance: everything that runs, in the folder $VAR.
#
# Asked for by its environment: VAR (folder), PORT, SANDBOX_PORT (of 127.0.0.1), BUILD (which programs),
# WORKERS (of each program), DATABASE (conf/local/database.sh), LIMITS=off (no rate limits: load tests), DATA=none (no sample citizens),
# EXTRA (an HDF file, read last).
# Starting again starts what does not run, and anew what has changed since; the rest goes on.
set -euo pipefail
# shellcheck source=conf/local/process.sh
. "$(dirname "$0")/process.sh"
# shellcheck source=conf/local/database.sh
. "$ROOT/conf/local/database.sh"

WORKERS=${WORKERS:-2}
# A page makes and frees thousands of small pieces: let a process keep them at hand (10 % less CPU a page).
ALLOCATOR=GLIBC_TUNABLES=glibc.malloc.tcache_count=1000
CONF=$VAR/sbk.hdf
CITIZENS=$ROOT/tests/sandbox/citizens.json
export SBK_CONF=$CONF

programs() { # their names
	find "$BUILD/cgi-bin" -maxdepth 1 -type f -executable -printf '%f\n' 2>/dev/null | sort
}

# What can be known before anything is started.
check_place() {
	local longest
	[[ $ROOT$VAR =~ ^[A-Za-z0-9/._+-]+$ ]] ||
		fail "the paths $ROOT and $VAR go into configuration files: letters, digits and / . _ + - only" '' \
			"make run VAR=/a/plain/path"
	longest=$VAR/run/photo-worker.sock
	[ ${#longest} -le 107 ] ||
		fail "$longest is ${#longest} bytes long; the path of a Unix socket may have 107" '' \
			"make run VAR=/a/shorter/path"
	[ ! -e "$VAR" ] || [ -O "$VAR" ] ||
		fail "$VAR belongs to $(stat -c %U "$VAR"), you are $(id -un)" '' \
			"make run as $(stat -c %U "$VAR"), or with another VAR="
}

# check_port NAME VARIABLE PORT: free, or held by our process of that name.
check_port() {
	if ! [[ $3 =~ ^[1-9][0-9]{0,4}$ ]] || [ "$3" -gt 65535 ]; then
		fail "$2=$3 is not a port"
	fi
	if answers "$3" && ! { running "$1" && [ "$(cat "$VAR/run/$1.port" 2>/dev/null)" = "$3" ]; }; then
		fail "port $3 of 127.0.0.1 is in use by somebody else" '' "$2=$(($3 + 10)) make run"
	fi
}

make_folders() {
	mkdir -p "$VAR/run" "$VAR/log" "$VAR/sandbox" "$VAR/exchange" "$VAR/secrets" "$VAR/nginx"
	chmod 700 "$VAR/secrets"
}

# Made once: they belong to the data.
make_secrets() {
	local name
	for name in sbk sbk_migrate face national ecard weixin baidu; do
		[ -s "$VAR/secrets/$name" ] || openssl rand -hex 24 | write "$VAR/secrets/$name"
	done
	[ -s "$VAR/secrets/ring" ] ||
		printf '%s\n' "index $(openssl rand -hex 32)" "1 $(openssl rand -hex 32)" | write "$VAR/secrets/ring"
	[ -s "$VAR/secrets/operator" ] || openssl rand -hex 12 | write "$VAR/secrets/operator"
	[ -s "$VAR/secrets/wechat" ] || printf 'sandbox-wechat-secret\n' | write "$VAR/secrets/wechat"
	[ -s "$VAR/secrets/alipay" ] || openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 | write "$VAR/secrets/alipay"
	if [ "$(find "$VAR/secrets/banks" -name '*.crt' 2>/dev/null | wc -l)" = 0 ] ||
		[ "$ROOT/schema/data/banks.json" -nt "$VAR/secrets/banks" ] || [ "$ROOT/conf/banks.hdf" -nt "$VAR/secrets/banks" ]; then
		node "$ROOT/tests/sandbox/keys.mjs" "$VAR/secrets/banks" >"$VAR/log/keys.log" 2>&1 ||
			fail "making the exchange's keys" "$VAR/log/keys.log" "rm -r $VAR/secrets/banks; then again"
		touch "$VAR/secrets/banks"
	fi
	[ -s "$VAR/secrets/sandbox/server.crt" ] ||
		"$ROOT/tests/sandbox/authority.sh" "$VAR/secrets/sandbox" >"$VAR/log/keys.log" 2>&1 ||
		fail "making the sandbox's certificate" "$VAR/log/keys.log" "rm -r $VAR/secrets/sandbox; then again"
}

make_configuration() {
	local file
	{
		printf '# Written by conf/local/instance.sh; changes here do not stay.\n'
		for file in sbk.hdf banks.hdf providers.hdf; do
			[ ! -e "$ROOT/conf/$file" ] || printf '#include "%s"\n' "$ROOT/conf/$file"
		done
		cat <<-HDF
			Db.Socket = $DB_SOCKET
			Db.User = sbk
			Db.Password = $(<"$VAR/secrets/sbk")
			Db.Name = sbk
			Db.Timeout = 5
			Db.Tries = 5
			Seal.Ring = $VAR/secrets/ring
			Flows.File = $ROOT/conf/flows.hdf
			Schema.Dir = $ROOT/schema
			Templates.Dir = $ROOT/templates
			Templates.Watch = 1
			Htdocs.Dir = $ROOT/htdocs
			Captcha.Voice = $BUILD/voice
			Photo.Socket = $VAR/run/photo-worker.sock
			Photo.Models = $BUILD/models
			Exchange.Dir = $VAR/exchange
			Exchange.Keys = $VAR/secrets/banks
			Session.Cookie = sbk_session
			Session.Secure = 0
			Site.Origin = http://127.0.0.1:$PORT
			Site.Channel = web
			Operators.Origin = http://127.0.0.1:$PORT
			Sandbox.Outbox = $VAR/sandbox/outbox.jsonl
			Http.Ca = $VAR/secrets/sandbox/ca.crt
			Http.Plain = 1
			# messages
			Sms.Url = https://127.0.0.1:$SANDBOX_PORT/sms
			# faces and real names
			Face.Url = https://127.0.0.1:$SANDBOX_PORT/face
			Face.Key = $VAR/secrets/face
			# WeChat
			Wechat.Url = https://127.0.0.1:$SANDBOX_PORT/wechat
			Wechat.AppId = wx5a6d0b7c1f2e3948
			Wechat.Secret = $VAR/secrets/wechat
			Wechat.Native = http://127.0.0.1:$SANDBOX_PORT/wechat/native
			# identity providers
			Provider {
				national {
					Client = sbk-national
					Secret = $VAR/secrets/national
					Issuer = http://127.0.0.1:$SANDBOX_PORT/oidc/national
				}
				ecard {
					Client = sbk-ecard
					Secret = $VAR/secrets/ecard
					Issuer = http://127.0.0.1:$SANDBOX_PORT/oidc/ecard
				}
				alipay {
					Client = 2021000000000001
					Secret = $VAR/secrets/alipay
					Authorize = http://127.0.0.1:$SANDBOX_PORT/alipay/oauth2/publicAppAuthorize.htm
					Token = https://127.0.0.1:$SANDBOX_PORT/alipay/gateway.do
				}
				wechat {
					Client = wx0f1e2d3c4b5a6978
					Secret = $VAR/secrets/weixin
					Authorize = http://127.0.0.1:$SANDBOX_PORT/weixin/connect/qrconnect
					Token = https://127.0.0.1:$SANDBOX_PORT/weixin/sns/oauth2/access_token
				}
				baidu {
					Client = sbk-baidu
					Secret = $VAR/secrets/baidu
					Authorize = http://127.0.0.1:$SANDBOX_PORT/baidu/oauth/2.0/authorize
					Token = https://127.0.0.1:$SANDBOX_PORT/baidu/oauth/2.0/token
					User = https://127.0.0.1:$SANDBOX_PORT/baidu/rest/2.0/passport/users/getInfo
				}
			}
		HDF
		# All of a test's citizens come from one address.
		[ "${LIMITS:-on}" = on ] || printf '%s = 1000000/60\n' Login.PerAddress Otp.PerAddress Otp.All Face.PerAddress
		[ -z "${EXTRA:-}" ] || printf '#include "%s"\n' "$EXTRA"
	} | write "$CONF"
	printf '#include "%s"\nDb.User = sbk_migrate\nDb.Password = %s\n' \
		"$CONF" "$(<"$VAR/secrets/sbk_migrate")" | write "$VAR/migrate.hdf"
	local user='' key=\$network
	if [ "$(id -u)" = 0 ]; then
		user="user $(lesser nobody) $(id -gn "$(lesser nobody)");"
	fi
	[ "${LIMITS:-on}" = on ] || key='""'
	# nginx's workers read it, as somebody else: a hash of what cannot be guessed.
	[ "$VAR/nginx/operators.htpasswd" -nt "$VAR/secrets/operator" ] ||
		printf 'operator:%s\n' "$(openssl passwd -6 -stdin <"$VAR/secrets/operator")" >"$VAR/nginx/operators.htpasswd"
	"$ROOT/conf/nginx/fill.sh" local "$VAR/nginx" run="$VAR/run" state="$VAR/nginx" log="$VAR/log" \
		htdocs="$ROOT/htdocs" port="$PORT" user="$user" client="$key"
}

sbk() {
	"$BUILD/bin/sbk" "$@" >>"$VAR/log/data.log" 2>&1 || fail "sbk $*" "$VAR/log/data.log" "read the log; then again"
}

# Everything that is loaded stands in the stamp: the same input is not loaded twice.
load_data() {
	local stamp=$DB_DIR/loaded input now
	input=("$ROOT"/schema/*.sql "$ROOT"/schema/data/*.json "$ROOT/tests/sandbox/branches.json" "$CITIZENS" "$ROOT/conf/grants.sql")
	now=$(printf '%s\n' "${DATA:-sample}" "$(<"$VAR/secrets/sbk")" | cat - "${input[@]}" | sha256sum)
	if [ "$now" = "$(cat "$stamp" 2>/dev/null)" ]; then
		done_with 'as it was'
		return
	fi
	: >"$VAR/log/data.log"
	database_accounts
	SBK_CONF=$VAR/migrate.hdf sbk migrate
	database_grants
	sbk dictionary load "$ROOT/schema/data" "$ROOT/tests/sandbox/branches.json"
	if [ "${DATA:-sample}" != none ]; then
		sbk roster import "$CITIZENS"
		sbk account import "$CITIZENS"
	fi
	printf '%s\n' "$now" >"$stamp"
	done_with 'tables, dictionaries, citizens'
}

# More of those that wait for the picture workers (as in conf/systemd/pictures.conf).
workers_of() {
	case $1 in
	photos | identity | card | correct | handoff) echo 8 ;;
	*) echo "$WORKERS" ;;
	esac
}

start_programs() {
	local name socket begun=0 all=()
	local open=(-M 0660)
	# nginx's workers may come to the sockets as somebody else.
	[ "$(lesser nobody)" = "$(id -un)" ] || open+=(-U nobody)
	mapfile -t all < <(programs)
	[ ${#all[@]} -gt 0 ] || fail "there is no program in $BUILD/cgi-bin" "" "make"
	for name in "${all[@]}"; do
		! fresh "$name" "$BUILD/cgi-bin/$name" "$ROOT"/conf/*.hdf "$CONF" "$VAR/secrets/ring" || continue
		stop 10 "$name"
		socket=$VAR/run/$name.sock
		start "$name" env "$ALLOCATOR" spawn-fcgi -n -s "$socket" "${open[@]}" -b 1024 -- \
			"$(command -v multiwatch)" -f "$(workers_of "$name")" -r 100000 -- "$BUILD/cgi-bin/$name"
		begun=$((begun + 1))
	done
	if [ -x "$BUILD/libexec/photo-worker" ] &&
		! fresh photo-worker "$BUILD/libexec/photo-worker" "$ROOT"/conf/*.hdf "$CONF"; then
		stop 10 photo-worker
		rm -f "$VAR/run/photo-worker.sock" # left behind by one that was killed
		start photo-worker nice -n 10 "$BUILD/libexec/photo-worker" # pages come first
		until_true 10 test -S "$VAR/run/photo-worker.sock" ||
			fail "starting the picture workers" "$VAR/log/photo-worker.log" "read the log; then again"
		begun=$((begun + 1))
	fi
	if ! fresh outbox "$BUILD/bin/sbk" "$ROOT"/conf/*.hdf "$CONF" "$ROOT/templates/lang"; then
		stop 10 outbox
		start outbox "$BUILD/bin/sbk" outbox --follow
		begun=$((begun + 1))
	fi
	done_with "$((${#all[@]} + 2)), of them started now: $begun"
}

start_sandbox() {
	if fresh sandbox "$ROOT/tests/sandbox" && [ "$(cat "$VAR/run/sandbox.port")" = "$SANDBOX_PORT" ]; then
		return
	fi
	stop 10 sandbox
	printf '%s\n' "$SANDBOX_PORT" >"$VAR/run/sandbox.port"
	start sandbox node "$ROOT/tests/sandbox/sandbox.mjs"
}

start_nginx() {
	if fresh nginx "$VAR"/nginx/*.conf; then
		return
	fi
	stop 10 nginx
	nginx -t -q -p "$VAR" -c "$VAR/nginx/local.conf" -e stderr >"$VAR/log/nginx-test.log" 2>&1 ||
		fail "nginx's configuration" "$VAR/log/nginx-test.log" "mend conf/nginx; then again"
	printf '%s\n' "$PORT" >"$VAR/run/nginx.port"
	start nginx nginx -p "$VAR" -c "$VAR/nginx/local.conf" -e "$VAR/log/nginx.log"
}

# "program URL" a line, of the route table: one URL for each program; a regular expression is no URL.
routes() {
	awk '/^location ~/ { url = ""; next }
		/^location/ { url = $2 == "=" ? $3 : $2; if (!sub(/\/$/, "/0", url) || url == "/0") sub(/0$/, "", url) }
		url != "" && match($0, /[a-z]+\.sock/) { name = substr($0, RSTART, RLENGTH - 5); if (!seen[name]++) print name, url }' \
		"$VAR/nginx/site.conf"
	echo operators /operators/0
}

status_code() { # status_code URL
	curl -s -o /dev/null --max-time 5 -w '%{http_code}' "$1" || true
}

# Waiting has an end when the process that should answer has one.
healthy_settled() {
	healthy || ! running status || ! running nginx
}

sandbox_settled() {
	sandbox_answers || ! running sandbox
}

healthy() {
	[ "$(status_code "http://127.0.0.1:$PORT/healthz")" = 200 ]
}

sandbox_answers() {
	[ "$(status_code "http://127.0.0.1:$SANDBOX_PORT/healthz")" = 200 ]
}

wait_healthy() {
	local name url code
	until_true 20 healthy_settled || true
	healthy ||
		fail "http://127.0.0.1:$PORT/healthz does not say 200" "$VAR/log/status.log" \
			"see also $VAR/log/nginx.log and $VAR/log/mariadb.log; then again"
	until_true 20 sandbox_settled || true
	sandbox_answers ||
		fail "the sandbox does not answer on port $SANDBOX_PORT" "$VAR/log/sandbox.log" "read the log; then again"
	while read -r name url; do
		[ -x "$BUILD/cgi-bin/$name" ] || continue
		code=$(status_code "http://127.0.0.1:$PORT$url")
		case $code in
		[234]??) ;;
		*) fail "$url answers $code" "$VAR/log/$name.log" "read the log; then again" ;;
		esac
	done < <(routes)
}

locked() { # one script at a time on one instance
	exec 9>"$VAR/run/lock"
	flock -w 120 9 || fail "another start or stop of $VAR is at work" '' "wait for it"
}

# A start that failed leaves nothing running that it has begun.
take_back() {
	local status=$?
	if [ "$status" != 0 ] && [ ${#STARTED[@]} -gt 0 ]; then
		stop 20 "${STARTED[@]}"
	fi
}

instance_start() {
	check_place
	make_folders
	locked
	check_port nginx PORT "$PORT"
	check_port sandbox SANDBOX_PORT "$SANDBOX_PORT"
	trap take_back EXIT

	step database
	database_start
	done_with "$DB_SOCKET"

	step configuration
	make_secrets
	make_configuration
	done_with "$CONF"

	step data
	load_data

	step programs
	start_programs

	step health
	start_sandbox
	start_nginx
	wait_healthy
	done_with 'everything answers'
	trap - EXIT
}

# All that we know of, nginx first, the database last.
instance_stop() {
	local name names=()
	[ -d "$VAR/run" ] || return 0
	locked
	for name in "$VAR"/run/*.pid; do
		name=$(basename "$name" .pid)
		case $name in
		'*' | nginx | mariadb) ;;
		*) names+=("$name") ;;
		esac
	done
	stop 10 nginx
	stop 10 "${names[@]}"
	stop 60 mariadb
}

instance_status() {
	local file name code=0
	for file in "$VAR"/run/*.pid; do
		[ -e "$file" ] || { echo "$VAR: nothing runs"; return 1; }
		name=$(basename "$file" .pid)
		if running "$name"; then
			printf '%-14s %s\n' "$name" "pid $(pid_of "$name")"
		else
			printf '%-14s %s\n' "$name" "has ended; $VAR/log/$name.log"
			code=1
		fi
	done
	return $code
}

# One night: the bureau writes its orders, the banks answer, the bureau reads the answers; in the morning both compare.
instance_exchange() {
	running mariadb || fail "the instance in $VAR does not run" '' "make run"
	: >"$VAR/log/exchange.log"
	exchange_step export "sbk export" 'read the log; then again: the same night goes on where it stopped' "$BUILD/bin/sbk" export
	exchange_step banks "the sandbox's banks" 'read the log; then again' the_banks --reconcile
	exchange_step import "sbk import" 'read the log; then again' "$BUILD/bin/sbk" import
	exchange_step reconcile "sbk reconcile" 'read the log: where the banks and the bureau differ' "$BUILD/bin/sbk" reconcile
	exchange_step receipts "the sandbox's banks" 'read the log; then again' the_banks --receive
	exchange_step import "sbk import" 'read the log; then again' "$BUILD/bin/sbk" import
	# For the operators' page; an alarm is no reason to stop.
	"$BUILD/bin/sbk" status >>"$VAR/log/exchange.log" 2>&1 || true
	printf '\n  what was said: %s\n' "$VAR/log/exchange.log"
}

the_banks() { node "$ROOT/tests/sandbox/bank.mjs" --exchange "$VAR/exchange" --keys "$VAR/secrets/banks" "$@"; }

# exchange_step NAME WHO REMEDY COMMAND…
exchange_step() {
	local name=$1 who=$2 remedy=$3
	shift 3
	step "$name"
	"$@" >>"$VAR/log/exchange.log" 2>&1 || fail "$who" "$VAR/log/exchange.log" "$remedy"
	done_with "$who"
}

case ${1:-} in
start | stop | status | exchange) "instance_$1" ;;
*)
	sed -n 's/^# //p' "$0" | sed -n 1p >&2
	exit 2
	;;
esac
