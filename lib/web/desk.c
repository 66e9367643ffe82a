#include <stdio.h>
#include <string.h>

#include "apply/dictionary.h"
#include "bank/journal.h"
#include "bank/snapshot.h"
#include "base/clock.h"
#include "web/desk.h"

const char *
desk_bank_name(const struct page *page, const char *code)
{
	const struct bank *bank = dictionary_bank(page->site->dictionary, code);

	return bank ? bank->name[page->language] : code;
}

const char *
desk_reason(const struct page *page, const char *code)
{
	return *code ? page_word(page, "operators.reason.%s", code) : "";
}

NEOERR *
desk_age(HDF *node, const char *name, int64_t at)
{
	const int64_t age = clock_now() - at;

	return nerr_pass(hdf_set_int_value(node, name, age > 0 ? (int)(age / 60) : 0));
}

/* The next of a list's nodes: <list>.<n>. */
static NEOERR *
add(HDF *hdf, const char *list, int n, HDF **node)
{
	char name[40];

	snprintf(name, sizeof name, "%s.%d", list, n);
	return nerr_pass(hdf_get_node(hdf, name, node));
}

/* ---- how the banks stand ---- */

static const json_t *
at_path(const json_t *of, const char *object, const char *key)
{
	return json_object_get(object ? json_object_get(of, object) : of, key);
}

/* What of a standing is shown as it is. */
static const struct {
	const char *name, *object, *key;
} numbers[] = {
	{ "unanswered", NULL, "unanswered" },
	{ "refused", NULL, "refused" },
	{ "waiting", NULL, "waiting" },
	{ "suspense", NULL, "suspense" },
	{ "near", "promise", "near" },
	{ "late", "promise", "late" },
	{ "bureau_days", "certificate", "bureau" },
	{ "bank_days", "certificate", "bank" },
};

