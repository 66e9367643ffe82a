/*
 * export.c - what goes to one bank: writing the messages that are marked.
 *
 * Everything comes out of the marked rows, so a run that was killed writes the same bytes when run again.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/sealed.h"
#include "base/audit.h"
#include "base/fail.h"
#include "bank/cipher_file.h"
#include "bank/export.h"
#include "bank/manifest.h"
#include "bank/marking.h"
#include "bank/order.h"

enum { IDS, RECORDS, WRITTEN, MARK_AGAIN };

static const struct db_sql sql[] = {
	[IDS] = { "order_ids", "SELECT application FROM exchange_record WHERE msg_id = ? AND n "
			       "> ? ORDER BY n LIMIT ?" },
	[RECORDS] = { "order_records",
	    "SELECT r.n, r.application, r.attempt, a.body, p.id, p.body FROM exchange_record r "
	    "JOIN application a ON a.no = r.application JOIN photo p ON p.id = a.portrait "
	    "WHERE r.msg_id = ? AND r.n > ? ORDER BY r.n LIMIT ?" },
	[WRITTEN] = { "file_written",
	    "UPDATE exchange_message SET state = 'WRITTEN', digest = ? "
	    "WHERE msg_id = ? AND state = 'MARKED'" },
	[MARK_AGAIN] = { "order_mark_again",
	    "UPDATE exchange_message SET state = 'MARKED' WHERE msg_id = ? AND bank = ? AND "
	    "direction = 'out' AND state IN ('MARKED', 'WRITTEN', 'REJECTED')" },
};

struct writing {
	struct outgoing out;
	struct cipher_file_sums sums;
};

static NEOERR *
control_digest(struct writing *w)
{
	struct exchange *exchange = w->out.desk->exchange;
	struct message_control *control = NULL;
	int64_t n = 0;
	bool more = true;
	NEOERR *err;

	err = message_control_init(&control);
	while (err == STATUS_OK && n < w->out.header.records && more) {
		struct db_rows *rows = NULL;
		int64_t before = n;

		err = db_select(exchange->db, &sql[IDS],
		    DB_WITH(db_text(w->out.header.id), db_int(n), db_int(1000)), &rows);
		while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
			err = message_control_add(control, db_get_text(rows, 0));
			n++;
		}
		more = n > before;
		db_rows_free(&rows);
	}
	if (err == STATUS_OK)
		err = message_control_finish(control, w->out.header.control);
	message_control_free(&control);
	return nerr_pass(err);
}

static NEOERR *
add_record(struct writing *w, struct order *order, const struct db_rows *rows)
{
	const struct seal *seal = w->out.desk->exchange->seal;
	struct order_record record = { .n = db_get_int(rows, 0),
		.no = db_get_text(rows, 1),
		.attempt = db_get_int(rows, 2) };
	struct bytes photo = BYTES_INIT;
	json_t *answers = NULL;
	size_t body_len, id_len, photo_len;
	const void *body = db_get_bytes(rows, 3, &body_len);
	const void *id = db_get_bytes(rows, 4, &id_len);
	const void *sealed = db_get_bytes(rows, 5, &photo_len);
	NEOERR *err;

	if ((err = sealed_open(seal, "application.body", record.no, strlen(record.no), body,
		 body_len, &answers)) ||
	    (err = seal_open(seal, "photo.body", id, id_len, sealed, photo_len, &photo)))
		goto out;
	record.answers = answers;
	record.photo = photo.data;
	record.photo_len = photo.len;
	err = order_add(order, &record);
out:
	json_decref(answers);
	bytes_release(&photo);
	return nerr_pass(err);
}

/*
 * A batch of records that is read by a thread, over a connection of its own: half of an export would be waiting for the
 * photos.  While it reads, nobody else talks to the database.
 */
struct batch {
	pthread_t thread;
	bool reading;
	struct db *db;
	const char *msg_id;
	int64_t after, max; /* records */
	struct db_rows *rows;
	NEOERR *err;
};

static void *
batch_read(void *context)
{
	struct batch *batch = context;

	batch->err = db_select(batch->db, &sql[RECORDS],
	    DB_WITH(db_text(batch->msg_id), db_int(batch->after), db_int(batch->max)),
	    &batch->rows);
	return NULL;
}

static NEOERR *
batch_begin(struct batch *batch, int64_t after)
{
	int code;

	batch->after = after;
	code = pthread_create(&batch->thread, NULL, batch_read, batch);
	batch->reading = code == 0;
	return code == 0 ? STATUS_OK : nerr_raise(NERR_SYSTEM, "thread: %d", code);
}

