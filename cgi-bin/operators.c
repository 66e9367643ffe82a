/*
 * operators.c - for the staff: how the exchange with each bank stands, its last nights, what was refused and why, and what
 * is in suspense, which they settle.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/utf8.h"
#include "bank/suspense.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/desk.h"
#include "web/question.h"
#include "web/refusal.h"

#define BANK OPERATOR_HOME "/bank/"
#define REJECTS OPERATOR_HOME "/rejects/"
#define SUSPENSE OPERATOR_HOME "/suspense"

#define WEEK "7"
static const char *const periods[] = { WEEK, "30" }; /* days */

/* The n-th segment of the path, counted from 0; "" when there is none. */
static const char *
segment(const struct page *page, int n, char out[sizeof((struct request *)0)->path])
{
	const char *p = page->request->path + 1;

	for (; n > 0 && p; n--)
		p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL;
	snprintf(out, sizeof((struct request *)0)->path, "%.*s", p ? (int)strcspn(p, "/") : 0,
	    p ? p : "");
	return out;
}

static NEOERR *
render(struct page *page, const char *template, int status)
{
	static const struct {
		const char *href, *word, *template;
	} tabs[] = {
		{ OPERATOR_HOME, "banks", "operators" },
		{ REJECTS WEEK, "rejects", "operators-rejects" },
		{ SUSPENSE, "suspense", "operators-suspense" },
	};

	for (size_t i = 0; i < sizeof tabs / sizeof tabs[0]; i++) {
		NEOERR *err;

		if ((err = hdf_set_valuef(
			 page->hdf, "Operators.tab.%d.href=%s", (int)i, tabs[i].href)) ||
		    (err = hdf_set_valuef(page->hdf, "Operators.tab.%d.label=%s", (int)i,
			 page_word(page, "operators.tab.%s", tabs[i].word))) ||
		    (strcmp(tabs[i].template, template) == 0 &&
			(err = hdf_set_valuef(
			     page->hdf, "Operators.tab.%d.current=1", (int)i))))
			return nerr_pass(err);
	}
	return nerr_pass(page_render(page, template, status));
}

