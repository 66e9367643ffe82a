/*
 * audit.c - who did what: hash chains in the database.
 *
 * A chain's head is read anew for each row, inside the transaction of the change, and
 * not remembered: what was written may still be rolled back.  It also lets a process
 * continue the chain of an earlier one that had its number.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"

#define WRITER_LEN 97
#define HASH_LEN 32
#define PAGE 500 /* rows read at a time when verifying */

static const struct db_sql head_load = { "audit_head_load",
	"SELECT n, hash FROM audit WHERE writer = ? ORDER BY n DESC LIMIT 1" };
static const struct db_sql row_insert = { "audit_row_insert",
	"INSERT INTO audit (writer, n, at, action, actor, subject, detail, previous, hash)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" };
static const struct db_sql writer_next = { "audit_writer_next",
	"SELECT writer FROM audit WHERE writer > ? ORDER BY writer LIMIT 1" };
static const struct db_sql page_load = { "audit_page_load",
	"SELECT n, at, action, actor, subject, detail, previous, hash FROM audit"
	" WHERE writer = ? AND n > ? ORDER BY n LIMIT ?" };

struct row {
	const char *writer;
	int64_t n;
	int64_t at;
	const char *action, *actor, *subject, *detail;
	uint8_t previous[HASH_LEN];
};

/* Lengths and numbers as 8 bytes, big endian. */
static int
digest_number(EVP_MD_CTX *ctx, uint64_t number)
{
	uint8_t bytes[8];

	for (int i = 8; i-- > 0; number >>= 8)
		bytes[i] = (uint8_t)number;
	return EVP_DigestUpdate(ctx, bytes, sizeof(bytes));
}

static int
digest_field(EVP_MD_CTX *ctx, const void *data, size_t len)
{
	return digest_number(ctx, len) && EVP_DigestUpdate(ctx, data, len);
}

static int
digest_int(EVP_MD_CTX *ctx, int64_t number)
{
	return digest_number(ctx, sizeof(number)) && digest_number(ctx, (uint64_t)number);
}

