/*
 * import.c - what one bank has sent: taking it in, judging it whole, applying it, putting it away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "bank/import.h"
#include "bank/incoming.h"

enum { FIND, FIND_SEQ, BEGIN, REJECT, NEXT_SEQ, SEQ_MAKE, SEQ_RAISE };

static const struct db_sql sql[] = {
	[FIND] = { "import_find",
	    "SELECT state, digest, applied FROM exchange_message WHERE msg_id = ?" },
	[FIND_SEQ] = { "import_find_seq", "SELECT msg_id FROM exchange_message WHERE bank = ? "
					  "AND direction = 'in' AND seq = ?" },
	[BEGIN] = { "import_begin",
	    "INSERT INTO exchange_message (msg_id, bank, direction, type, seq, business_date, "
	    "part, last_part, records, original, state, digest, created_at) "
	    "VALUES (?, ?, 'in', ?, ?, ?, ?, ?, ?, ?, 'APPLYING', ?, ?) "
	    "ON DUPLICATE KEY UPDATE type = VALUES(type), seq = VALUES(seq), "
	    "part = VALUES(part), last_part = VALUES(last_part), records = VALUES(records), "
	    "original = VALUES(original), state = VALUES(state), reason = NULL, "
	    "digest = VALUES(digest), created_at = VALUES(created_at)" },
	/* A refused file holds no SeqNo: the corrected one comes with the same. */
	[REJECT] = { "import_reject",
	    "INSERT INTO exchange_message (msg_id, bank, direction, type, seq, business_date, "
	    "records, state, reason, created_at) VALUES (?, ?, 'in', ?, NULL, ?, 0, "
	    "'REJECTED', ?, ?) "
	    "ON DUPLICATE KEY UPDATE reason = IF(state = 'REJECTED', VALUES(reason), reason)" },
	[NEXT_SEQ] = { "import_next_seq",
	    "SELECT next_seq FROM exchange_sequence WHERE bank = ? AND direction = 'in'" },
	[SEQ_MAKE] = { "import_seq_make",
	    "INSERT INTO exchange_sequence (bank, direction, next_seq) VALUES (?, 'in', ?)" },
	[SEQ_RAISE] = { "import_seq_raise",
	    "UPDATE exchange_sequence SET next_seq = GREATEST(next_seq, ?) "
	    "WHERE bank = ? AND direction = 'in'" },
};

/* The MsgId in a file's name if it is one that this bank may send, and which of the three; else -1. */
static int
recognise(const char *bank, const char *name, struct message_header *named)
{
	size_t len = strlen(name);

	for (int i = 0; i < PARCEL_FILES; i++) {
		size_t tail = strlen(parcel_endings[i]);
		char id[MESSAGE_ID_LEN];

		if (len <= tail || len - tail >= sizeof(id) ||
		    strcmp(name + len - tail, parcel_endings[i]) != 0)
			continue;
		snprintf(id, sizeof(id), "%.*s", (int)(len - tail), name);
		if (message_name(named, id) && strcmp(named->from, bank) == 0)
			return i;
	}
	return -1;
}

/* The signature first on the way out and last on the way in. */
static NEOERR *
move_message(int from, int to, const char *id, bool sig_first, bool aside)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; err == STATUS_OK && i < PARCEL_FILES; i++) {
		char name[FOLDER_NAME_LEN];

		snprintf(name, sizeof(name), "%s%s", id,
		    parcel_endings[sig_first ? PARCEL_FILES - 1 - i : i]);
		err = aside ? folder_move_aside(from, to, name) : folder_move(from, to, name);
	}
	if (err == STATUS_OK)
		err = folder_sync(to);
	if (err == STATUS_OK)
		err = folder_sync(from);
	return nerr_pass(err);
}

/* Taking in */

static bool
ends_with(const char *name, const char *tail)
{
	size_t len = strlen(name), n = strlen(tail);

	return len >= n && strcmp(name + len - n, tail) == 0;
}

/* Complete messages to work, strangers to quarantine; what is still being written or renamed stays. */
static NEOERR *
take_in(struct desk *desk)
{
	const bool dry_run = desk->exchange->dry_run;
	const struct folder *folder = &desk->folder;
	struct message_header named = { .id = "" };
	char **names = NULL;
	size_t count = 0;
	int64_t strange = 0;
	NEOERR *err;

	err = folder_names(folder->inbound, &names, &count);
	for (size_t i = 0; err == STATUS_OK && i < count; i++) {
		int part = recognise(desk->bank, names[i], &named);

		if (part == PARCEL_SIGNATURE && !folder_settled(folder->inbound, names[i]))
			continue;
		if (part == PARCEL_SIGNATURE && !dry_run)
			err =
			    move_message(folder->inbound, folder->work, named.id, false, false);
		else if (part < 0 && !ends_with(names[i], ".tmp")) {
			strange++;
			if (!dry_run)
				err = folder_move_aside(
				    folder->inbound, folder->quarantine, names[i]);
		}
	}
	folder_names_free(names, count);
	if (err == STATUS_OK && strange) {
		struct fault fault = { .code = "F01" };

		exchange_tell(desk->exchange, "error", "import_strange_files", desk->bank, NULL,
		    &fault, strange);
	}
	return nerr_pass(err);
}