/* Waits for what is being read; *rows is the caller's. */
static NEOERR *
batch_end(struct batch *batch, struct db_rows **rows)
{
	NEOERR *err;

	if (batch->reading)
		pthread_join(batch->thread, NULL);
	batch->reading = false;
	err = batch->err;
	*rows = batch->rows;
	batch->err = STATUS_OK;
	batch->rows = NULL;
	return nerr_pass(err);
}

/* Adds what rows hold, in order; *n counts. */
static NEOERR *
add_batch(struct writing *w, struct order *order, struct db_rows *rows, int64_t *n)
{
	bool more = true;
	NEOERR *err = STATUS_OK;

	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		err = add_record(w, order, rows);
		++*n;
	}
	return nerr_pass(err);
}

static NEOERR *
add_records(struct writing *w, struct order *order)
{
	struct exchange *exchange = w->out.desk->exchange;
	struct batch batch = { .db = exchange->ahead,
		.msg_id = w->out.header.id,
		.max = exchange->batch_records };
	struct db_rows *rows = NULL;
	int64_t n = 0;
	NEOERR *err = STATUS_OK;

	if (w->out.header.records > 0)
		err = batch_begin(&batch, 0);
	while (err == STATUS_OK && n < w->out.header.records) {
		int64_t before = n;

		db_rows_free(&rows);
		if ((err = batch_end(&batch, &rows)) ||
		    (err = lease_keep(&w->out.desk->lease, exchange->db)))
			break;
		if (n + batch.max < w->out.header.records &&
		    (err = batch_begin(&batch, n + batch.max)))
			break;
		err = add_batch(w, order, rows, &n);
		if (err == STATUS_OK && n != w->out.header.records && n != before + batch.max)
			err = nerr_raise(NERR_ASSERT, "%s: record %lld is incomplete",
			    w->out.header.id, (long long)n + 1);
		if (err == STATUS_OK && n / 5000 != before / 5000)
			exchange_tell(exchange, "info", "order_writing", w->out.desk->bank,
			    w->out.header.id, NULL, n);
	}
	db_rows_free(&rows);
	/* One that is still being read is of no use now. */
	if (batch.reading) {
		NEOERR *late = batch_end(&batch, &rows);

		nerr_ignore(&late);
		db_rows_free(&rows);
	}
	return nerr_pass(err);
}

static NEOERR *
into_file(void *to, const void *data, size_t len)
{
	return nerr_pass(cipher_file_write(to, data, len));
}

/* Its records, from the tables. */
static NEOERR *
write_order(struct writing *w, struct cipher_file *file)
{
	struct order_sink sink = { into_file, file };
	struct order *order = NULL;
	NEOERR *err;

	if ((err = control_digest(w)) || (err = order_init(&order, &sink, &w->out.header)) ||
	    (err = add_records(w, order)))
		goto out;
	err = order_finish(order);
out:
	order_free(&order);
	return nerr_pass(err);
}

static NEOERR *
write_content(struct writing *w)
{
	const struct bytes *kept = &w->out.content;
	struct desk *desk = w->out.desk;
	const struct profile *profile = envelope_profile(desk->envelope);
	char name[FOLDER_NAME_LEN];
	struct cipher_file *file = NULL;
	int fd = -1;
	NEOERR *err;

	snprintf(name, sizeof(name), "%s.xml.enc", w->out.header.id);
	if ((err = folder_create(desk->folder.outbound, name, &fd)) ||
	    (err = cipher_file_writer(
		 &file, fd, profile->cipher, w->out.secret, w->out.secret + ENVELOPE_KEY_LEN)))
		goto out;
	err =
	    kept->data ? cipher_file_write(file, kept->data, kept->len) : write_order(w, file);
	if (err != STATUS_OK || (err = cipher_file_finish(file, &w->sums)) ||
	    (err = lease_renew(&desk->lease, desk->exchange->db)))
		goto out;
	err = folder_publish(desk->folder.outbound, name, fd);
out:
	cipher_file_free(&file);
	if (fd >= 0)
		close(fd);
	return nerr_pass(err);
}

