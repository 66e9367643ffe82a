#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/xmlwriter.h>

#include "base/fail.h"
#include "bank/element.h"
#include "bank/export.h"
#include "bank/figures.h"
#include "bank/marking.h"
#include "bank/outgoing.h"
#include "bank/statement.h"

#define TYPE "ReconciliationReport"
#define DAY 86400

enum { OF_DATE, ORDERS, SETTLE };

static const struct db_sql sql[] = {
	[OF_DATE] = { "statement_of_date",
	    "SELECT 1 FROM exchange_message WHERE bank = ? AND direction = 'out' "
	    "AND type = '" TYPE "' AND business_date = ? LIMIT 1" },
	[ORDERS] = { "statement_orders",
	    "SELECT msg_id, created_at FROM exchange_message WHERE bank = ? "
	    "AND direction = 'out' AND type = '" MARKING_TYPE "' AND settled = 0 "
	    "AND state <> 'MARKED' ORDER BY seq" },
	[SETTLE] = { "statement_settle",
	    "UPDATE exchange_message SET settled = 1 WHERE msg_id = ?" },
};

/* Open ones by age, as the message's elements; the last has no limit. */
static const struct age {
	const char *name;
	int64_t days;
} ages[] = {
	{ "OpenTo7Days", 7 },
	{ "OpenTo30Days", 30 },
	{ "OpenOver30Days", INT64_MAX / DAY },
};

#define AGES (sizeof(ages) / sizeof(ages[0]))

struct line {
	char order[MESSAGE_ID_LEN];
	int64_t made; /* UTC seconds */
	int64_t figures[FIGURES], open;
};

struct statement {
	struct outgoing out;
	const char *date;
	struct line *lines;
	size_t count;
	bool there; /* the date has its report */
};

static NEOERR *
is_there(struct db *db, struct statement *s)
{
	struct db_rows *rows = NULL;
	NEOERR *err;

	err = db_select(
	    db, &sql[OF_DATE], DB_WITH(db_text(s->out.desk->bank), db_text(s->date)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &s->there);
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
collect(struct statement *s)
{
	struct desk *desk = s->out.desk;
	struct db *db = desk->exchange->db;
	struct db_rows *rows = NULL;
	bool more = true;
	NEOERR *err;

	err = db_select(db, &sql[ORDERS], DB_WITH(db_text(desk->bank)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		struct line *lines = reallocarray(s->lines, s->count + 1, sizeof(*lines)),
			    *line;

		if (lines == NULL) {
			err = nerr_raise(NERR_NOMEM, "statement");
			break;
		}
		s->lines = lines;
		line = &lines[s->count++];
		snprintf(line->order, sizeof(line->order), "%s", db_get_text(rows, 0));
		line->made = db_get_int(rows, 1);
		err = figures_of(db, line->order, line->figures, &line->open);
		if (err == STATUS_OK)
			err = lease_keep(&desk->lease, db);
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
settle(struct db *db, const struct statement *s)
{
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < s->count; i++)
		if (s->lines[i].open == 0)
			err =
			    db_run(db, &sql[SETTLE], DB_WITH(db_text(s->lines[i].order)), NULL);
	return nerr_pass(err);
}

static NEOERR *
count(struct statement *s)
{
	struct message_header *header = &s->out.header;
	struct message_control *control = NULL;
	NEOERR *err;

	header->records = 0;
	err = message_control_init(&control);
	for (size_t i = 0; err == STATUS_OK && i < s->count; i++)
		if (s->lines[i].open > 0) {
			header->records++;
			err = message_control_add(control, s->lines[i].order);
		}
	if (err == STATUS_OK)
		err = message_control_finish(control, header->control);
	message_control_free(&control);
	return nerr_pass(err);
}

static int
put_line(xmlTextWriterPtr writer, const struct line *line, int64_t n, int64_t now)
{
	int64_t days = (now - line->made) / DAY;
	int bad = 0;

	bad |= xmlTextWriterStartElement(writer, BAD_CAST "Order") < 0;
	bad |= element_put_number(writer, "RecordNo", n);
	bad |= element_put(writer, "OrderMsgId", line->order);
	for (size_t i = 0; i < FIGURES; i++)
		bad |= element_put_number(writer, figures_names[i], line->figures[i]);
	for (size_t i = 0; i < AGES; i++) {
		bool here = (i == 0 || days > ages[i - 1].days) && days <= ages[i].days;

		bad |= element_put_number(writer, ages[i].name, here ? line->open : 0);
	}
	bad |= xmlTextWriterEndElement(writer) < 0;
	return bad;
}

static NEOERR *
write_content(struct statement *s)
{
	struct bytes *content = &s->out.content;
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
	int bad = writer == NULL;
	int64_t n = 0;

	bytes_release(content);
	if (!bad)
		bad |= message_begin(writer, &s->out.header);
	for (size_t i = 0; !bad && i < s->count; i++)
		if (s->lines[i].open > 0)
			bad |= put_line(writer, &s->lines[i], ++n, s->out.now);
	if (!bad)
		bad |= element_root_end(writer);
	xmlFreeTextWriter(writer);
	if (!bad) {
		content->len = (size_t)xmlBufferLength(buffer);
		content->data = (uint8_t *)strdup((const char *)xmlBufferContent(buffer));
	}
	xmlBufferFree(buffer);
	return content->data ? STATUS_OK : nerr_raise(NERR_NOMEM, "statement");
}

static NEOERR *
mark(struct db *db, void *context)
{
	struct statement *s = context;
	struct message_header *header = &s->out.header;
	NEOERR *err;

	*header = (struct message_header) { .type = TYPE, .part = 1, .last = true };
	snprintf(header->business_date, sizeof(header->business_date), "%s", s->date);
	if ((err = is_there(db, s)) || s->there)
		return nerr_pass(err);
	if ((err = outgoing_number(&s->out, db)) || (err = count(s)) ||
	    (err = write_content(s)) || (err = settle(db, s)))
		return nerr_pass(err);
	return nerr_pass(outgoing_mark(&s->out, db));
}

NEOERR *
statement_run(struct exchange *exchange, const char *bank, const char *date)
{
	struct desk desk;
	struct statement s = { .out.desk = &desk, .date = date };
	bool busy;
	NEOERR *err;

	err = desk_init(&desk, exchange, "export", bank, &busy);
	if (err != STATUS_OK || busy)
		return nerr_pass(err);
	if ((err = is_there(exchange->db, &s)))
		goto out;
	if (!s.there && ((err = outgoing_prepare(&s.out)) || (err = collect(&s)) ||
			    (err = db_transact(exchange->db, mark, &s))))
		goto out;
	err = export_marked(&desk);
out:
	outgoing_release(&s.out);
	free(s.lines);
	desk_release(&desk);
	return nerr_pass(err);
}