static NEOERR *
put_numbers(HDF *node, const json_t *standing)
{
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		const json_t *value = at_path(standing, numbers[i].object, numbers[i].key);
		NEOERR *err;

		if (value && (err = hdf_set_int_value(
				  node, numbers[i].name, (int)json_integer_value(value))))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

/* The newest order or answer: its MsgId, what it is in words, its age. */
static NEOERR *
put_newest(const struct page *page, HDF *node, const json_t *standing, const char *object,
    const char *key, const char *words)
{
	const char *id = json_string_value(at_path(standing, object, "msg_id"));
	const char *what = json_string_value(at_path(standing, object, key));
	char name[24];
	NEOERR *err;

	if (id == NULL || what == NULL)
		return STATUS_OK;
	if ((err = hdf_set_valuef(node, "%s.msg_id=%s", object, id)) ||
	    (err = hdf_set_valuef(
		 node, "%s.text=%s", object, page_word(page, "operators.%s.%s", words, what))))
		return nerr_pass(err);
	snprintf(name, sizeof name, "%s.age", object);
	return nerr_pass(
	    desk_age(node, name, json_integer_value(at_path(standing, object, "at"))));
}

static NEOERR *
put_alarms(const struct page *page, HDF *node, const json_t *standing)
{
	const json_t *alarm;
	size_t i;

	json_array_foreach(json_object_get(standing, "alarms"), i, alarm)
	{
		const char *name = json_string_value(json_object_get(alarm, "alarm"));
		NEOERR *err;

		if (name && ((err = hdf_set_valuef(node, "alarm.%d.name=%s", (int)i, name)) ||
				(err = hdf_set_valuef(node, "alarm.%d.text=%s", (int)i,
				     page_word(page, "operators.alarm.%s", name)))))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

/* Applications under way, by state and the age of the oldest in days. */
static NEOERR *
put_open(const struct page *page, HDF *node, const json_t *standing)
{
	const json_t *open;
	long long sum = 0;
	size_t i;

	json_array_foreach(json_object_get(standing, "open"), i, open)
	{
		const char *state = json_string_value(json_object_get(open, "state"));
		const long long number = json_integer_value(json_object_get(open, "number"));
		const long long since = json_integer_value(json_object_get(open, "since"));
		NEOERR *err;

		sum += number;
		if (state &&
		    ((err = hdf_set_valuef(node, "state.%d.text=%s", (int)i,
			  page_word(page, "state.%s.text", state))) ||
			(err = hdf_set_valuef(node, "state.%d.number=%lld", (int)i, number)) ||
			(err = hdf_set_valuef(node, "state.%d.days=%lld", (int)i,
			     ((long long)clock_now() - since) / 86400))))
			return nerr_pass(err);
	}
	return nerr_pass(hdf_set_valuef(node, "open=%lld", sum));
}

struct filling {
	struct page *page;
	HDF *node; /* of the night */
	int n, files;
	char date[CLOCK_DATE_LEN];
};

static NEOERR *
put_bank(const struct snapshot *s, void *context)
{
	struct filling *f = context;
	struct page *page = f->page;
	HDF *node;
	NEOERR *err;

	if ((err = add(page->hdf, "Bank", f->n++, &node)) ||
	    (err = hdf_set_value(node, "code", s->bank)) ||
	    (err = hdf_set_value(node, "name", desk_bank_name(page, s->bank))))
		return nerr_pass(err);
	if (s->body == NULL)
		return nerr_pass(hdf_set_value(node, "unseen", "1"));
	if ((err = desk_age(node, "age", s->at)) ||
	    (clock_now() - s->at > page->site->settings.operators.stale &&
		(err = hdf_set_value(node, "stale", "1"))) ||
	    (err = put_newest(page, node, s->body, "order", "state", "state")) ||
	    (err = put_newest(page, node, s->body, "answer", "type", "type")) ||
	    (err = put_numbers(node, s->body)) || (err = put_alarms(page, node, s->body)))
		return nerr_pass(err);
	return nerr_pass(put_open(page, node, s->body));
}

NEOERR *
desk_banks(struct page *page, const char *code)
{
	struct filling f = { .page = page };

	return nerr_pass(snapshot_each(page->site->db, code, SNAPSHOT_STANDING, put_bank, &f));
}

/* ---- nights ---- */

static NEOERR *
begin_night(struct filling *f, const char *date)
{
	NEOERR *err;

	if (f->node && strcmp(f->date, date) == 0)
		return STATUS_OK;
	snprintf(f->date, sizeof f->date, "%s", date);
	if ((err = add(f->page->hdf, "Night", f->n++, &f->node)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(f->node, "date", date));
}

static NEOERR *
put_file(const struct journal_file *file, void *context)
{
	struct filling *f = context;
	const struct page *page = f->page;
	char at[CLOCK_TIME_LEN];
	HDF *node;
	NEOERR *err;

	if (f->files == page->site->settings.operators.files)
		return nerr_pass(hdf_set_value(page->hdf, "Nights.cut", "1"));
	clock_minute(file->created_at, at);
	if ((err = begin_night(f, file->date)) ||
	    (err = add(f->node, "file", f->files++, &node)) ||
	    (err = hdf_set_value(node, "msg_id", file->msg_id)) ||
	    (file->out && (err = hdf_set_value(node, "out", "1"))) ||
	    (err = hdf_set_value(node, "type",
		 page_word(page, "operators.type.%s", *file->type ? file->type : "none"))) ||
	    (err = hdf_set_int_value(node, "records", (int)file->records)) ||
	    (err = hdf_set_value(
		 node, "state", page_word(page, "operators.state.%s", file->state))) ||
	    (strcmp(file->state, "REJECTED") == 0 && (err = hdf_set_value(node, "bad", "1"))) ||
	    (err = hdf_set_value(node, "reason", file->reason)) ||
	    (err = hdf_set_value(node, "reason_text", desk_reason(page, file->reason))) ||
	    (err = hdf_set_value(node, "original", file->original)) ||
	    (err = hdf_set_value(node, "digest", file->digest)) ||
	    (err = hdf_set_value(node, "at", at)))
		return nerr_pass(err);
	if (*file->receipt == '\0')
		return STATUS_OK;
	clock_minute(file->receipt_at, at);
	if ((err = hdf_set_value(node, "receipt", file->receipt)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(node, "receipt_at", at));
}

/* The pages of the nights before and after these. */
static NEOERR *
put_turns(struct page *page, const char *code, const char *until)
{
	char today[CLOCK_DATE_LEN], earlier[CLOCK_DATE_LEN], later[CLOCK_DATE_LEN];
	NEOERR *err;

	clock_date(clock_now(), today);
	clock_add_days(until, -DESK_NIGHTS, earlier);
	clock_add_days(until, DESK_NIGHTS, later);
	if ((err = hdf_set_valuef(
		 page->hdf, "Nights.earlier=" OPERATOR_HOME "/bank/%s/%s", code, earlier)))
		return nerr_pass(err);
	if (strcmp(until, today) >= 0)
		return STATUS_OK;
	return nerr_pass(hdf_set_valuef(page->hdf, "Nights.later=" OPERATOR_HOME "/bank/%s/%s",
	    code, strcmp(later, today) < 0 ? later : today));
}

NEOERR *
desk_nights(struct page *page, const char *code, const char *until)
{
	struct filling f = { .page = page };
	char from[CLOCK_DATE_LEN];
	NEOERR *err;

	clock_add_days(until, 1 - DESK_NIGHTS, from);
	if ((err = put_turns(page, code, until)) ||
	    (err = hdf_set_value(page->hdf, "Nights.from", from)) ||
	    (err = hdf_set_value(page->hdf, "Nights.to", until)))
		return nerr_pass(err);
	return nerr_pass(journal_files(page->site->db, code, from, until,
	    page->site->settings.operators.files + 1, put_file, &f));
}

/* ---- differences ---- */

static NEOERR *
put_figures(const struct page *page, HDF *node, const json_t *difference)
{
	json_t *ours = json_object_get(difference, "ours"), *figure;
	const json_t *theirs = json_object_get(difference, "theirs");
	const char *name;
	int n = 0;

	json_object_foreach(ours, name, figure)
	{
		const long long our = json_integer_value(figure);
		const long long their = json_integer_value(json_object_get(theirs, name));
		NEOERR *err;

		if (theirs && our != their &&
		    ((err = hdf_set_valuef(node, "figure.%d.name=%s", n,
			  page_word(page, "operators.figure.%s", name))) ||
			(err = hdf_set_valuef(node, "figure.%d.ours=%lld", n, our)) ||
			(err = hdf_set_valuef(node, "figure.%d.theirs=%lld", n++, their))))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static NEOERR *
put_differences(const struct snapshot *s, void *context)
{
	struct page *page = context;
	const json_t *one;
	size_t i;
	NEOERR *err;

	if (s->body == NULL)
		return nerr_pass(hdf_set_value(page->hdf, "Differences.unseen", "1"));
	if ((err = desk_age(page->hdf, "Differences.age", s->at)))
		return nerr_pass(err);
	json_array_foreach(s->body, i, one)
	{
		const char *order = json_string_value(json_object_get(one, "order"));
		const char *report = json_string_value(json_object_get(one, "report"));
		HDF *node;

		if ((long)i == page->site->settings.operators.files)
			return nerr_pass(hdf_set_value(page->hdf, "Differences.cut", "1"));
		if ((err = add(page->hdf, "Difference", (int)i, &node)) ||
		    (err = hdf_set_value(node, "order", order ? order : "")) ||
		    (report && (err = hdf_set_value(node, "report", report))) ||
		    (json_object_get(one, "ours") == NULL &&
			(err = hdf_set_value(node, "strange", "1"))) ||
		    (err = put_figures(page, node, one)))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

NEOERR *
desk_differences(struct page *page, const char *code)
{
	return nerr_pass(
	    snapshot_each(page->site->db, code, SNAPSHOT_DIFFERENCES, put_differences, page));
}