static NEOERR *
write_manifest(struct writing *w)
{
	struct desk *desk = w->out.desk;
	const struct profile *profile = envelope_profile(desk->envelope);
	struct manifest manifest = {
		.header = w->out.header, .sums = w->sums, .sealed = w->out.envelope
	};
	struct bytes text = BYTES_INIT, signature = BYTES_INIT;
	char name[FOLDER_NAME_LEN];
	NEOERR *err;

	snprintf(manifest.file, sizeof(manifest.file), "%s.xml.enc", w->out.header.id);
	snprintf(manifest.profile, sizeof(manifest.profile), "%s", profile->name);
	memcpy(manifest.iv, w->out.secret + ENVELOPE_KEY_LEN, sizeof(manifest.iv));
	if ((err = manifest_write(&manifest, &text)) ||
	    (err = envelope_sign(desk->envelope, text.data, text.len, &signature)))
		goto out;
	snprintf(name, sizeof(name), "%s.manifest.xml", w->out.header.id);
	if ((err = folder_write(desk->folder.outbound, name, text.data, text.len)))
		goto out;
	/* The signature comes last: it tells the bank that the message is there. */
	snprintf(name, sizeof(name), "%s.manifest.sig", w->out.header.id);
	if ((err = lease_renew(&desk->lease, desk->exchange->db)) ||
	    (err = folder_write(desk->folder.outbound, name, signature.data, signature.len)))
		goto out;
out:
	bytes_release(&text);
	bytes_release(&signature);
	return nerr_pass(err);
}

static NEOERR *
note_written(struct db *db, void *context)
{
	struct writing *w = context;
	NEOERR *err;

	err = db_run(db, &sql[WRITTEN],
	    DB_WITH(
		db_bytes(w->sums.sha256, sizeof(w->sums.sha256)), db_text(w->out.header.id)),
	    NULL);
	if (err == STATUS_OK)
		err = lease_renew(&w->out.desk->lease, db);
	return nerr_pass(err);
}

static NEOERR *
write_files(struct writing *w)
{
	NEOERR *err;

	if (w->out.desk->exchange->dry_run)
		return STATUS_OK;
	if ((err = write_content(w)))
		return nerr_pass(err);
	return nerr_pass(write_manifest(w));
}

/* Writes the oldest marked message. *found false: there is none. */
static NEOERR *
write_next(struct desk *desk, bool *found)
{
	struct writing w = { .out.desk = desk };
	NEOERR *err;

	if ((err = outgoing_load(&w.out, found)) || !*found)
		goto out;
	if ((err = write_files(&w)) ||
	    (err = db_transact(desk->exchange->db, note_written, &w)))
		goto out;
	exchange_tell(desk->exchange, "info", "file_written", desk->bank, w.out.header.id, NULL,
	    w.out.header.records);
out:
	outgoing_release(&w.out);
	return nerr_pass(err);
}

NEOERR *
export_marked(struct desk *desk)
{
	bool found = true;
	NEOERR *err = STATUS_OK;

	while (err == STATUS_OK && found)
		err = write_next(desk, &found);
	return nerr_pass(err);
}

NEOERR *
export_run(struct exchange *exchange, const char *bank, const char *date)
{
	struct desk desk;
	struct marking m = { .out.desk = &desk, .date = date };
	bool busy, any = false;
	NEOERR *err;

	err = desk_init(&desk, exchange, "export", bank, &busy);
	if (err != STATUS_OK || busy)
		return nerr_pass(err);
	do {
		if ((err = export_marked(&desk)) || (err = marking_next(&m)))
			break;
		any = any || m.marked;
	} while (m.marked);
	if (err == STATUS_OK && !any)
		exchange_tell(exchange, "info", "nothing_to_send", bank, NULL, NULL, -1);
	marking_release(&m);
	desk_release(&desk);
	return nerr_pass(err);
}

struct again {
	struct desk *desk;
	const char *msg_id;
	bool known;
};

/* The row says MARKED until the files are there again, so a run that is killed is made good by the next one. */
static NEOERR *
mark_again(struct db *db, void *context)
{
	struct again *again = context;
	int64_t marked = 0;
	NEOERR *err;

	err = db_run(db, &sql[MARK_AGAIN],
	    DB_WITH(db_text(again->msg_id), db_text(again->desk->bank)), &marked);
	again->known = marked == 1;
	if (err == STATUS_OK && again->known)
		err = audit_write(db, "resend", "sbk", again->msg_id, "");
	if (err == STATUS_OK)
		err = lease_renew(&again->desk->lease, db);
	return nerr_pass(err);
}

NEOERR *
export_again(struct exchange *exchange, const char *bank, const char *msg_id, bool *known)
{
	struct desk desk;
	struct again again = { .desk = &desk, .msg_id = msg_id };
	bool busy;
	NEOERR *err;

	*known = true;
	err = desk_init(&desk, exchange, "export", bank, &busy);
	if (err != STATUS_OK || busy)
		return nerr_pass(err);
	err = db_transact(exchange->db, mark_again, &again);
	if (err == STATUS_OK)
		err = export_marked(&desk);
	*known = again.known;
	desk_release(&desk);
	return nerr_pass(err);
}
