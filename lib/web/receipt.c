#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/correction.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/account.h"
#include "web/answer.h"
#include "web/receipt.h"

#define MAX_APPLICATIONS 20
#define MAX_EVENTS 40
#define WORDS 512

/* From the roster, shown for comparison; long ones only at their ends. */
static const struct {
	const char *field;
	int head, tail; /* characters left readable; 0, 0: all */
} registered[] = {
	{ "name", 0, 0 },
	{ "id_type", 0, 0 },
	{ "id_number", 4, 4 },
	{ "phone", 3, 4 },
};

static void
hide(const char *field, char *text)
{
	const size_t len = strlen(text);

	for (size_t i = 0; i < sizeof registered / sizeof registered[0]; i++) {
		const size_t head = (size_t)registered[i].head,
			     tail = (size_t)registered[i].tail;

		if (strcmp(registered[i].field, field) != 0 || head + tail == 0)
			continue;
		for (size_t k = head; k + tail < len; k++)
			text[k] = '*';
	}
}

/* Does the channel show the field at a step of its own? */
static bool
shows(const struct flow *flow, const struct field *field)
{
	for (size_t i = 0; i < flow->count; i++)
		for (size_t k = 0; flow->steps[i].fields[k]; k++)
			if (flow->steps[i].fields[k] == field)
				return true;
	return false;
}

static NEOERR *
item(struct page *page, int group, int n, const struct field *field, const char *label,
    const char *words)
{
	NEOERR *err;

	if ((err = hdf_set_valuef(
		 page->hdf, "Answer.%d.item.%d.name=%s", group, n, field->name)) ||
	    (err = hdf_set_valuef(page->hdf, "Answer.%d.item.%d.label=%s", group, n, label)))
		return nerr_pass(err);
	return nerr_pass(
	    field->kind == FIELD_PHOTO
		? hdf_set_valuef(
		      page->hdf, "Answer.%d.item.%d.photo=/photo/%s", group, n, words)
		: hdf_set_valuef(page->hdf, "Answer.%d.item.%d.text=%s", group, n, words));
}

