#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "bank/reader.h"

struct reader {
	const struct message_type *type;
	struct fault *fault;
	struct document *document;
	struct message_control *control;
	struct message_header header;
	struct message_record record;
	struct total {
		char status[16];
		int64_t stated, counted;
	} totals[16], total;
	size_t totals_count;
	int64_t records;
	bool finished;
};

enum slot_kind { TEXT, NUMBER, FLAG };

struct slot {
	const char *name;
	enum slot_kind kind;
	size_t offset, size;
};

#define AT(type, member) offsetof(struct type, member), sizeof(((struct type *)NULL)->member)

/* clang-format off */
static const struct slot header_slots[] = {
	{ "MsgId",              TEXT,   AT(message_header, id) },
	{ "MsgType",            TEXT,   AT(message_header, type) },
	{ "SchemaVersion",      TEXT,   AT(message_header, version) },
	{ "From",               TEXT,   AT(message_header, from) },
	{ "To",                 TEXT,   AT(message_header, to) },
	{ "BusinessDate",       TEXT,   AT(message_header, business_date) },
	{ "CreationTime",       TEXT,   AT(message_header, created) },
	{ "SeqNo",              NUMBER, AT(message_header, seq) },
	{ "PossibleDuplicate",  FLAG,   AT(message_header, duplicate) },
	{ "OriginalMsgId",      TEXT,   AT(message_header, original) },
	{ "NumberOfRecords",    NUMBER, AT(message_header, records) },
	{ "ControlDigest",      TEXT,   AT(message_header, control) },
	{ "Part",               NUMBER, AT(message_header, part) },
	{ "LastInBusinessDate", FLAG,   AT(message_header, last) },
	{ NULL, TEXT, 0, 0 },
};

static const struct slot record_slots[] = {
	{ "RecordNo",      NUMBER, AT(message_record, n) },
	{ "ApplicationNo", TEXT,   AT(message_record, id) },
	{ "ReceivedMsgId", TEXT,   AT(message_record, id) },
	{ "OrderMsgId",    TEXT,   AT(message_record, id) },
	{ "Attempt",       NUMBER, AT(message_record, attempt) },
	{ "Status",        TEXT,   AT(message_record, status) },
	{ "Reason",        TEXT,   AT(message_record, reason) },
	{ "StatusTime",    TEXT,   AT(message_record, time) },
	{ "TrackingNo",    TEXT,   AT(message_record, tracking) },
	{ "Sha256",        TEXT,   AT(message_record, sha256) },
	{ "Sent",          NUMBER, AT(message_record, figures[0]) },
	{ "Accepted",      NUMBER, AT(message_record, figures[1]) },
	{ "Rejected",      NUMBER, AT(message_record, figures[2]) },
	{ "InProduction",  NUMBER, AT(message_record, figures[3]) },
	{ "Produced",      NUMBER, AT(message_record, figures[4]) },
	{ "Delivered",     NUMBER, AT(message_record, figures[5]) },
	{ "Collected",     NUMBER, AT(message_record, figures[6]) },
	{ NULL, TEXT, 0, 0 },
};

static const struct slot total_slots[] = {
	{ "Status", TEXT,   AT(total, status) },
	{ "Number", NUMBER, AT(total, stated) },
	{ NULL, TEXT, 0, 0 },
};
/* clang-format on */

/* The schema has bounded every text and number that gets here. */
static void
fill(const struct slot *slots, void *into, const char *name, const char *text)
{
	for (; slots->name; slots++) {
		char *at = (char *)into + slots->offset;

		if (strcmp(slots->name, name) != 0)
			continue;
		if (slots->kind == TEXT)
			snprintf(at, slots->size, "%s", text);
		else if (slots->kind == NUMBER)
			*(int64_t *)(void *)at = strtoll(text, NULL, 10);
		else
			*(bool *)at = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	}
}

static void
blame(struct reader *reader, const char *code)
{
	char path[sizeof(reader->fault->path)];

	document_path(reader->document, path, sizeof(path));
	fault_set(reader->fault, code, document_line(reader->document), path);
}

/* An element that is over by now. line 0: it is wrong in no line, but with all that was read. */
static void
blame_element(struct reader *reader, const char *code, int line, const char *element)
{
	char path[sizeof(reader->fault->path)];

	snprintf(path, sizeof(path), "/%s/%s", reader->type->name, element);
	fault_set(reader->fault, code, line, path);
}

NEOERR *
reader_init(struct reader **reader, const struct schemas *schemas,
    const struct message_type *type, const struct document_source *source, struct fault *fault)
{
	NEOERR *err;
	struct reader *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "reader");
	made->type = type;
	made->fault = fault;
	err = message_control_init(&made->control);
	if (err == STATUS_OK)
		err = document_init(&made->document, schemas, type->name, source, fault);
	if (err != STATUS_OK) {
		reader_free(&made);
		return nerr_pass(err);
	}
	*reader = made;
	return STATUS_OK;
}

void
reader_free(struct reader **reader)
{
	if (*reader == NULL)
		return;
	document_free(&(*reader)->document);
	message_control_free(&(*reader)->control);
	free(*reader);
	*reader = NULL;
}

