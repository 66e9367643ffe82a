/*
 * export.c - the nightly orders to one bank.
 *
 * One transaction selects, moves, numbers and marks; it also keeps the moment, key, IV and sealed key.  All that
 * is written later follows from these rows, so a run that was killed writes the same bytes when run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/crypto.h>

#include "apply/application.h"
#include "apply/sealed.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/cipher_file.h"
#include "bank/export.h"
#include "bank/manifest.h"
#include "bank/message.h"
#include "bank/order.h"

#define TYPE "CardProductionOrder"
#define SECRET_LEN (ENVELOPE_KEY_LEN + ENVELOPE_IV_LEN)
#define LEFT_MAX \
	32 /* applications left behind that are told by number; the rest only counted */

enum {
	MARKED,
	NEWEST,
	PART,
	SEQUENCE,
	SEQUENCE_MAKE,
	SEQUENCE_STEP,
	WAITING,
	ANY_WAITING,
	MARK_RECORD,
	MARK_MESSAGE,
	IDS,
	RECORDS,
	WRITTEN
};

static const struct db_sql sql[] = {
	[MARKED] = { "order_marked",
	    "SELECT msg_id, seq, business_date, part, last_part, records, secret, envelope, "
	    "created_at FROM exchange_message WHERE bank = ? AND direction = 'out' "
	    "AND type = '" TYPE "' AND state = 'MARKED' ORDER BY seq LIMIT 1" },
	[NEWEST] = { "order_newest",
	    "SELECT business_date, part, last_part FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" TYPE "' ORDER BY seq DESC LIMIT 1" },
	[PART] = { "order_part",
	    "SELECT COALESCE(MAX(part), 0) FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" TYPE "' AND business_date = ?" },
	[SEQUENCE] = { "order_sequence",
	    "SELECT next_seq FROM exchange_sequence WHERE bank = ? AND direction = 'out'" },
	[SEQUENCE_MAKE] = { "order_sequence_make",
	    "INSERT INTO exchange_sequence (bank, direction, next_seq) VALUES (?, 'out', 2)" },
	[SEQUENCE_STEP] = { "order_sequence_step",
	    "UPDATE exchange_sequence SET next_seq = next_seq + 1 "
	    "WHERE bank = ? AND direction = 'out' AND next_seq = ?" },
	[WAITING] = { "order_waiting",
	    "SELECT a.no, a.attempt, a.body, p.id FROM application a "
	    "LEFT JOIN photo p ON p.id = a.portrait WHERE a.bank = ? "
	    "AND a.state = 'SUBMITTED' AND a.no > ? ORDER BY a.no LIMIT ?" },
	[ANY_WAITING] = { "order_any_waiting", "SELECT 1 FROM application WHERE bank = ? AND "
					       "state = 'SUBMITTED' AND no > ? LIMIT 1" },
	[MARK_RECORD] = { "order_mark_record",
	    "INSERT INTO exchange_record (msg_id, n, application, attempt, direction, status) "
	    "VALUES (?, ?, ?, ?, 'out', 'SENT')" },
	[MARK_MESSAGE] = { "order_mark_message",
	    "INSERT INTO exchange_message (msg_id, bank, direction, type, seq, business_date, "
	    "part, last_part, records, state, secret, envelope, created_at) "
	    "VALUES (?, ?, 'out', '" TYPE "', ?, ?, ?, ?, ?, 'MARKED', ?, ?, ?)" },
	[IDS] = { "order_ids", "SELECT application FROM exchange_record WHERE msg_id = ? AND n "
			       "> ? ORDER BY n LIMIT ?" },
	[RECORDS] = { "order_records",
	    "SELECT r.n, r.application, r.attempt, a.body, p.id, p.body FROM exchange_record r "
	    "JOIN application a ON a.no = r.application JOIN photo p ON p.id = a.portrait "
	    "WHERE r.msg_id = ? AND r.n > ? ORDER BY r.n LIMIT ?" },
	[WRITTEN] = { "order_written",
	    "UPDATE exchange_message SET state = 'WRITTEN', digest = ? "
	    "WHERE msg_id = ? AND state = 'MARKED'" },
};

/* Marking */

struct marking {
	struct desk *desk;
	const char *date;
	char after[APPLICATION_NO_LEN]; /* marked or left behind in this run up to here */
	int64_t now;
	uint8_t secret[SECRET_LEN];
	struct bytes envelope;

