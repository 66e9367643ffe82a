/*
 * rows.h - a result, copied whole from the library. For link.c alone; db.h shows the rest.
 */
#ifndef SBK_ROWS_H
#define SBK_ROWS_H

#include <mysql.h>

#include "base/db.h"

/* Takes the whole result of an executed statement. 0 or MySQL's number. */
unsigned rows_take(MYSQL_STMT *stmt, struct db_rows **rows);

#endif