/* What the header says of itself: its MsgId is made of the rest of it. */
static void
check_header(struct reader *reader)
{
	const struct message_header *header = &reader->header;
	struct message_header named = { .id = "" };
	bool is_name = message_name(&named, header->id), answers = header->original[0] != '\0';
	const struct {
		const char *element;
		bool agrees;
	} facts[] = {
		{ "Header/MsgId", is_name },
		{ "Header/MsgType", strcmp(header->type, reader->type->name) == 0 },
		{ "Header/From", strcmp(header->from, named.from) == 0 },
		{ "Header/To", strcmp(header->to, named.to) == 0 },
		{ "Header/BusinessDate",
		    strcmp(header->business_date, named.business_date) == 0 },
		{ "Header/SeqNo", header->seq == named.seq },
		{ "Header/OriginalMsgId", answers == reader->type->answers },
	};
	int line = document_line(reader->document);

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (!facts[i].agrees)
			blame_element(reader, "F07", line, facts[i].element);
	if (strcmp(header->from, MESSAGE_BUREAU) == 0 ? !reader->type->to_bank
						      : !reader->type->from_bank)
		blame_element(reader, "F14", line, "Header/MsgType");
}

/* A total stated twice is added up, and so does not agree with what is counted. */
static struct total *
total_of(struct reader *reader, const char *status)
{
	for (size_t i = 0; i < reader->totals_count; i++)
		if (strcmp(reader->totals[i].status, status) == 0)
			return &reader->totals[i];
	if (reader->totals_count == sizeof(reader->totals) / sizeof(reader->totals[0]))
		return NULL;
	snprintf(reader->totals[reader->totals_count].status, sizeof(reader->total.status),
	    "%s", status);
	return &reader->totals[reader->totals_count++];
}

static void
take_total(struct reader *reader)
{
	struct total *total = total_of(reader, reader->total.status);

	if (total)
		total->stated += reader->total.stated;
	reader->total = (struct total) { .stated = 0 };
}

/* Statuses that send something back must say why. */
static bool
wants_reason(const char *status)
{
	return strcmp(status, "REJECTED") == 0 || strcmp(status, "FAILED") == 0 ||
	       strcmp(status, "RETURNED") == 0;
}

static NEOERR *
take_record(struct reader *reader)
{
	const struct message_record *record = &reader->record;
	struct total *total = total_of(reader, record->status);

	if (total)
		total->counted++;
	reader->records++;
	if (record->n != reader->records)
		blame(reader, "F13");
	else if (wants_reason(record->status) != (record->reason[0] != '\0'))
		blame(reader, "F05");
	else if (reader->type->answers && strcmp(reader->type->id, "ReceivedMsgId") == 0 &&
		 strcmp(record->id, reader->header.original) != 0)
		blame(reader, "F07");
	return nerr_pass(message_control_add(reader->control, record->id));
}

static NEOERR *
finish(struct reader *reader)
{
	NEOERR *err;
	char control[MESSAGE_DIGEST_LEN];

	reader->finished = true;
	if (fault_is(reader->fault))
		return STATUS_OK;
	err = message_control_finish(reader->control, control);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (reader->records != reader->header.records)
		blame_element(reader, "F08", 0, "Header/NumberOfRecords");
	if (strcmp(reader->type->name, "ProductionStatusReport") == 0)
		for (size_t i = 0; i < reader->totals_count; i++)
			if (reader->totals[i].stated != reader->totals[i].counted)
				blame_element(reader, "F08", 0, "Totals");
	if (strcmp(control, reader->header.control) != 0)
		blame_element(reader, "F09", 0, "Header/ControlDigest");
	return STATUS_OK;
}

NEOERR *
reader_next(struct reader *reader, bool *more)
{
	NEOERR *err;

	*more = false;
	if (reader->finished)
		return STATUS_OK;
	reader->record = (struct message_record) { .n = 0 };
	while (document_next(reader->document)) {
		const char *name = document_name(reader->document);
		const char *parent = document_parent(reader->document);
		const char *text = document_text(reader->document);

		if (strcmp(parent, "Header") == 0)
			fill(header_slots, &reader->header, name, text);
		else if (strcmp(name, "Header") == 0)
			check_header(reader);
		else if (strcmp(parent, "Total") == 0)
			fill(total_slots, &reader->total, name, text);
		else if (strcmp(name, "Total") == 0)
			take_total(reader);
		else if (strcmp(parent, reader->type->record) == 0)
			fill(record_slots, &reader->record, name, text);
		else if (strcmp(name, reader->type->record) == 0) {
			err = take_record(reader);
			if (err != STATUS_OK)
				return nerr_pass(err);
			*more = !fault_is(reader->fault);
			return STATUS_OK;
		}
	}
	return nerr_pass(finish(reader));
}

const struct message_header *
reader_header(const struct reader *reader)
{
	return &reader->header;
}

const struct message_record *
reader_record(const struct reader *reader)
{
	return &reader->record;
}
