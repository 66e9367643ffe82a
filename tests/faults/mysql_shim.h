/*
 * mysql_shim.h - libmariadb's functions, one call of which can be told to fail.
 *
 * Included by one test program, whose definitions the linker then prefers to the
 * library's.  Calls are counted from shim_arm on; calls that the library makes itself are
 * not.  A failing call does on the server what the failure would have done there: 1213
 * rolls the transaction back, a lost connection is really cut, before or after the
 * server has done the work.
 */
#ifndef SBK_MYSQL_SHIM_H
#define SBK_MYSQL_SHIM_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <mysql.h>

struct shim_fault {
	unsigned number; /* MySQL's */
	bool cuts;       /* the connection is lost */
	bool after;      /* the server has done it: only the answer is lost */
	bool forever;    /* this and all later calls fail, else this one */
	int call;        /* which, counted from 1; 0: none, only count */
};

static struct {
	struct shim_fault fault;
	int calls;
	int inside;     /* in a call of the library */
	unsigned shown; /* the number that mysql_errno gives */
	char struck
	    [16]; /* the first function or command that failed, as it begins; "" if none */
} shim;

static inline void
shim_arm(struct shim_fault fault)
{
	shim.fault = fault;
	shim.calls = 0;
	shim.shown = 0;
	shim.struck[0] = '\0';
}

/* Everything works again. The number of calls since shim_arm. */
static inline int
shim_disarm(void)
{
	int calls = shim.calls;

	shim_arm((struct shim_fault) { 0 });
	return calls;
}

static inline void *
shim_real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

static inline bool
shim_hits(void)
{
	if (shim.inside > 0)
		return false;
	shim.shown = 0;
	shim.calls++;
	return shim.fault.call > 0 && (shim.fault.forever ? shim.calls >= shim.fault.call
							  : shim.calls == shim.fault.call);
}

static inline void
shim_strike(MYSQL *mysql, const char *what)
{
	static int (*real_query)(MYSQL *, const char *, unsigned long);

	if (real_query == NULL)
		real_query = shim_real("mysql_real_query");
	if (shim.fault.number == 1213)
		real_query(mysql, "ROLLBACK", 8);
	if (shim.fault.cuts && mysql_get_socket(mysql) != MARIADB_INVALID_SOCKET)
		shutdown(mysql_get_socket(mysql), SHUT_RDWR);
	shim.shown = shim.fault.number;
	if (shim.struck[0] == '\0')
		snprintf(shim.struck, sizeof(shim.struck), "%.15s", what);
}

/*
 * Defines name, which calls the library's name, or fails: then returns failed.  mysql is
 * the connection, what the name of the call; drain: even then the library is called.
 */
#define SHIM(type, name, parameters, arguments, mysql, failed, what, drain) \
	type STDCALL name parameters                                        \
	{                                                                   \
		static type(*real) parameters;                              \
		bool hits = shim_hits();                                    \
		type result = failed;                                       \
                                                                            \
		if (real == NULL)                                           \
			real = shim_real(#name);                            \
		if (!hits || shim.fault.after || (drain)) {                 \
			shim.inside++;                                      \
			result = real arguments;                            \
			shim.inside--;                                      \
		}                                                           \
		if (!hits)                                                  \
			return result;                                      \
		shim_strike(mysql, what);                                   \
		return failed;                                              \
	}

SHIM(MYSQL *, mysql_real_connect,
    (MYSQL * mysql, const char *host, const char *user, const char *password, const char *db,
	unsigned port, const char *socket, unsigned long flags),
    (mysql, host, user, password, db, port, socket, flags), mysql, NULL, "connect", false)
SHIM(int, mysql_set_character_set, (MYSQL * mysql, const char *name), (mysql, name), mysql, 1,
    "connect", false)
SHIM(int, mysql_real_query, (MYSQL * mysql, const char *text, unsigned long len),
    (mysql, text, len), mysql, 1, text, false)
SHIM(int, mysql_stmt_prepare, (MYSQL_STMT * stmt, const char *text, unsigned long len),
    (stmt, text, len), stmt->mysql, 1, "prepare", false)
SHIM(my_bool, mysql_stmt_attr_set,
    (MYSQL_STMT * stmt, enum enum_stmt_attr_type type, const void *value), (stmt, type, value),
    stmt->mysql, 1, "attr_set", false)
SHIM(my_bool, mysql_stmt_bind_param, (MYSQL_STMT * stmt, MYSQL_BIND *binds), (stmt, binds),
    stmt->mysql, 1, "bind_param", false)
SHIM(int, mysql_stmt_execute, (MYSQL_STMT * stmt), (stmt), stmt->mysql, 1, "execute", false)
/* The rest of the result is read, so that the connection can be used as after a real error. */
SHIM(int, mysql_stmt_store_result, (MYSQL_STMT * stmt), (stmt), stmt->mysql, 1, "store", true)
SHIM(my_bool, mysql_stmt_bind_result, (MYSQL_STMT * stmt, MYSQL_BIND *binds), (stmt, binds),
    stmt->mysql, 1, "bind_result", false)
SHIM(int, mysql_stmt_fetch, (MYSQL_STMT * stmt), (stmt), stmt->mysql, 1, "fetch", false)

unsigned STDCALL
mysql_errno(MYSQL *mysql)
{
	static unsigned (*real)(MYSQL *);

	if (real == NULL)
		real = shim_real("mysql_errno");
	return shim.shown != 0 ? shim.shown : real(mysql);
}

unsigned STDCALL
mysql_stmt_errno(MYSQL_STMT *stmt)
{
	static unsigned (*real)(MYSQL_STMT *);

	if (real == NULL)
		real = shim_real("mysql_stmt_errno");
	return shim.shown != 0 ? shim.shown : real(stmt);
}

#endif