	/* set by each run of the transaction */
	struct message_header header;
	char last[APPLICATION_NO_LEN];
	bool marked;
	struct {
		char no[APPLICATION_NO_LEN];
		struct fault fault;
	} left[LEFT_MAX];
	int64_t left_count;
};

/* A business date whose last part is missing comes first: the run that began it was cut off. */
static NEOERR *
choose_part(struct db *db, struct marking *m, bool *must)
{
	struct message_header *header = &m->header;
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	snprintf(header->business_date, sizeof(header->business_date), "%s", m->date);
	err = db_select(db, &sql[NEWEST], DB_WITH(db_text(m->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err != STATUS_OK)
		goto out;
	if (more && db_get_int(rows, 2) == 0) {
		snprintf(header->business_date, sizeof(header->business_date), "%s",
		    db_get_text(rows, 0));
		header->part = db_get_int(rows, 1) + 1;
		*must = true;
		goto out;
	}
	db_rows_free(&rows);
	err =
	    db_select(db, &sql[PART], DB_WITH(db_text(m->desk->bank), db_text(m->date)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err != STATUS_OK)
		goto out;
	header->part = db_get_int(rows, 0) + 1;
	*must = header->part == 1;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
choose_seq(struct db *db, struct marking *m)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[SEQUENCE], DB_WITH(db_text(m->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK)
		m->header.seq = more ? db_get_int(rows, 0) : 1;
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
step_seq(struct db *db, struct marking *m)
{
	int64_t affected = 0;
	NEOERR *err;

	if (m->header.seq == 1)
		err =
		    db_run(db, &sql[SEQUENCE_MAKE], DB_WITH(db_text(m->desk->bank)), &affected);
	else
		err = db_run(db, &sql[SEQUENCE_STEP],
		    DB_WITH(db_text(m->desk->bank), db_int(m->header.seq)), &affected);
	if (nerr_handle(&err, FAIL_DUPLICATE) || (err == STATUS_OK && affected != 1))
		err = nerr_raise(FAIL_RETRY, "another message took the number");
	return nerr_pass(err);
}

/* Whether the application can stand in an order; if not, it is noted and stays behind. */
static NEOERR *
fits(struct marking *m, const struct db_rows *rows, bool *fit)
{
	struct exchange *exchange = m->desk->exchange;
	struct order_record record = {
		.n = 1, .no = db_get_text(rows, 0), .attempt = db_get_int(rows, 1)
	};
	struct fault fault = { .code = "" };
	json_t *answers = NULL;
	size_t len;
	const void *sealed = db_get_bytes(rows, 2, &len);
	NEOERR *err;

	err = sealed_open(exchange->seal, "application.body", record.no, strlen(record.no),
	    sealed, len, &answers);
	if (err != STATUS_OK)
		return nerr_pass(err);
	record.answers = answers;
	if (db_is_null(rows, 3))
		fault_set(&fault, "D06", 0, "Photo");
	else
		err = order_fits(exchange->schemas, &record, &fault);
	json_decref(answers);
	if (nerr_handle(&err, FAIL_TOO_LARGE))
		fault_set(&fault, "F12", 0, NULL);
	if (err != STATUS_OK)
		return nerr_pass(err);
	*fit = !fault_is(&fault);
	if (!*fit && m->left_count++ < LEFT_MAX) {
		memcpy(m->left[m->left_count - 1].no, m->last, sizeof(m->last));
		m->left[m->left_count - 1].fault = fault;
	}
	return STATUS_OK;
}

static NEOERR *
mark_record(struct db *db, struct marking *m, const struct db_rows *rows)
{
	bool fit = false, moved = false;
	NEOERR *err;

	snprintf(m->last, sizeof(m->last), "%s", db_get_text(rows, 0));
	err = fits(m, rows, &fit);
	if (err == STATUS_OK && fit)
		err = application_move(
		    db, m->last, "SENT", m->now, m->header.id, NULL, NULL, &moved);
	/* Not moved: withdrawn a moment ago. */
	if (err != STATUS_OK || !moved)
		return nerr_pass(err);
	m->header.records++;
	return nerr_pass(db_run(db, &sql[MARK_RECORD],
	    DB_WITH(db_text(m->header.id), db_int(m->header.records), db_text(m->last),
		db_int(db_get_int(rows, 1))),
	    NULL));
}

static NEOERR *
mark_records(struct db *db, struct marking *m)
{
	const struct exchange *exchange = m->desk->exchange;
	bool more = true;

	while (more && m->header.records < exchange->records_per_file) {
		struct db_rows *rows = NULL;
		int64_t room = exchange->records_per_file - m->header.records, got = 0;
		int64_t batch = room < exchange->batch_records ? room : exchange->batch_records;
		NEOERR *err;

		err = db_select(db, &sql[WAITING],
		    DB_WITH(db_text(m->desk->bank), db_text(m->last), db_int(batch)), &rows);
		while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
			err = mark_record(db, m, rows);
			got++;
		}
		db_rows_free(&rows);
		if (err != STATUS_OK)
			return nerr_pass(err);
		more = got == batch;
	}
	return STATUS_OK;
}

static NEOERR *
choose_last(struct db *db, struct marking *m)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(
	    db, &sql[ANY_WAITING], DB_WITH(db_text(m->desk->bank), db_text(m->last)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK)
		m->header.last = m->header.records == 0 || !more;
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
mark_message(struct db *db, struct marking *m)
{
	const struct message_header *header = &m->header;
	struct bytes sealed = BYTES_INIT;
	char detail[40];
	NEOERR *err;

	snprintf(detail, sizeof(detail), "records=%lld", (long long)header->records);
	if ((err = seal_close(m->desk->exchange->seal, "exchange_message.secret", header->id,
		 strlen(header->id), m->secret, sizeof(m->secret), &sealed)))
		return nerr_pass(err);
	err = db_run(db, &sql[MARK_MESSAGE],
	    DB_WITH(db_text(header->id), db_text(m->desk->bank), db_int(header->seq),
		db_text(header->business_date), db_int(header->part), db_int(header->last),
		db_int(header->records), db_bytes(sealed.data, sealed.len),
		db_bytes(m->envelope.data, m->envelope.len), db_int(m->now)),
	    NULL);
	bytes_release(&sealed);
	if (err == STATUS_OK)
		err = audit_write(db, "export", "sbk", header->id, detail);
	return nerr_pass(err);
}

static NEOERR *
mark(struct db *db, void *context)
{
	struct marking *m = context;
	bool must = false;
	NEOERR *err;

	m->header = (struct message_header) { .type = TYPE, .from = MESSAGE_BUREAU };
	snprintf(m->header.to, sizeof(m->header.to), "%s", m->desk->bank);
	memcpy(m->last, m->after, sizeof(m->last));
	m->marked = false;
	m->left_count = 0;
	if ((err = choose_part(db, m, &must)) || (err = choose_seq(db, m)))
		return nerr_pass(err);
	message_identify(&m->header);
	if ((err = mark_records(db, m)))
		return nerr_pass(err);
	if (m->header.records == 0 && !must)
		return STATUS_OK;
	m->marked = true;
	if ((err = choose_last(db, m)) || (err = step_seq(db, m)) ||
	    (err = mark_message(db, m)))
		return nerr_pass(err);
	return nerr_pass(lease_renew(&m->desk->lease, db));
}

static void
tell_left(struct marking *m)
{
	struct exchange *exchange = m->desk->exchange;

	for (int64_t i = 0; i < m->left_count && i < LEFT_MAX; i++)
		exchange_tell(exchange, "error", "application_unfit", m->desk->bank,
		    m->left[i].no, &m->left[i].fault, -1);
	if (m->left_count)
		exchange_tell(exchange, "error", "applications_left_behind", m->desk->bank,
		    NULL, NULL, m->left_count);
}

static NEOERR *
mark_next(struct marking *m)
{
	struct desk *desk = m->desk;
	NEOERR *err;

	m->now = clock_now();
	bytes_release(&m->envelope);
	if ((err = seal_random(m->secret, sizeof(m->secret))) ||
	    (err = envelope_of(desk->envelope)
		       ->seal(desk->envelope, m->secret, envelope_of(desk->envelope)->key_len,
			   &m->envelope)) ||
	    (err = db_transact(desk->exchange->db, mark, m)))
		return nerr_pass(err);
	memcpy(m->after, m->last, sizeof(m->after));
	tell_left(m);
	return STATUS_OK;
}

/* Writing */

struct writing {
	struct desk *desk;
	struct message_header header;
	uint8_t secret[SECRET_LEN]; /* key, then IV */
	struct bytes envelope;
	struct cipher_file_sums sums;
};

static NEOERR *
load_marked(struct writing *w, bool *found)
{
	struct exchange *exchange = w->desk->exchange;
	struct message_header *header = &w->header;
	struct db_rows *rows = NULL;
	struct bytes secret = BYTES_INIT;
	const void *data;
	size_t len;
	NEOERR *err;

	err = db_select(exchange->db, &sql[MARKED], DB_WITH(db_text(w->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, found);
	if (err != STATUS_OK || !*found)
		goto out;
	*header = (struct message_header) { .type = TYPE,
		.from = MESSAGE_BUREAU,
		.seq = db_get_int(rows, 1),
		.part = db_get_int(rows, 3),
		.last = db_get_int(rows, 4) != 0,
		.records = db_get_int(rows, 5) };
	snprintf(header->id, sizeof(header->id), "%s", db_get_text(rows, 0));
	snprintf(header->to, sizeof(header->to), "%s", w->desk->bank);
	snprintf(
	    header->business_date, sizeof(header->business_date), "%s", db_get_text(rows, 2));
	clock_iso(db_get_int(rows, 8), header->created);
	data = db_get_bytes(rows, 6, &len);
	err = seal_open(exchange->seal, "exchange_message.secret", header->id,
	    strlen(header->id), data, len, &secret);
	if (err != STATUS_OK)
		goto out;
	if (secret.len != sizeof(w->secret)) {
		err =
		    nerr_raise(FAIL_CRYPTO, "%s: secret of %zu bytes", header->id, secret.len);
		goto out;
	}
	memcpy(w->secret, secret.data, sizeof(w->secret));
	data = db_get_bytes(rows, 7, &len);
	w->envelope.data = malloc(len + 1);
	if (w->envelope.data == NULL) {
		err = nerr_raise(NERR_NOMEM, "envelope");
		goto out;
	}
	memcpy(w->envelope.data, data, len);
	w->envelope.data[len] = '\0';
	w->envelope.len = len;
out:
	bytes_release(&secret);
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
control_digest(struct writing *w)
{
	struct exchange *exchange = w->desk->exchange;
	struct message_control *control = NULL;
	int64_t n = 0;
	bool more = true;
	NEOERR *err;

	err = message_control_init(&control);
	while (err == STATUS_OK && n < w->header.records && more) {
		struct db_rows *rows = NULL;
		int64_t before = n;

		err = db_select(exchange->db, &sql[IDS],
		    DB_WITH(db_text(w->header.id), db_int(n), db_int(1000)), &rows);
		while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
			err = message_control_add(control, db_get_text(rows, 0));
			n++;
		}
		more = n > before;
		db_rows_free(&rows);
	}
	if (err == STATUS_OK)
		err = message_control_finish(control, w->header.control);
	message_control_free(&control);
	return nerr_pass(err);
}

static NEOERR *
add_record(struct writing *w, struct order *order, const struct db_rows *rows)
{
	const struct seal *seal = w->desk->exchange->seal;
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

static NEOERR *
add_records(struct writing *w, struct order *order)
{
	struct exchange *exchange = w->desk->exchange;
	int64_t n = 0;
	NEOERR *err = STATUS_OK;

	while (err == STATUS_OK && n < w->header.records) {
		struct db_rows *rows = NULL;
		int64_t before = n;
		bool more;

		err = db_select(exchange->db, &sql[RECORDS],
		    DB_WITH(db_text(w->header.id), db_int(n), db_int(exchange->batch_records)),
		    &rows);
		while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
			err = add_record(w, order, rows);
			n++;
		}
		db_rows_free(&rows);
		if (err == STATUS_OK && n == before)
			err = nerr_raise(NERR_ASSERT, "%s: record %lld is incomplete",
			    w->header.id, (long long)n + 1);
		if (err == STATUS_OK)
			err = lease_keep(&w->desk->lease, exchange->db);
		if (err == STATUS_OK && n / 5000 != before / 5000)
			exchange_tell(exchange, "info", "order_writing", w->desk->bank,
			    w->header.id, NULL, n);
	}
	return nerr_pass(err);
}

static NEOERR *
into_file(void *to, const void *data, size_t len)
{
	return nerr_pass(cipher_file_write(to, data, len));
}

static NEOERR *
write_content(struct writing *w)
{
	struct desk *desk = w->desk;
	const struct envelope_profile *profile = envelope_of(desk->envelope);
	char name[FOLDER_NAME_LEN];
	struct cipher_file *file = NULL;
	struct order *order = NULL;
	struct order_sink sink;
	int fd = -1;
	NEOERR *err;

	snprintf(name, sizeof(name), "%s.xml.enc", w->header.id);
	if ((err = folder_create(desk->folder.outbound, name, &fd)) ||
	    (err = cipher_file_writer(
		 &file, fd, profile->cipher, w->secret, w->secret + ENVELOPE_KEY_LEN)))
		goto out;
	sink = (struct order_sink) { into_file, file };
	if ((err = order_init(&order, &sink, &w->header)) || (err = add_records(w, order)) ||
	    (err = order_finish(order)) || (err = cipher_file_finish(file, &w->sums)) ||
	    (err = lease_renew(&desk->lease, desk->exchange->db)) ||
	    (err = folder_publish(desk->folder.outbound, name, fd)))
		goto out;
out:
	order_free(&order);
	cipher_file_free(&file);
	if (fd >= 0)
		close(fd);
	return nerr_pass(err);
}

static NEOERR *
write_manifest(struct writing *w)
{
	struct desk *desk = w->desk;
	const struct envelope_profile *profile = envelope_of(desk->envelope);
	struct manifest manifest = {
		.header = w->header, .sums = w->sums, .sealed = w->envelope
	};
	struct bytes text = BYTES_INIT, signature = BYTES_INIT;
	char name[FOLDER_NAME_LEN];
	NEOERR *err;

	snprintf(manifest.file, sizeof(manifest.file), "%s.xml.enc", w->header.id);
	snprintf(manifest.profile, sizeof(manifest.profile), "%s", profile->name);
	memcpy(manifest.iv, w->secret + ENVELOPE_KEY_LEN, sizeof(manifest.iv));
	if ((err = manifest_write(&manifest, &text)) ||
	    (err = profile->sign(desk->envelope, text.data, text.len, &signature)))
		goto out;
	snprintf(name, sizeof(name), "%s.manifest.xml", w->header.id);
	if ((err = folder_write(desk->folder.outbound, name, text.data, text.len)))
		goto out;
	/* The signature comes last: it tells the bank that the message is there. */
	snprintf(name, sizeof(name), "%s.manifest.sig", w->header.id);
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
	    DB_WITH(db_bytes(w->sums.sha256, sizeof(w->sums.sha256)), db_text(w->header.id)),
	    NULL);
	if (err == STATUS_OK)
		err = lease_renew(&w->desk->lease, db);
	return nerr_pass(err);
}

/* Writes the oldest marked message. *found false: there is none. */
static NEOERR *
write_next(struct desk *desk, bool *found)
{
	struct writing w = { .desk = desk };
	NEOERR *err;

	if ((err = load_marked(&w, found)) || !*found)
		goto out;
	if ((err = control_digest(&w)) || (err = write_content(&w)) ||
	    (err = write_manifest(&w)) ||
	    (err = db_transact(desk->exchange->db, note_written, &w)))
		goto out;
	exchange_tell(desk->exchange, "info", "order_written", desk->bank, w.header.id, NULL,
	    w.header.records);
out:
	OPENSSL_cleanse(w.secret, sizeof(w.secret));
	bytes_release(&w.envelope);
	return nerr_pass(err);
}

static NEOERR *
write_marked(struct desk *desk)
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
	struct marking m = { .desk = &desk, .date = date };
	bool busy, any = false;
	NEOERR *err;

	err = desk_init(&desk, exchange, "export", bank, &busy);
	if (err != STATUS_OK || busy)
		return nerr_pass(err);
	do {
		if ((err = write_marked(&desk)) || (err = mark_next(&m)))
			break;
		any = any || m.marked;
	} while (m.marked);
	if (err == STATUS_OK && !any)
		exchange_tell(exchange, "info", "nothing_to_send", bank, NULL, NULL, -1);
	OPENSSL_cleanse(m.secret, sizeof(m.secret));
	bytes_release(&m.envelope);
	desk_release(&desk);
	return nerr_pass(err);
}