/* Where she goes for the card, or asks for it. */
static NEOERR *
place(struct page *page, int group, int n, const char *code)
{
	const struct branch *branch = dictionary_branch(page->site->dictionary, code);
	NEOERR *err;

	if (branch == NULL)
		return STATUS_OK;
	if ((err = hdf_set_valuef(
		 page->hdf, "Answer.%d.item.%d.address=%s", group, n, branch->address)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_valuef(
	    page->hdf, "Answer.%d.item.%d.hours=%s", group, n, branch->hours[page->language]));
}

static NEOERR *
known_answers(struct page *page, const json_t *answers, int *group)
{
	char words[WORDS];
	int n = 0;
	NEOERR *err;

	for (size_t i = 0; i < sizeof registered / sizeof registered[0]; i++) {
		const struct field *field = field_find(registered[i].field);

		if (shows(page->flow, field))
			continue;
		answer_words(page, field, answers, words, sizeof words);
		hide(field->name, words);
		if (*words && (err = item(page, *group, n++, field,
				   page_word(page, "label.%s", field->name), words)))
			return nerr_pass(err);
	}
	if (n == 0)
		return STATUS_OK;
	return nerr_pass(hdf_set_valuef(
	    page->hdf, "Answer.%d.title=%s", (*group)++, page_word(page, "registered")));
}

NEOERR *
receipt_answers(struct page *page, const json_t *body)
{
	const json_t *answers = json_object_get(body, "answers");
	char words[WORDS];
	int group = 0;
	NEOERR *err;

	if ((err = known_answers(page, answers, &group)))
		return nerr_pass(err);
	for (size_t i = 0; i < page->flow->count; i++) {
		const struct flow_step *step = &page->flow->steps[i];
		int n = 0;

		for (size_t k = 0; step->fields[k]; k++) {
			if (!field_asked(step->fields[k], answers))
				continue;
			answer_words(page, step->fields[k], answers, words, sizeof words);
			if (flow_known(step, step->fields[k], body))
				hide(step->fields[k]->name, words);
			if ((err = item(page, group, n, step->fields[k],
				 answer_label(page, step, step->fields[k]), words)) ||
			    (strcmp(step->fields[k]->name, "branch") == 0 &&
				(err = place(page, group, n, field_answer(answers, "branch")))))
				return nerr_pass(err);
			n++;
		}
		if (n == 0)
			continue;
		if ((err = hdf_set_valuef(page->hdf, "Answer.%d.step=%s", group, step->name)) ||
		    (err = hdf_set_valuef(page->hdf, "Answer.%d.title=%s", group,
			 page_word(page, "step.%s.title", step->name))) ||
		    (err = hdf_set_valuef(
			 page->hdf, "Answer.%d.href=/apply/%s", group, step->name)))
			return nerr_pass(err);
		group++;
	}
	return STATUS_OK;
}

NEOERR *
receipt_applicant(struct page *page)
{
	const struct site *site = page->site;
	struct account account = { .found = false };
	char words[WORDS];
	NEOERR *err;

	if ((err = account_load(site->db, site->seal, page->session->account, &account)))
		goto out;
	for (size_t i = 0; err == STATUS_OK && i < sizeof registered / sizeof registered[0];
	     i++) {
		const char *name = registered[i].field;

		if (*page_word(page, "applicant.%s", name) == '\0')
			continue;
		answer_words(page, field_find(name), account.body, words, sizeof words);
		hide(name, words);
		if ((err = hdf_set_valuef(page->hdf, "Applicant.%d.label=%s", (int)i,
			 page_word(page, "applicant.%s", name))) == STATUS_OK)
			err = hdf_set_valuef(page->hdf, "Applicant.%d.text=%s", (int)i, words);
	}
out:
	account_release(&account);
	return nerr_pass(err);
}

static NEOERR *
events(struct page *page, HDF *node, const char *no)
{
	struct application_event *list = calloc(MAX_EVENTS, sizeof *list);
	char at[CLOCK_TIME_LEN];
	size_t count;
	NEOERR *err;

	if (list == NULL)
		return nerr_raise(NERR_NOMEM, "events");
	err = application_events(page->site->db, no, list, MAX_EVENTS, &count);
	for (size_t i = 0; err == STATUS_OK && i < count; i++) {
		int n = (int)i;

		clock_minute(list[i].at, at);
		if ((err = hdf_set_valuef(node, "event.%d.state=%s", n, list[i].state)) ||
		    (err = hdf_set_valuef(node, "event.%d.text=%s", n,
			 page_word(page, "state.%s.text", list[i].state))) ||
		    (err = hdf_set_valuef(node, "event.%d.at=%s", n, at)) ||
		    (list[i].reason[0] &&
			(err = hdf_set_valuef(node, "event.%d.reason_text=%s", n,
			     page_word(page, "reason.%s", list[i].reason)))))
			break;
	}
	free(list);
	return nerr_pass(err);
}

/* The promise clock: which day it is of how many, and how late. */
static NEOERR *
promise(HDF *node, const struct application *a)
{
	char submitted[CLOCK_DATE_LEN], today[CLOCK_DATE_LEN];
	int left;
	NEOERR *err;

	clock_date(a->submitted_at, submitted);
	clock_date(clock_now(), today);
	left = clock_days_between(today, a->promised_on);
	if ((err = hdf_set_value(node, "promised", a->promised_on)) ||
	    (err = hdf_set_int_value(node, "day", clock_days_between(submitted, today) + 1)) ||
	    (err = hdf_set_int_value(node, "left", left > 0 ? left : 0)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_int_value(node, "late", left < 0 ? -left : 0));
}

/* What she does, who is waited for and what follows: another thing where she could correct it, but not for this reason. */
static NEOERR *
outlook(struct page *page, HDF *node, const char *state, bool opens)
{
	static const char *const parts[] = { "expects", "waits", "next" };
	const char *final = !opens && application_may_move(state, "SUBMITTED") ? ".final" : "";
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < sizeof parts / sizeof parts[0]; i++)
		err = hdf_set_value(
		    node, parts[i], page_word(page, "state.%s%s.%s", state, final, parts[i]));
	return nerr_pass(err);
}

/* What is told of the answers. */
static NEOERR *
told(struct page *page, HDF *node, const struct application *a)
{
	static const char *const names[] = { "name", "delivery", "mail_name", "mail_district",
		"mail_address", "mail_postcode" };
	char words[WORDS];
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < sizeof names / sizeof names[0]; i++) {
		const struct field *field = field_find(names[i]);

		if (!field_asked(field, a->body))
			continue;
		answer_words(page, field, a->body, words, sizeof words);
		err = hdf_set_valuef(node, "told.%s=%s", names[i], words);
	}
	return nerr_pass(err);
}