/* Each of a list leads on to its page. */
static NEOERR *
link_each(struct page *page, const char *list, const char *to)
{
	for (HDF *node = hdf_get_child(page->hdf, list); node; node = hdf_obj_next(node)) {
		NEOERR *err =
		    hdf_set_valuef(node, "href=%s%s", to, hdf_get_value(node, "code", ""));

		if (err)
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static NEOERR *
banks(struct page *page)
{
	NEOERR *err;

	if ((err = desk_banks(page, NULL)) || (err = link_each(page, "Bank", BANK)))
		return nerr_pass(err);
	return nerr_pass(render(page, "operators", 200));
}

static NEOERR *
known_bank(const struct page *page, const char *code)
{
	return dictionary_bank(page->site->dictionary, code)
		   ? STATUS_OK
		   : nerr_raise(FAIL_NOT_FOUND, "no such bank");
}

/* /operators/bank/102[/2026-11-22] */
static NEOERR *
bank(struct page *page)
{
	char code[sizeof page->request->path], until[sizeof page->request->path];
	char today[CLOCK_DATE_LEN];
	NEOERR *err;

	clock_date(clock_now(), today);
	if (*segment(page, 3, until) == '\0')
		memcpy(until, today, sizeof today);
	if ((err = known_bank(page, segment(page, 2, code))))
		return nerr_pass(err);
	if (!clock_parse_date(until, NULL, NULL, NULL))
		return nerr_raise(FAIL_NOT_FOUND, "no such night");
	if ((err = desk_banks(page, code)) || (err = desk_nights(page, code, until)) ||
	    (err = desk_differences(page, code)) ||
	    (err = hdf_set_valuef(page->hdf, "Bank.0.rejects=" REJECTS WEEK "/%s", code)))
		return nerr_pass(err);
	return nerr_pass(render(page, "operators-bank", 200));
}

static NEOERR *
put_periods(struct page *page, const char *days, const char *code)
{
	bool known = false;

	for (int i = 0; i < (int)(sizeof periods / sizeof periods[0]); i++) {
		const bool current = strcmp(periods[i], days) == 0;
		NEOERR *err;

		known |= current;
		if ((err = hdf_set_valuef(page->hdf, "Period.%d.days=%s", i, periods[i])) ||
		    (err = hdf_set_valuef(page->hdf, "Period.%d.href=" REJECTS "%s%s%s", i,
			 periods[i], *code ? "/" : "", code)) ||
		    (current && (err = hdf_set_valuef(page->hdf, "Period.%d.current=1", i))))
			return nerr_pass(err);
	}
	return known ? STATUS_OK : nerr_raise(FAIL_NOT_FOUND, "no such period");
}

/* /operators/rejects/7[/102] */
static NEOERR *
rejects(struct page *page)
{
	char days[sizeof page->request->path], code[sizeof page->request->path];
	char from[CLOCK_DATE_LEN], today[CLOCK_DATE_LEN], to[sizeof REJECTS + sizeof days];
	NEOERR *err;

	segment(page, 2, days);
	segment(page, 3, code);
	if ((err = put_periods(page, days, code)) || (*code && (err = known_bank(page, code))))
		return nerr_pass(err);
	clock_date(clock_now(), today);
	clock_add_days(today, 1 - atoi(days), from);
	snprintf(to, sizeof to, REJECTS "%s/", days);
	if ((err = refusal_show(page, from, *code ? code : NULL)) ||
	    (err = link_each(page, "Refuser", to)))
		return nerr_pass(err);
	to[strlen(to) - 1] = '\0';
	if (*code &&
	    ((err = hdf_set_value(page->hdf, "Refusals.bank", desk_bank_name(page, code))) ||
		(err = hdf_set_value(page->hdf, "Refusals.all", to))))
		return nerr_pass(err);
	return nerr_pass(render(page, "operators-rejects", 200));
}

/* ---- what is in suspense ---- */

struct listing {
	struct page *page;
	const char *msg_id, *number, *fault; /* of a form that did not do; NULL: none */
	int n;
};

static NEOERR *
put_fault(const struct listing *l, HDF *node)
{
	const char *why = form_text(&l->page->request->form, "why");
	char field[24];
	NEOERR *err;

	if (l->fault == NULL || strcmp(l->msg_id, hdf_get_value(node, "msg_id", "")) != 0 ||
	    strcmp(l->number, hdf_get_value(node, "n", "")) != 0)
		return STATUS_OK;
	snprintf(field, sizeof field, "why-%d", l->n);
	if ((err = hdf_set_value(node, "why", why ? why : "")) ||
	    (err = hdf_set_value(node, "error_text", page_word(l->page, "error.%s", l->fault))))
		return nerr_pass(err);
	return nerr_pass(question_fault(
	    l->page, field, page_word(l->page, "operators.suspense.why"), l->fault));
}

static NEOERR *
put_suspended(const struct suspense *s, void *context)
{
	struct listing *l = context;
	char name[24];
	HDF *node;
	NEOERR *err;

	if (l->n == l->page->site->settings.operators.suspense)
		return nerr_pass(hdf_set_value(l->page->hdf, "Suspended.cut", "1"));
	snprintf(name, sizeof name, "Suspense.%d", l->n);
	if ((err = hdf_get_node(l->page->hdf, name, &node)) ||
	    (err = hdf_set_value(node, "msg_id", s->msg_id)) ||
	    (err = hdf_set_valuef(node, "n=%lld", (long long)s->n)) ||
	    (err = hdf_set_value(node, "application", s->application)) ||
	    (err = hdf_set_value(
		 node, "text", page_word(l->page, "operators.suspended.%s", s->reason))) ||
	    (err = desk_age(node, "age", s->noted_at)) || (err = put_fault(l, node)))
		return nerr_pass(err);
	l->n++;
	return STATUS_OK;
}

static NEOERR *
list(struct listing *l)
{
	const struct site *site = l->page->site;
	NEOERR *err;

	if ((err = suspense_list(
		 site->db, NULL, site->settings.operators.suspense + 1, put_suspended, l)))
		return nerr_pass(err);
	return nerr_pass(render(l->page, "operators-suspense", l->fault ? 422 : 200));
}

static NEOERR *
suspense(struct page *page)
{
	return nerr_pass(list(&(struct listing) { .page = page }));
}

/* Settled by somebody else meanwhile is settled, and said. */
static NEOERR *
settle(struct page *page)
{
	const struct form *form = &page->request->form;
	const char *why = form_text(form, "why"), *number = form_text(form, "n");
	struct listing l = { .page = page, .msg_id = form_text(form, "msg_id") };
	char *end;
	long long n;
	bool done;
	NEOERR *err;

	if (l.msg_id == NULL || number == NULL)
		return nerr_raise(FAIL_REQUEST, "no record");
	n = strtoll(number, &end, 10);
	if (*number == '\0' || *end != '\0')
		return nerr_raise(FAIL_REQUEST, "no record");
	l.number = number;
	l.fault = why == NULL || why[strspn(why, " \t\r\n")] == '\0' ? "required"
		  : utf8_length(why) >= SUSPENSE_WHY_LEN             ? "why_long"
								     : NULL;
	if (l.fault)
		return nerr_pass(list(&l));
	if ((err = suspense_resolve(page->site->db, l.msg_id, n, page->staff, why, &done)))
		return nerr_pass(err);
	return nerr_pass(request_redirect(page->request,
	    done ? SUSPENSE "?notice=settled" : SUSPENSE "?notice=settled_before"));
}

int
main(void)
{
	/* clang-format off */
	static const struct page_action actions[] = {
		{ .method = "GET",  .path = OPERATOR_HOME,  .handle = banks,    .guard = PAGE_OPERATOR },
		{ .method = "GET",  .path = BANK "*",       .handle = bank,     .guard = PAGE_OPERATOR },
		{ .method = "GET",  .path = BANK "*/*",     .handle = bank,     .guard = PAGE_OPERATOR },
		{ .method = "GET",  .path = REJECTS "*",    .handle = rejects,  .guard = PAGE_OPERATOR },
		{ .method = "GET",  .path = REJECTS "*/*",  .handle = rejects,  .guard = PAGE_OPERATOR },
		{ .method = "GET",  .path = SUSPENSE,       .handle = suspense, .guard = PAGE_OPERATOR },
		{ .method = "POST", .path = SUSPENSE,       .handle = settle,   .guard = PAGE_OPERATOR },
		{ .method = NULL },
	};
	/* clang-format on */

	return page_main(actions);
}