/* Complete messages, by SeqNo, and the folder that each lies in. */
struct queue {
	struct waiting {
		struct message_header named;
		int dir;
	} * list;
	size_t count;
};

static int
by_seq(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	return (x->named.seq > y->named.seq) - (x->named.seq < y->named.seq);
}

static bool
is_queued(const struct queue *queue, const char *id)
{
	for (size_t i = 0; i < queue->count; i++)
		if (strcmp(queue->list[i].named.id, id) == 0)
			return true;
	return false;
}

/* Adds the messages in dir whose sig is there. */
static NEOERR *
queue_add(struct queue *queue, const char *bank, int dir)
{
	struct message_header named = { .id = "" };
	struct waiting *list;
	char **names = NULL;
	size_t names_count = 0;
	NEOERR *err;

	err = folder_names(dir, &names, &names_count);
	if (err != STATUS_OK)
		return nerr_pass(err);
	list = reallocarray(queue->list, queue->count + names_count + 1, sizeof(*list));
	if (list == NULL)
		err = nerr_raise(NERR_NOMEM, "import");
	else
		queue->list = list;
	for (size_t i = 0; err == STATUS_OK && i < names_count; i++)
		if (recognise(bank, names[i], &named) == PARCEL_SIGNATURE &&
		    !is_queued(queue, named.id) && folder_settled(dir, names[i]))
			list[queue->count++] = (struct waiting) { named, dir };
	folder_names_free(names, names_count);
	return nerr_pass(err);
}

/* What lies in work without its sig is the rest of a message put away. */
static NEOERR *
clear_rests(struct desk *desk, const struct queue *queue)
{
	const struct folder *folder = &desk->folder;
	struct message_header named = { .id = "" };
	char **names = NULL;
	size_t count = 0;
	NEOERR *err;

	err = folder_names(folder->work, &names, &count);
	for (size_t i = 0; err == STATUS_OK && i < count; i++)
		if (recognise(desk->bank, names[i], &named) >= 0 && !is_queued(queue, named.id))
			err = folder_move_aside(folder->work, folder->archive, names[i]);
	folder_names_free(names, count);
	return nerr_pass(err);
}

/* In a dry run nothing has been taken in: what would be still lies in inbound. */
static NEOERR *
queue_up(struct desk *desk, struct queue *queue)
{
	const struct folder *folder = &desk->folder;
	NEOERR *err;

	err = take_in(desk);
	if (err == STATUS_OK && desk->exchange->dry_run)
		err = queue_add(queue, desk->bank, folder->inbound);
	if (err == STATUS_OK)
		err = queue_add(queue, desk->bank, folder->work);
	if (err == STATUS_OK && !desk->exchange->dry_run)
		err = clear_rests(desk, queue);
	if (err == STATUS_OK)
		qsort(queue->list, queue->count, sizeof(*queue->list), by_seq);
	return nerr_pass(err);
}

/* The sender may hold its files open: what is judged and kept is ours. */
static NEOERR *
own_message(struct desk *desk, const char *id)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; err == STATUS_OK && i < PARCEL_FILES; i++) {
		char name[FOLDER_NAME_LEN];

		snprintf(name, sizeof(name), "%s%s", id, parcel_endings[i]);
		err = folder_own(desk->folder.work, name, desk->exchange->file_max);
	}
	return nerr_pass(err);
}

/* Judging */

struct judged {
	struct message_header header; /* at first only what the name says */
	int dir;                      /* where its files lie */
	struct parcel parcel;
	struct fault fault;
	bool repeated; /* applied before, the same bytes */
	bool begun;    /* applied in part */
	int64_t applied;
};

