# shellcheck shell=bash disable=SC2030,SC2031 # what `at` sets is for its own subshell
# Source me: a cluster of NODES real database nodes on loopback with conf/mariadb.cnf and conf/galera/galera.cnf, each
# the database of an instance of its own, $CLUSTER/1 … (so conf/local/instance.sh finds it running).  The instances share
# secrets and data.  Wants $CLUSTER, a folder with a short name, and $NODE_PORTS, three free ones a node.

# shellcheck source=conf/local/process.sh
VAR=$CLUSTER/1 . "$(dirname "${BASH_SOURCE[0]}")/../../conf/local/process.sh"

NODES=3
read -r -a PORTS <<<"$NODE_PORTS" # of the nodes' own traffic: three for each

socket() { echo "$CLUSTER/$1/mariadb/db.sock"; }

at() # at NODE COMMAND…: with that node's instance as the one that process.sh and database.sh speak of
{
	(
		VAR=$CLUSTER/$1
		# shellcheck source=conf/local/database.sh
		. "$ROOT/conf/local/database.sh"
		DATABASE=$VAR/node.cnf
		shift
		"$@"
	)
}

# node_configure NODE [SETTING…]: the shipped files; only names, ports and sizes are other ones.
node_configure()
{
	local node=$1 peers='' i own
	shift
	for ((i = 0; i < NODES; i++)); do peers+=${peers:+,}127.0.0.1:${PORTS[3 * i]}; done
	own=("${PORTS[@]:3*(node-1):3}")
	cat >"$CLUSTER/$node/node.cnf" <<-END
		!include $ROOT/conf/mariadb.cnf
		!include $ROOT/conf/galera/galera.cnf
		[galera]
		wsrep_cluster_address = gcomm://$peers
		wsrep_node_name = db$node
		wsrep_node_address = 127.0.0.1
		wsrep_provider_options = "base_port=${own[0]}; gmcast.listen_addr=ssl://127.0.0.1:${own[0]}; ist.recv_addr=ssl://127.0.0.1:${own[1]}; gcache.size=64M; evs.keepalive_period=PT0.5S; evs.suspect_timeout=PT2S; evs.inactive_check_period=PT0.5S; evs.inactive_timeout=PT4S; socket.ssl_key=$CLUSTER/node.key; socket.ssl_cert=$CLUSTER/node.crt; socket.ssl_ca=$CLUSTER/node.crt"
		wsrep_sst_receive_address = 127.0.0.1:${own[2]}
		innodb_log_file_size = 16M
		innodb_buffer_pool_size = 64M
		$(printf '%s\n' "$@")
		[sst]
		tkey = $CLUSTER/node.key
		tcert = $CLUSTER/node.crt
		tca = $CLUSTER/node.crt
		sockopt = ",bind=127.0.0.1"
	END
}

query() # query NODE STATEMENT: as root of the database
{
	at "$1" database_client sbk -e "$2"
}

is_synced()
{
	[ "$(at "$1" database_client -e "SHOW STATUS LIKE 'wsrep_local_state_comment'" 2>/dev/null | cut -f2)" = Synced ] &&
		[ "$(at "$1" database_client -e "SHOW STATUS LIKE 'wsrep_ready'" | cut -f2)" = ON ]
}

synced() { until_true 60 is_synced "$1" || fail "node $1 is not in step" "$CLUSTER/$1/log/mariadb.log"; }

cluster_size() { at "$1" database_client -e "SHOW STATUS LIKE 'wsrep_cluster_size'" 2>/dev/null | cut -f2; }
has_size() { [ "$(cluster_size "$1")" = "$2" ]; }
cluster_is() { until_true 60 has_size "$1" "$2" || fail "node $1 sees $(cluster_size "$1") nodes, not $2"; }

node_start()
{
	at "$1" database_start || exit
	synced "$1"
}

# Comes back from where its files are, and gets what it lacks from a neighbour.
node_again()
{
	local at
	at=$(at "$1" position) || fail "node $1 does not know where it was" "$CLUSTER/$1/log/recover.log"
	node_configure "$1" "wsrep_start_position = $at"
	node_start "$1"
	cluster_is "$1" "$NODES"
}

position() # where this node's files are: UUID:number
{
	local options
	DB_USER=$(lesser mysql)
	database_options
	mariadbd "${options[@]}" --socket="$DB_SOCKET" --wsrep-recover >"$VAR/log/recover.log" 2>&1
	sed -n 's/.*Recovered position: *//p' "$VAR/log/recover.log" | grep .
}

node_pid() { at "$1" pid_of mariadb; }

node_kill() { kill -KILL "$(node_pid "$1")"; }

cluster_start()
{
	local node
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$CLUSTER/node.key" -out "$CLUSTER/node.crt" 2>/dev/null
	chmod 644 "$CLUSTER/node.key"
	for ((node = 1; node <= NODES; node++)); do
		mkdir -p "$CLUSTER/$node/run" "$CLUSTER/$node/log"
		node_configure "$node"
	done
	node_configure 1 'wsrep_new_cluster = ON'
	node_start 1
	for ((node = 2; node <= NODES; node++)); do node_start "$node"; done
	cluster_is 1 "$NODES"
}

cluster_stop()
{
	local node
	for ((node = NODES; node >= 1; node--)); do
		[ ! -d "$CLUSTER/$node/run" ] || VAR=$CLUSTER/$node "$ROOT/conf/local/instance.sh" stop
	done
}
