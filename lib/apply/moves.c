/*
 * moves.c - many applications moved at once, in few statements.
 *
 * Their numbers go to the server as one JSON array, so exactly their rows are locked and no gap between
 * them, where a citizen's new application may have to go.  An UPDATE may not read JSON_TABLE on a Galera node
 * (4165): it names the rows in lists of MOVE_MAX.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/application.h"
#include "base/fail.h"

enum { LOCK, MOVE, EVENT };

#define MOVE_MAX 32
#define EIGHT "?, ?, ?, ?, ?, ?, ?, ?"

/* clang-format off */
static const struct db_sql sql[] = {
	[LOCK] = { "moves_lock",
	    "SELECT a.no, a.state, "
	    "(SELECT MAX(e.n) FROM application_event e WHERE e.application = a.no) "
	    "FROM JSON_TABLE(?, '$[*]' COLUMNS (i FOR ORDINALITY, no VARCHAR(20) PATH '$')) j "
	    "STRAIGHT_JOIN application a ON a.no = j.no ORDER BY j.i FOR UPDATE" },
	[MOVE] = { "moves_move",
	    "UPDATE application FORCE INDEX (PRIMARY) SET state = ?, live = ?, reason = NULL "
	    "WHERE no IN (" EIGHT ", " EIGHT ", " EIGHT ", " EIGHT ")" },
	[EVENT] = { "moves_event",
	    "INSERT INTO application_event (application, n, state, at, cause) "
	    "SELECT j.no, j.n, ?, ?, ? FROM "
	    "JSON_TABLE(?, '$[*]' COLUMNS (no VARCHAR(20) PATH '$[0]', n INT PATH '$[1]')) j" },
};
/* clang-format on */

static NEOERR *
dump(const json_t *array, char **text)
{
	*text = json_dumps(array, JSON_COMPACT);
	return *text != NULL ? STATUS_OK : nerr_raise(NERR_NOMEM, "moves");
}

/* Locks those of numbers that may move: their numbers, and [number, n of the event] of each. */
static NEOERR *
lock(struct db *db, const json_t *numbers, const char *state, json_t *may, json_t *moves)
{
	struct db_rows *rows = NULL;
	char *text = NULL;
	bool more = true;
	NEOERR *err;

	if ((err = dump(numbers, &text)) ||
	    (err = db_select(db, &sql[LOCK], DB_WITH(db_text(text)), &rows)))
		goto out;
	while ((err = db_next(rows, &more)) == STATUS_OK && more) {
		const char *no = db_get_text(rows, 0);

		if (!application_may_move(db_get_text(rows, 1), state))
			continue;
		if (json_array_append_new(may, json_string(no)) != 0 ||
		    json_array_append_new(moves,
			json_pack("[s, I]", no, (json_int_t)db_get_int(rows, 2) + 1)) != 0) {
			err = nerr_raise(NERR_NOMEM, "moves");
			goto out;
		}
	}
out:
	db_rows_free(&rows);
	free(text);
	return nerr_pass(err);
}

/* The rows of numbers, MOVE_MAX at a time; a list that is not full names its last one again. */
static NEOERR *
move_rows(
    struct db *db, const json_t *numbers, const struct application_state *state, int64_t *moved)
{
	size_t count = json_array_size(numbers);

	*moved = 0;
	for (size_t i = 0; i < count; i += MOVE_MAX) {
		struct db_val with[2 + MOVE_MAX] = { db_text(state->name),
			state->live ? db_int(1) : db_null() };
		int64_t affected;
		NEOERR *err;

		for (size_t j = 0; j < MOVE_MAX; j++)
			with[2 + j] = db_text(json_string_value(
			    json_array_get(numbers, i + j < count ? i + j : count - 1)));
		if ((err = db_run(db, &sql[MOVE], with, 2 + MOVE_MAX, &affected)))
			return nerr_pass(err);
		*moved += affected;
	}
	return STATUS_OK;
}

static NEOERR *
move(struct db *db, const json_t *numbers, const json_t *moves,
    const struct application_state *state, int64_t at, const char *cause)
{
	int64_t expected = (int64_t)json_array_size(numbers), moved = 0, noted = 0;
	char *text = NULL;
	NEOERR *err;

	if (expected == 0)
		return STATUS_OK;
	if ((err = dump(moves, &text)))
		return nerr_pass(err);
	err = move_rows(db, numbers, state, &moved);
	if (err == STATUS_OK)
		err = db_run(db, &sql[EVENT],
		    DB_WITH(db_text(state->name), db_int(at), db_text(cause), db_text(text)),
		    &noted);
	/* As in application.c: the view of the events may be older than the lock. */
	if (nerr_handle(&err, FAIL_DUPLICATE) ||
	    (err == STATUS_OK && (moved != expected || noted != expected)))
		err = nerr_raise(FAIL_RETRY, "%lld of %lld moved, %lld noted", (long long)moved,
		    (long long)expected, (long long)noted);
	free(text);
	return nerr_pass(err);
}

NEOERR *
application_move_all(struct db *db, const json_t *numbers, const char *state, int64_t at,
    const char *cause, json_t **moved)
{
	const struct application_state *to = application_state(state);
	json_t *may = json_array(), *moves = json_array();
	NEOERR *err;

	if (to == NULL || to->done)
		err = nerr_raise(NERR_ASSERT, "not for many at once: %s", state);
	else if (may == NULL || moves == NULL)
		err = nerr_raise(NERR_NOMEM, "moves");
	else if ((err = lock(db, numbers, state, may, moves)) == STATUS_OK)
		err = move(db, may, moves, to, at, cause);
	if (err == STATUS_OK) {
		*moved = may;
		may = NULL;
	}
	json_decref(may);
	json_decref(moves);
	return nerr_pass(err);
}