static NEOERR *
application(struct page *page, HDF *node, const struct application *a)
{
	const struct dictionary *d = page->site->dictionary;
	const struct bank *bank = dictionary_bank(d, a->bank);
	const struct branch *branch = dictionary_branch(d, a->branch);
	const struct application_state *state = application_state(a->state);
	const bool withdrawn = strcmp(a->state, "WITHDRAWN") == 0;
	const char *portrait = withdrawn ? "" : field_answer(a->body, "portrait");
	const bool opens = correction_opens(page->site->conf, a->state, a->reason) != NULL;
	char at[CLOCK_TIME_LEN];
	NEOERR *err;

	clock_minute(a->submitted_at, at);
	if ((err = hdf_set_value(node, "no", a->no)) ||
	    (err = hdf_set_value(node, "state", a->state)) ||
	    (err = hdf_set_value(
		 node, "state_text", page_word(page, "state.%s.text", a->state))) ||
	    (err = outlook(page, node, a->state, opens)) ||
	    (err = hdf_set_value(node, "submitted", at)) ||
	    (bank && ((err = hdf_set_value(node, "bank", bank->name[page->language])) ||
			 (err = hdf_set_value(node, "bank_phone", bank->phone)))) ||
	    (branch && ((err = hdf_set_value(node, "branch", branch->name[page->language])) ||
			   (err = hdf_set_value(node, "branch_address", branch->address)) ||
			   (err = hdf_set_value(node, "branch_phone", branch->phone)) ||
			   (err = hdf_set_value(
				node, "branch_hours", branch->hours[page->language])))) ||
	    (*portrait && (err = hdf_set_valuef(node, "photo=/photo/%s", portrait))) ||
	    (a->tracking[0] && (err = hdf_set_value(node, "tracking", a->tracking))) ||
	    (a->reason[0] && (err = hdf_set_value(node, "reason_text",
				  *page_word(page, "reason.%s", a->reason)
				      ? page_word(page, "reason.%s", a->reason)
				      : page_word(page, "reason.other")))) ||
	    (state && state->live && (err = hdf_set_value(node, "live", "1"))) ||
	    (state && state->done && (err = hdf_set_value(node, "done", "1"))) ||
	    (application_may_move(a->state, "WITHDRAWN") &&
		(err = hdf_set_valuef(node, "withdraw=/my/withdraw/%s", a->no))) ||
	    (opens && ((err = hdf_set_valuef(node, "correct=/my/correct/%s", a->no)) ||
			  (err = hdf_set_value(node, "correct_text",
			       page_word(page, "my.correct.%s", a->state))))) ||
	    (err = promise(node, a)) || (err = told(page, node, a)))
		return nerr_pass(err);
	return nerr_pass(events(page, node, a->no));
}

/* The newest max; no: only the one of this number. */
static NEOERR *
applications(struct page *page, size_t max, const char *no, int *shown)
{
	struct application *list = calloc(MAX_APPLICATIONS, sizeof *list);
	char n[12];
	size_t count = 0;
	HDF *all, *node;
	NEOERR *err;

	if (list == NULL)
		return nerr_raise(NERR_NOMEM, "applications");
	*shown = 0;
	err = application_list(
	    page->site->db, page->site->seal, page->session->person, list, max, &count);
	for (size_t i = 0; err == STATUS_OK && i < count; i++) {
		if (no && strcmp(no, list[i].no) != 0)
			continue;
		snprintf(n, sizeof n, "%d", (*shown)++);
		if ((err = hdf_get_node(page->hdf, "Application", &all)) == STATUS_OK &&
		    (err = hdf_get_node(all, n, &node)) == STATUS_OK)
			err = application(page, node, &list[i]);
	}
	for (size_t i = 0; i < count; i++)
		application_release(&list[i]);
	free(list);
	return nerr_pass(err);
}

NEOERR *
receipt_applications(struct page *page, size_t max)
{
	return nerr_pass(applications(
	    page, max < MAX_APPLICATIONS ? max : MAX_APPLICATIONS, NULL, &(int) { 0 }));
}

NEOERR *
receipt_application(struct page *page, const char *no)
{
	int shown = 0;
	NEOERR *err;

	if (page->session->has_person &&
	    (err = applications(page, MAX_APPLICATIONS, no, &shown)))
		return nerr_pass(err);
	return shown ? STATUS_OK : nerr_raise(FAIL_NOT_FOUND, "no such application");
}
