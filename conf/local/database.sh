# shellcheck shell=bash
# database.sh - sourced after process.sh: the instance's private MariaDB and its accounts.
# It listens on a Unix socket only.  Who may be its root is whoever runs this script.
# DATABASE: a configuration in place of conf/mariadb.cnf and the sizes below.

DB_DIR=$VAR/mariadb
DB_SOCKET=$DB_DIR/db.sock

database_options() { # the array `options`
	options=(--defaults-file="${DATABASE:-$ROOT/conf/mariadb.cnf}" --datadir="$DB_DIR/data" --tmpdir="$DB_DIR/tmp")
	[ -n "${DATABASE:-}" ] || options+=(--innodb-log-file-size=16M --innodb-buffer-pool-size=64M)
	[ "$(id -u)" != 0 ] || options+=(--user="$DB_USER")
}

# database_client [OPTION…]: SQL from standard input, as root of the database.
database_client() {
	mariadb --no-defaults --socket="$DB_SOCKET" --user="$(id -un)" --batch --skip-column-names "$@"
}

database_lives() {
	database_client -e 'SELECT 1' >/dev/null 2>&1
}

database_prepare() {
	local options log=$VAR/log/mariadb-install.log
	DB_USER=$(lesser mysql)
	mkdir -p "$DB_DIR/tmp"
	chmod 700 "$DB_DIR"
	[ "$(id -u)" != 0 ] || chown "$DB_USER": "$DB_DIR" "$DB_DIR/tmp"
	[ ! -d "$DB_DIR/data/mysql" ] || return 0
	# Made aside: a folder under its final name is complete.  --force: a machine without a name will do.
	rm -rf "$DB_DIR/new" "$DB_DIR/data"
	database_options
	mariadb-install-db "${options[@]}" --datadir="$DB_DIR/new" --skip-test-db --force \
		--auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" >"$log" 2>&1 ||
		fail "mariadb-install-db in $DB_DIR" "$log" "is the disk full? make stop; rm -r $VAR/mariadb; then again"
	mv "$DB_DIR/new" "$DB_DIR/data"
}

database_start() {
	local options
	if running mariadb && database_lives; then
		return
	fi
	database_prepare
	database_options
	stop 30 mariadb
	start mariadb mariadbd "${options[@]}" --socket="$DB_SOCKET" --pid-file="$DB_DIR/pid"
	until_true 60 database_settled || true
	database_lives ||
		fail "starting MariaDB in $DB_DIR" "$VAR/log/mariadb.log" "read the log; make stop; then again"
}

# Answers, or has given up.
database_settled() {
	database_lives || ! running mariadb
}

# Two accounts: sbk changes rows, sbk_migrate changes tables.
database_accounts() {
	local name
	{
		printf 'CREATE DATABASE IF NOT EXISTS sbk;\n'
		for name in sbk sbk_migrate; do
			printf "CREATE USER IF NOT EXISTS %s@localhost;\nALTER USER %s@localhost IDENTIFIED BY '%s';\n" \
				"$name" "$name" "$(<"$VAR/secrets/$name")"
		done
		printf 'GRANT ALL ON sbk.* TO sbk_migrate@localhost;\n'
	} | database_client >>"$VAR/log/data.log" 2>&1 ||
		fail "making the database's accounts" "$VAR/log/data.log" "make stop; rm -r $VAR/mariadb; then again"
}

database_grants() {
	database_client sbk <"$ROOT/conf/grants.sql" | database_client sbk >>"$VAR/log/data.log" 2>&1 ||
		fail "granting the application its tables" "$VAR/log/data.log" "make stop; rm -r $VAR/mariadb; then again"
}