static NEOERR *
row_hash(const struct row *row, uint8_t out[HASH_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int done = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
		   digest_field(ctx, row->previous, HASH_LEN) &&
		   digest_field(ctx, row->writer, strlen(row->writer)) &&
		   digest_int(ctx, row->n) && digest_int(ctx, row->at) &&
		   digest_field(ctx, row->action, strlen(row->action)) &&
		   digest_field(ctx, row->actor, strlen(row->actor)) &&
		   digest_field(ctx, row->subject, strlen(row->subject)) &&
		   digest_field(ctx, row->detail, strlen(row->detail)) &&
		   EVP_DigestFinal_ex(ctx, out, NULL);

	EVP_MD_CTX_free(ctx);
	return done ? STATUS_OK : nerr_raise(FAIL_CRYPTO, "audit hash failed");
}

/* "host/program/pid", each piece cut so that all of it fits. */
static void
writer_name(char out[WRITER_LEN])
{
	char host[65];

	if (gethostname(host, sizeof(host)) != 0)
		strcpy(host, "?");
	host[sizeof(host) - 1] = '\0';
	snprintf(out, WRITER_LEN, "%.48s/%.32s/%ld", host, program_invocation_short_name,
	    (long)getpid());
}

NEOERR *
audit_write(struct db *db, const char *action, const char *actor, const char *subject,
    const char *detail)
{
	char writer[WRITER_LEN];
	struct row row = { .writer = writer,
		.n = 1,
		.at = clock_now(),
		.action = action,
		.actor = actor,
		.subject = subject,
		.detail = detail };
	struct db_rows *rows = NULL;
	uint8_t hash[HASH_LEN];
	const void *last;
	size_t len;
	bool more;
	NEOERR *err;

	writer_name(writer);
	err = db_select(db, &head_load, DB_WITH(db_text(writer)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err != STATUS_OK)
		goto out;
	if (more) {
		row.n = db_get_int(rows, 0) + 1;
		last = db_get_bytes(rows, 1, &len);
		if (last == NULL || len != HASH_LEN) {
			err = nerr_raise(NERR_ASSERT, "audit: head is no hash");
			goto out;
		}
		memcpy(row.previous, last, HASH_LEN);
	}
	err = row_hash(&row, hash);
	if (err != STATUS_OK)
		goto out;
	err = db_run(db, &row_insert,
	    DB_WITH(db_text(writer), db_int(row.n), db_int(row.at), db_text(action),
		db_text(actor), db_text(subject), db_text(detail),
		db_bytes(row.previous, HASH_LEN), db_bytes(hash, HASH_LEN)),
	    NULL);
	/* Another connection under this name was faster: the chain's head is an old one. */
	if (nerr_handle(&err, FAIL_DUPLICATE))
		err = nerr_raise(FAIL_RETRY, "audit: head moved");
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* The walk along one chain. */
struct walk {
	const char *writer;
	int64_t last;               /* the row read last */
	int64_t next;               /* what the next row must carry: its number, */
	uint8_t previous[HASH_LEN]; /* and the hash of the one before */
	int64_t rows;
	bool broken;
	int64_t broken_at;
};

static NEOERR *
row_verify(struct walk *walk, const struct db_rows *rows)
{
	struct row row = { .writer = walk->writer,
		.n = db_get_int(rows, 0),
		.at = db_get_int(rows, 1),
		.action = db_get_text(rows, 2),
		.actor = db_get_text(rows, 3),
		.subject = db_get_text(rows, 4),
		.detail = db_get_text(rows, 5) };
	size_t previous_len = 0, hash_len = 0;
	const void *previous = db_get_bytes(rows, 6, &previous_len);
	const void *stored = db_get_bytes(rows, 7, &hash_len);
	uint8_t hash[HASH_LEN];
	NEOERR *err;

	walk->rows++;
	walk->last = row.n;
	if (walk->broken)
		return STATUS_OK;
	if (row.action != NULL && row.actor != NULL && row.subject != NULL &&
	    row.detail != NULL && row.n == walk->next && previous_len == HASH_LEN &&
	    hash_len == HASH_LEN && memcmp(previous, walk->previous, HASH_LEN) == 0) {
		memcpy(row.previous, walk->previous, HASH_LEN);
		err = row_hash(&row, hash);
		if (err != STATUS_OK)
			return nerr_pass(err);
		if (memcmp(stored, hash, HASH_LEN) == 0) {
			memcpy(walk->previous, hash, HASH_LEN);
			walk->next++;
			return STATUS_OK;
		}
	}
	walk->broken = true;
	walk->broken_at = row.n;
	return STATUS_OK;
}

static NEOERR *
page_verify(struct db *db, struct walk *walk, bool *end)
{
	struct db_rows *rows = NULL;
	int64_t before = walk->rows;
	bool more;
	NEOERR *err;

	err = db_select(db, &page_load,
	    DB_WITH(db_text(walk->writer), db_int(walk->last), db_int(PAGE)), &rows);
	while (err == STATUS_OK) {
		err = db_next(rows, &more);
		if (err != STATUS_OK || !more)
			break;
		err = row_verify(walk, rows);
	}
	*end = walk->rows - before < PAGE;
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* The writer after the given one; an empty name after the last. */
static NEOERR *
next_writer(struct db *db, char writer[WRITER_LEN])
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, &writer_next, DB_WITH(db_text(writer)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK)
		snprintf(writer, WRITER_LEN, "%s", more ? db_get_text(rows, 0) : "");
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
audit_verify(struct db *db, int64_t *rows, int64_t *bad, char *where, size_t size)
{
	char writer[WRITER_LEN] = "";
	char first[WRITER_LEN + 24] = "";
	int64_t seen = 0, broken = 0;
	NEOERR *err;

	for (;;) {
		struct walk walk = { .writer = writer, .last = INT64_MIN, .next = 1 };
		bool end = false;

		err = next_writer(db, writer);
		if (err != STATUS_OK)
			return nerr_pass(err);
		if (writer[0] == '\0')
			break;
		while (!end) {
			err = page_verify(db, &walk, &end);
			if (err != STATUS_OK)
				return nerr_pass(err);
		}
		seen += walk.rows;
		if (walk.broken && broken++ == 0)
			snprintf(
			    first, sizeof(first), "%s %lld", writer, (long long)walk.broken_at);
	}
	*rows = seen;
	*bad = broken;
	if (size > 0)
		snprintf(where, size, "%s", first);
	return STATUS_OK;
}
