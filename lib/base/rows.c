/*
 * rows.c - a result, copied whole from the library.
 *
 * So an error while fetching is an error of the statement, rows outlive the
 * connection they came over, and a statement is free again at once.  Failures are
 * MySQL's numbers, 0 is none.
 */
#include <stdlib.h>
#include <string.h>

#include <errmsg.h>

#include "base/rows.h"

struct cell {
	char *data; /* NULL: SQL NULL; a NUL follows */
	size_t len;
};

/* The cells of all rows, row by row; all data of a row in one piece. */
struct db_rows {
	unsigned columns;
	size_t n, room;     /* rows */
	size_t next;        /* rows already moved past; the current one is next - 1 */
	struct cell *cells; /* n * columns */
	char **pieces;      /* n */
};

/* A failure without a number must not pass for success. */
static unsigned
failure(MYSQL_STMT *stmt)
{
	unsigned number = mysql_stmt_errno(stmt);

	return number != 0 ? number : CR_UNKNOWN_ERROR;
}

/* Room for one more row. */
static unsigned
rows_grow(struct db_rows *rows)
{
	size_t room = rows->room > 0 ? rows->room * 2 : 8;
	struct cell *cells;
	char **pieces;

	if (rows->n < rows->room)
		return 0;
	cells = reallocarray(rows->cells, room, rows->columns * sizeof(*cells));
	if (cells == NULL)
		return CR_OUT_OF_MEMORY;
	rows->cells = cells;
	pieces = reallocarray(rows->pieces, room, sizeof(*pieces));
	if (pieces == NULL)
		return CR_OUT_OF_MEMORY;
	rows->pieces = pieces;
	rows->room = room;
	return 0;
}

/* Where the library puts one column of the row it fetches. */
struct column {
	char *buffer;
	unsigned long len;
	my_bool null;
};

/* Copies the row just fetched. */
static unsigned
rows_add(struct db_rows *rows, const struct column *columns)
{
	struct cell *cells;
	size_t size = 1; /* never malloc(0) */
	char *piece;

	if (rows_grow(rows) != 0)
		return CR_OUT_OF_MEMORY;
	for (unsigned i = 0; i < rows->columns; i++)
		size += columns[i].null ? 0 : columns[i].len + 1;
	piece = malloc(size);
	if (piece == NULL)
		return CR_OUT_OF_MEMORY;
	cells = rows->cells + rows->n * rows->columns;
	rows->pieces[rows->n++] = piece;
	for (unsigned i = 0; i < rows->columns; i++) {
		cells[i] = (struct cell) { 0 };
		if (columns[i].null)
			continue;
		cells[i] = (struct cell) { .data = piece, .len = columns[i].len };
		memcpy(piece, columns[i].buffer, cells[i].len);
		piece[cells[i].len] = '\0';
		piece += cells[i].len + 1;
	}
	return 0;
}

/* */
static unsigned
fetch_all(MYSQL_STMT *stmt, struct db_rows *rows, const struct column *columns)
{
	int got;

	while ((got = mysql_stmt_fetch(stmt)) == 0) {
		unsigned number = rows_add(rows, columns);

		if (number != 0)
			return number;
	}
	if (got == MYSQL_NO_DATA)
		return mysql_stmt_errno(stmt);
	return got == MYSQL_DATA_TRUNCATED ? MYSQL_DATA_TRUNCATED : failure(stmt);
}

/*
 * Everything comes as text or bytes; how long each column's longest value is, the
 * library knows once it has stored the result.
 */
static unsigned
fill(MYSQL_STMT *stmt, const MYSQL_FIELD *fields, struct db_rows *rows)
{
	struct column *columns = calloc(rows->columns, sizeof(*columns));
	MYSQL_BIND *binds = calloc(rows->columns, sizeof(*binds));
	unsigned number = CR_OUT_OF_MEMORY;

	if (columns == NULL || binds == NULL)
		goto out;
	for (unsigned i = 0; i < rows->columns; i++) {
		unsigned long room = fields[i].max_length + 1;

		columns[i].buffer = malloc(room);
		if (columns[i].buffer == NULL)
			goto out;
		binds[i].buffer_type = MYSQL_TYPE_STRING;
		binds[i].buffer = columns[i].buffer;
		binds[i].buffer_length = room;
		/* Of its own: the library copies binds, and fills in only its copy. */
		binds[i].length = &columns[i].len;
		binds[i].is_null = &columns[i].null;
	}
	if (mysql_stmt_bind_result(stmt, binds) == 0)
		number = fetch_all(stmt, rows, columns);
	else
		number = failure(stmt);
out:
	for (unsigned i = 0; columns != NULL && i < rows->columns; i++)
		free(columns[i].buffer);
	free(columns);
	free(binds);
	return number;
}

unsigned
rows_take(MYSQL_STMT *stmt, struct db_rows **rows)
{
	struct db_rows *made = NULL;
	MYSQL_RES *meta = NULL;
	unsigned number;

	if (mysql_stmt_store_result(stmt) != 0 || mysql_stmt_errno(stmt) != 0)
		return failure(stmt);
	meta = mysql_stmt_result_metadata(stmt);
	made = calloc(1, sizeof(*made));
	if (meta == NULL || made == NULL) {
		number = CR_OUT_OF_MEMORY;
		goto out;
	}
	made->columns = mysql_num_fields(meta);
	number = fill(stmt, mysql_fetch_fields(meta), made);
	if (number != 0)
		goto out;
	*rows = made;
	made = NULL;
out:
	db_rows_free(&made);
	mysql_free_result(meta);
	mysql_stmt_free_result(stmt);
	return number;
}

NEOERR *
db_next(struct db_rows *rows, bool *more)
{
	if (rows->next <= rows->n)
		rows->next++;
	*more = rows->next <= rows->n;
	return STATUS_OK;
}

void
db_rows_free(struct db_rows **rows)
{
	if (*rows == NULL)
		return;
	for (size_t i = 0; i < (*rows)->n; i++)
		free((*rows)->pieces[i]);
	free((*rows)->pieces);
	free((*rows)->cells);
	free(*rows);
	*rows = NULL;
}

/* Outside the rows and columns everything is NULL. */
static struct cell
cell_at(const struct db_rows *rows, unsigned col)
{
	if (rows->next < 1 || rows->next > rows->n || col >= rows->columns)
		return (struct cell) { 0 };
	return rows->cells[(rows->next - 1) * rows->columns + col];
}

bool
db_is_null(const struct db_rows *rows, unsigned col)
{
	return cell_at(rows, col).data == NULL;
}

int64_t
db_get_int(const struct db_rows *rows, unsigned col)
{
	const char *text = cell_at(rows, col).data;

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

const char *
db_get_text(const struct db_rows *rows, unsigned col)
{
	return cell_at(rows, col).data;
}

const void *
db_get_bytes(const struct db_rows *rows, unsigned col, size_t *len)
{
	struct cell cell = cell_at(rows, col);

	*len = cell.len;
	return cell.data;
}