static NEOERR *
compare_known(struct desk *desk, struct judged *judged)
{
	const struct manifest *manifest = &judged->parcel.manifest;
	struct db_rows *rows = NULL;
	const void *digest;
	size_t len;
	bool found;
	NEOERR *err;

	err = db_select(
	    desk->exchange->db, &sql[FIND], DB_WITH(db_text(judged->header.id)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	if (err != STATUS_OK)
		goto out;
	if (found && strcmp(db_get_text(rows, 0), "REJECTED") != 0) {
		digest = db_get_bytes(rows, 1, &len);
		if (digest == NULL || len != sizeof(manifest->sums.sha256) ||
		    memcmp(digest, manifest->sums.sha256, len) != 0)
			fault_set(&judged->fault, "F10", 0, NULL);
		judged->repeated = strcmp(db_get_text(rows, 0), "APPLIED") == 0;
		judged->begun = !judged->repeated;
		judged->applied = db_get_int(rows, 2);
		goto out;
	}
	db_rows_free(&rows);
	err = db_select(desk->exchange->db, &sql[FIND_SEQ],
	    DB_WITH(db_text(desk->bank), db_int(judged->header.seq)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	if (err == STATUS_OK && found)
		fault_set(&judged->fault, "F11", 0, NULL);
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* The whole content, before the first change. */
static NEOERR *
judge_content(struct desk *desk, struct judged *judged)
{
	struct exchange *exchange = desk->exchange;
	struct parcel_walk walk;
	bool more = true;
	NEOERR *err;

	err = parcel_unlock(&judged->parcel, desk->envelope, &judged->fault);
	if (err != STATUS_OK || fault_is(&judged->fault))
		return nerr_pass(err);
	err = parcel_walk_init(
	    &walk, &judged->parcel, desk->envelope, exchange->schemas, &judged->fault);
	if (err != STATUS_OK)
		return nerr_pass(err);
	while (err == STATUS_OK && more) {
		err = parcel_walk_next(&walk, &more);
		if (err == STATUS_OK)
			err = lease_keep(&desk->lease, exchange->db);
	}
	if (err == STATUS_OK && !fault_is(&judged->fault))
		judged->header = *reader_header(walk.reader);
	parcel_walk_release(&walk);
	return nerr_pass(err);
}

static NEOERR *
judge(struct desk *desk, struct judged *judged)
{
	struct exchange *exchange = desk->exchange;
	NEOERR *err;

	err = parcel_init(&judged->parcel, judged->dir, desk->folder.work, judged->header.id,
	    desk->envelope, exchange->schemas, exchange->file_max, &judged->fault);
	if (err == STATUS_OK && !fault_is(&judged->fault))
		err = compare_known(desk, judged);
	if (err == STATUS_OK && !fault_is(&judged->fault) && !judged->repeated)
		err = judge_content(desk, judged);
	return nerr_pass(err);
}

static NEOERR *
put_away(struct desk *desk, const struct judged *judged, int to, bool aside)
{
	if (desk->exchange->dry_run)
		return STATUS_OK;
	return nerr_pass(move_message(judged->dir, to, judged->header.id, true, aside));
}

/* Refusing */

static NEOERR *
note_rejected(struct db *db, void *context)
{
	struct judged *judged = context;
	const struct message_header *header = &judged->header;
	const char *type = judged->parcel.type ? judged->parcel.type->name : "";
	NEOERR *err;

	err = db_run(db, &sql[REJECT],
	    DB_WITH(db_text(header->id), db_text(header->from), db_text(type),
		db_text(header->business_date), db_text(judged->fault.code),
		db_int(clock_now())),
	    NULL);
	if (err == STATUS_OK)
		err = audit_write(db, "import_rejected", "sbk", header->id, judged->fault.code);
	return nerr_pass(err);
}

static NEOERR *
refuse(struct desk *desk, struct judged *judged)
{
	NEOERR *err;

	exchange_tell(desk->exchange, "error", "import_rejected", desk->bank, judged->header.id,
	    &judged->fault, -1);
	if ((err = lease_renew(&desk->lease, desk->exchange->db)) ||
	    (err = db_transact(desk->exchange->db, note_rejected, judged)))
		return nerr_pass(err);
	return nerr_pass(put_away(desk, judged, desk->folder.quarantine, true));
}

/* Applying */

struct beginning {
	struct desk *desk;
	struct judged *judged;
	int64_t expected; /* SeqNo that was due */
	bool held;        /* one before it is missing: nothing was begun */
};

static NEOERR *
begin(struct db *db, void *context)
{
	struct beginning *b = context;
	const struct message_header *header = &b->judged->header;
	const struct manifest *manifest = &b->judged->parcel.manifest;
	struct db_rows *rows = NULL;
	bool found;
	NEOERR *err;

	err = db_select(db, &sql[NEXT_SEQ], DB_WITH(db_text(b->desk->bank)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	if (err != STATUS_OK)
		goto out;
	b->expected = found ? db_get_int(rows, 0) : 1;
	b->held = header->seq > b->expected && !b->desk->exchange->past_gaps;
	if (b->held)
		goto out;
	if (found)
		err = db_run(db, &sql[SEQ_RAISE],
		    DB_WITH(db_int(header->seq + 1), db_text(b->desk->bank)), NULL);
	else
		err = db_run(db, &sql[SEQ_MAKE],
		    DB_WITH(db_text(b->desk->bank), db_int(header->seq + 1)), NULL);
	if (err == STATUS_OK)
		err = db_run(db, &sql[BEGIN],
		    DB_WITH(db_text(header->id), db_text(b->desk->bank), db_text(header->type),
			db_int(header->seq), db_text(header->business_date),
			db_int(header->part), db_int(header->last), db_int(header->records),
			header->original[0] ? db_text(header->original) : db_null(),
			db_bytes(manifest->sums.sha256, sizeof(manifest->sums.sha256)),
			db_int(clock_now())),
		    NULL);
	if (err == STATUS_OK)
		err = lease_renew(&b->desk->lease, db);
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
apply(struct desk *desk, struct judged *judged, bool *waits)
{
	static const struct {
		const char *type;
		NEOERR *(*apply)(struct incoming *incoming);
	} ways[] = {
		{ "FileReceipt", receipt_apply },
		{ "ProductionStatusReport", report_apply },
		{ "ReconciliationReport", reconciliation_apply },
	};
	struct beginning beginning = { .desk = desk, .judged = judged };
	struct incoming incoming = {
		.desk = desk,
		.parcel = &judged->parcel,
		.header = judged->header,
		.applied = judged->applied,
	};
	NEOERR *err;

	if (!judged->begun) {
		err = db_transact(desk->exchange->db, begin, &beginning);
		if (err != STATUS_OK)
			return nerr_pass(err);
		if (judged->header.seq > beginning.expected)
			exchange_tell(desk->exchange, "warn",
			    beginning.held ? "import_held" : "import_gap", desk->bank,
			    judged->header.id, NULL, judged->header.seq - beginning.expected);
		*waits = beginning.held;
		if (beginning.held)
			return STATUS_OK;
	}
	err = nerr_raise(NERR_ASSERT, "no way to apply %s", judged->header.type);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].type, judged->header.type) == 0) {
			nerr_ignore(&err);
			err = ways[i].apply(&incoming);
		}
	*waits = incoming.waits;
	return nerr_pass(err);
}

static NEOERR *
work_off(struct desk *desk, const struct waiting *waiting)
{
	struct judged judged = {
		.header = waiting->named, .dir = waiting->dir, .parcel = PARCEL_INIT
	};
	bool waits = false;
	NEOERR *err = STATUS_OK;

	if (!desk->exchange->dry_run)
		err = own_message(desk, judged.header.id);
	if (err == STATUS_OK)
		err = judge(desk, &judged);
	if (err != STATUS_OK)
		goto out;
	if (fault_is(&judged.fault)) {
		err = refuse(desk, &judged);
		goto out;
	}
	if (judged.repeated)
		exchange_tell(desk->exchange, "info", "import_repeated", desk->bank,
		    judged.header.id, NULL, -1);
	else
		err = apply(desk, &judged, &waits);
	if (err == STATUS_OK && !waits)
		err = put_away(desk, &judged, desk->folder.archive, false);
out:
	parcel_release(&judged.parcel);
	return nerr_pass(err);
}

/* Accepted orders leave outbound; also those of a run that was killed before it got here. */
static NEOERR *
tidy_outbound(struct desk *desk)
{
	const struct folder *folder = &desk->folder;
	struct message_header named = { .id = "" };
	struct db_rows *rows = NULL;
	char **names = NULL;
	size_t count = 0;
	bool found;
	NEOERR *err;

	err = folder_names(folder->outbound, &names, &count);
	for (size_t i = 0; err == STATUS_OK && i < count; i++) {
		if (recognise(MESSAGE_BUREAU, names[i], &named) < 0)
			continue;
		err = db_select(
		    desk->exchange->db, &sql[FIND], DB_WITH(db_text(named.id)), &rows);
		if (err == STATUS_OK)
			err = db_next(rows, &found);
		if (err == STATUS_OK && found && strcmp(db_get_text(rows, 0), "ACCEPTED") == 0)
			err = move_message(
			    folder->outbound, folder->archive, named.id, true, false);
		db_rows_free(&rows);
	}
	folder_names_free(names, count);
	return nerr_pass(err);
}

NEOERR *
import_run(struct exchange *exchange, const char *bank)
{
	struct desk desk;
	struct queue queue = { .list = NULL };
	bool busy;
	NEOERR *err;

	err = desk_init(&desk, exchange, "import", bank, &busy);
	if (err != STATUS_OK || busy)
		return nerr_pass(err);
	err = queue_up(&desk, &queue);
	for (size_t i = 0; err == STATUS_OK && i < queue.count; i++)
		err = work_off(&desk, &queue.list[i]);
	if (err == STATUS_OK && !exchange->dry_run)
		err = tidy_outbound(&desk);
	if (err == STATUS_OK && queue.count == 0)
		exchange_tell(exchange, "info", "nothing_received", bank, NULL, NULL, -1);
	free(queue.list);
	desk_release(&desk);
	return nerr_pass(err);
}
