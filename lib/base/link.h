/*
 * link.h - one connection to MariaDB and the statements prepared on it. For db.c alone.
 *
 * A failure is MySQL's number, 0 is none: what it means for the work under way is
 * db.c's to say.
 */
#ifndef SBK_LINK_H
#define SBK_LINK_H

#include "base/db.h"

struct link;

struct link_target {
	const char *socket, *user, *password, *name;
	unsigned timeout;   /* seconds to connect, and to wait for each answer */
	unsigned lock_wait; /* seconds to wait for a row that another transaction holds */
};

unsigned link_open(struct link **link, const struct link_target *target);
void link_close(struct link **link);

/* A statement without parameters and without result: COMMIT and its like. */
unsigned link_command(struct link *link, const char *text);

/*
 * A prepared statement.  rows: where a SELECT's result goes, NULL for any other.  *sent:
 * the server may have done it.
 */
unsigned link_execute(struct link *link, const struct db_sql *sql, const struct db_val *with,
    size_t n, int64_t *affected, struct db_rows **rows, bool *sent);

/* Several statements, however long each takes. *done counts those that succeeded. */
unsigned link_script(struct link *link, const char *text, unsigned *done);

#endif
