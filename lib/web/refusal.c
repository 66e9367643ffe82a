#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "bank/journal.h"
#include "web/desk.h"
#include "web/refusal.h"

#define BARS 64 /* more than there are reason codes, or banks */

struct bar {
	char code[9];
	int64_t number;
};

struct chart {
	struct bar bars[BARS];
	size_t count;
};

/* A code's bar; NULL when there is room for no other one. */
static struct bar *
bar_of(struct chart *chart, const char *code)
{
	for (size_t i = 0; i < chart->count; i++)
		if (strcmp(chart->bars[i].code, code) == 0)
			return &chart->bars[i];
	if (chart->count == BARS)
		return NULL;
	snprintf(chart->bars[chart->count].code, sizeof chart->bars[0].code, "%s", code);
	return &chart->bars[chart->count++];
}

static NEOERR *
grow(struct chart *chart, const char *code, int64_t number)
{
	struct bar *bar = bar_of(chart, code);

	if (bar == NULL)
		return nerr_raise(NERR_ASSERT, "more than %d bars", BARS);
	bar->number += number;
	return STATUS_OK;
}

/* The longest first. */
static int
by_length(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	return x->number != y->number ? (x->number < y->number) - (x->number > y->number)
				      : strcmp(x->code, y->code);
}

struct counting {
	const char *bank;              /* only this one; NULL: all */
	struct chart *reasons, *banks; /* NULL: not wanted */
};

static NEOERR *
count(const char *bank, const char *reason, int64_t number, void *context)
{
	const struct counting *c = context;
	NEOERR *err;

	if (c->bank && strcmp(c->bank, bank) != 0)
		return STATUS_OK;
	if (c->reasons && (err = grow(c->reasons, reason, number)))
		return nerr_pass(err);
	return nerr_pass(c->banks ? grow(c->banks, bank, number) : STATUS_OK);
}

/* <list>.<n>.{code, text, number, width (per cent of the longest)} and, with sent, of and share. */
static NEOERR *
put(struct page *page, const char *list, struct chart *chart, struct chart *sent)
{
	NEOERR *err;

	qsort(chart->bars, chart->count, sizeof chart->bars[0], by_length);
	for (size_t i = 0; i < chart->count; i++) {
		const struct bar *bar = &chart->bars[i];
		const int64_t longest = chart->bars[0].number;
		const struct bar *of = sent ? bar_of(sent, bar->code) : NULL;
		char name[24];
		HDF *node;

		snprintf(name, sizeof name, "%s.%d", list, (int)i);
		if ((err = hdf_get_node(page->hdf, name, &node)) ||
		    (err = hdf_set_value(node, "code", bar->code)) ||
		    (err = hdf_set_value(node, "text",
			 sent ? desk_bank_name(page, bar->code)
			      : desk_reason(page, bar->code))) ||
		    (err = hdf_set_valuef(node, "number=%lld", (long long)bar->number)) ||
		    (err = hdf_set_int_value(
			 node, "width", (int)((bar->number * 100 + longest - 1) / longest))))
			return nerr_pass(err);
		if (of && of->number > 0 &&
		    ((err = hdf_set_valuef(node, "of=%lld", (long long)of->number)) ||
			(err = hdf_set_valuef(node, "share=%.1f",
			     100.0 * (double)bar->number / (double)of->number))))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

NEOERR *
refusal_show(struct page *page, const char *from, const char *bank)
{
	struct chart reasons = { .count = 0 }, banks = reasons, sent = reasons, files = reasons;
	struct db *db = page->site->db;
	NEOERR *err;

	if ((err = journal_counts(db, JOURNAL_REFUSED, from, count,
		 &(struct counting) { bank, &reasons, &banks })) ||
	    (err = journal_counts(db, JOURNAL_REFUSED_FILES, from, count,
		 &(struct counting) { bank, &files, NULL })) ||
	    (err = journal_counts(
		 db, JOURNAL_SENT, from, count, &(struct counting) { bank, NULL, &sent })) ||
	    (err = put(page, "Reason", &reasons, NULL)) ||
	    (err = put(page, "File", &files, NULL)))
		return nerr_pass(err);
	return nerr_pass(bank ? STATUS_OK : put(page, "Refuser", &banks, &sent));
}
