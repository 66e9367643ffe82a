/*
 * link.c - one connection to MariaDB and the statements prepared on it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errmsg.h>
#include <mysql.h>

#include "base/link.h"
#include "base/rows.h"

#define BUCKETS 64
#define PARAMS_MAX 64

/* A statement as the server knows it, as long as the connection lasts. */
struct prepared {
	const struct db_sql *sql;
	MYSQL_STMT *stmt;
	struct prepared *next;
};

struct link {
	MYSQL *mysql;
	struct prepared *prepared[BUCKETS]; /* by the address of their db_sql */
};

/* A failure without a number must not pass for success. */
static unsigned
numbered(unsigned number)
{
	return number != 0 ? number : CR_UNKNOWN_ERROR;
}

static unsigned
failure(const struct link *link)
{
	return numbered(mysql_errno(link->mysql));
}

static unsigned
stmt_failure(MYSQL_STMT *stmt)
{
	return numbered(mysql_stmt_errno(stmt));
}

unsigned
link_command(struct link *link, const char *text)
{
	return mysql_real_query(link->mysql, text, strlen(text)) == 0 ? 0 : failure(link);
}

/* A session alike on every server, whatever that server's configuration says. */
static unsigned
session_begin(struct link *link, unsigned lock_wait)
{
	char text[160];
	unsigned number;

	/* Not only a word for the server: the library escapes and counts by it. */
	if (mysql_set_character_set(link->mysql, "utf8mb4") != 0)
		return failure(link);
	number = link_command(link, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
	if (number != 0)
		return number;
	snprintf(text, sizeof(text),
	    "SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', autocommit = 1,"
	    " innodb_lock_wait_timeout = %u",
	    lock_wait);
	return link_command(link, text);
}

static int
set_options(MYSQL *mysql, const unsigned *timeout)
{
	const unsigned protocol = MYSQL_PROTOCOL_SOCKET, no = 0;
	const my_bool yes = 1;

	return mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0 &&
	       mysql_optionsv(mysql, MYSQL_OPT_PROTOCOL, &protocol) == 0 &&
	       mysql_optionsv(mysql, MYSQL_OPT_LOCAL_INFILE, &no) == 0 &&
	       mysql_optionsv(mysql, MYSQL_REPORT_DATA_TRUNCATION, &yes) == 0 &&
	       mysql_optionsv(mysql, MYSQL_OPT_CONNECT_TIMEOUT, timeout) == 0 &&
	       mysql_optionsv(mysql, MYSQL_OPT_READ_TIMEOUT, timeout) == 0 &&
	       mysql_optionsv(mysql, MYSQL_OPT_WRITE_TIMEOUT, timeout) == 0;
}

unsigned
link_open(struct link **link, const struct link_target *target)
{
	struct link *made = calloc(1, sizeof(*made));
	unsigned number;

	if (made == NULL || (made->mysql = mysql_init(NULL)) == NULL) {
		free(made);
		return CR_OUT_OF_MEMORY;
	}
	if (!set_options(made->mysql, &target->timeout) ||
	    mysql_real_connect(made->mysql, NULL, target->user, target->password, target->name,
		0, target->socket, CLIENT_FOUND_ROWS) == NULL)
		number = failure(made);
	else
		number = session_begin(made, target->lock_wait);
	if (number != 0)
		link_close(&made);
	else
		*link = made;
	return number;
}

void
link_close(struct link **link)
{
	if (*link == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct prepared *p = (*link)->prepared[i], *next;

		for (; p != NULL; p = next) {
			next = p->next;
			mysql_stmt_close(p->stmt);
			free(p);
		}
	}
	mysql_close((*link)->mysql);
	free(*link);
	*link = NULL;
}

static unsigned
prepare(struct link *link, const struct db_sql *sql, MYSQL_STMT **stmt)
{
	const my_bool yes = 1;
	struct prepared **at = &link->prepared[((uintptr_t)sql / sizeof(*sql)) % BUCKETS];
	struct prepared *made;
	unsigned number = CR_OUT_OF_MEMORY;

	while (*at != NULL && (*at)->sql != sql)
		at = &(*at)->next;
	if (*at != NULL) {
		*stmt = (*at)->stmt;
		return 0;
	}
	made = calloc(1, sizeof(*made));
	if (made == NULL || (made->stmt = mysql_stmt_init(link->mysql)) == NULL)
		goto out;
	if (mysql_stmt_prepare(made->stmt, sql->text, strlen(sql->text)) != 0 ||
	    mysql_stmt_attr_set(made->stmt, STMT_ATTR_UPDATE_MAX_LENGTH, &yes) != 0) {
		number = stmt_failure(made->stmt);
		mysql_stmt_close(made->stmt);
		goto out;
	}
	made->sql = sql;
	*at = made;
	*stmt = made->stmt;
	return 0;
out:
	free(made);
	return number;
}

static unsigned
bind(MYSQL_STMT *stmt, const struct db_val *with, size_t n, MYSQL_BIND binds[PARAMS_MAX])
{
	static const enum enum_field_types types[] = {
		[DB_NULL] = MYSQL_TYPE_NULL,
		[DB_INT] = MYSQL_TYPE_LONGLONG,
		[DB_BYTES] = MYSQL_TYPE_BLOB,
		[DB_TEXT] = MYSQL_TYPE_STRING,
	};

	if (n > PARAMS_MAX || mysql_stmt_param_count(stmt) != n)
		return CR_INVALID_PARAMETER_NO;
	memset(binds, 0, n * sizeof(*binds));
	for (size_t i = 0; i < n; i++) {
		const void *from = with[i].kind == DB_INT ? &with[i].number : with[i].data;

		binds[i].buffer_type = types[with[i].kind];
		/* The library's type serves results as well; of a parameter it only reads. */
		binds[i].buffer = (void *)(uintptr_t)from;
		binds[i].buffer_length = with[i].len;
	}
	return n == 0 || mysql_stmt_bind_param(stmt, binds) == 0 ? 0 : stmt_failure(stmt);
}

unsigned
link_execute(struct link *link, const struct db_sql *sql, const struct db_val *with, size_t n,
    int64_t *affected, struct db_rows **rows, bool *sent)
{
	MYSQL_BIND binds[PARAMS_MAX];
	MYSQL_STMT *stmt = NULL;
	unsigned number;

	*sent = false;
	number = prepare(link, sql, &stmt);
	if (number != 0)
		return number;
	number = bind(stmt, with, n, binds);
	if (number != 0)
		return number;
	/* A statement that returns rows is for db_select, and no other is. */
	if ((mysql_stmt_field_count(stmt) > 0) != (rows != NULL))
		return CR_NO_STMT_METADATA;
	if (mysql_stmt_execute(stmt) != 0) {
		number = stmt_failure(stmt);
		*sent =
		    number != CR_SERVER_GONE_ERROR; /* that one: while writing to the server */
		return number;
	}
	*sent = true;
	if (rows != NULL)
		number = rows_take(stmt, rows);
	else if (affected != NULL)
		*affected = (int64_t)mysql_stmt_affected_rows(stmt);
	return number;
}

unsigned
link_script(struct link *link, const char *text, unsigned *done)
{
	unsigned number;

	*done = 0;
	if (mysql_set_server_option(link->mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0)
		return failure(link);
	number = link_command(link, text);
	while (number == 0) {
		int more;

		mysql_free_result(mysql_store_result(link->mysql));
		number = mysql_errno(link->mysql);
		if (number != 0)
			break;
		++*done;
		more = mysql_next_result(link->mysql);
		if (more < 0)
			break;
		if (more > 0)
			number = failure(link);
	}
	return number;
}
