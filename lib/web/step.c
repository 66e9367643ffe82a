#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "web/act.h"
#include "web/intake.h"
#include "web/picture.h"
#include "web/question.h"
#include "web/receipt.h"
#include "web/save.h"
#include "web/step.h"
#include "web/tick.h"

#define APPLY "/apply/"
#define RESULT "result" /* the template of what eligibility found out */

static const struct flow_step *
step_of(const struct page *page)
{
	int at = flow_find(page->flow, page->request->path + sizeof APPLY - 1);

	return at < 0 ? NULL : &page->flow->steps[at];
}

static NEOERR *
go_to(struct page *page, const char *step, const char *query)
{
	char path[128];

	snprintf(path, sizeof path, APPLY "%s%s", step, query);
	return nerr_pass(request_redirect(page->request, path));
}

/* The same page again. */
static NEOERR *
stay(struct page *page, const char *query)
{
	char path[sizeof page->request->path + 32];

	snprintf(path, sizeof path, "%s%s", page->request->path, query);
	return nerr_pass(request_redirect(page->request, path));
}

static bool
submits(const struct flow_step *step)
{
	return step->act == FLOW_SUBMIT;
}

/* Where she has to be instead of here; NULL: here is right. */
static const struct flow_step *
rather(const struct page *page, const struct flow_step *step)
{
	const struct flow *flow = page->flow;
	const struct flow_step *last = &flow->steps[flow->count - 1];
	char today[CLOCK_DATE_LEN];
	size_t open;

	if (step->act == FLOW_CORRECT)
		return NULL;
	if (page->session->live_no[0] != '\0')
		return step->receipt ? NULL : last;
	clock_date(clock_now(), today);
	open = flow_first_open(flow, page->session->draft.body, today);
	return (size_t)(step - flow->steps) > open ? &flow->steps[open] : NULL;
}

static NEOERR *
show_progress(struct page *page, const struct flow_step *step)
{
	const struct flow *flow = page->flow;
	const size_t here = step->act == FLOW_CORRECT ? 0 : (size_t)(step - flow->steps);
	char today[CLOCK_DATE_LEN];
	size_t open;
	NEOERR *err;

	if (step->act == FLOW_CORRECT)
		return STATUS_OK;
	clock_date(clock_now(), today);
	open = step->receipt ? flow->count
			     : flow_first_open(flow, page->session->draft.body, today);
	for (size_t i = 0; i < flow->count; i++) {
		const char *name = flow->steps[i].name;
		const char *state = i == here ? "current" : i < open ? "done" : "todo";
		int n = (int)i;

		if ((err = hdf_set_valuef(page->hdf, "Step.list.%d.name=%s", n, name)) ||
		    (err = hdf_set_valuef(page->hdf, "Step.list.%d.title=%s", n,
			 page_word(page, "step.%s.title", name))) ||
		    (err = hdf_set_valuef(page->hdf, "Step.list.%d.state=%s", n, state)) ||
		    (i <= open && !step->receipt &&
			(err = hdf_set_valuef(
			     page->hdf, "Step.list.%d.href=" APPLY "%s", n, name))))
			return nerr_pass(err);
	}
	if (here > 0 && !step->receipt &&
	    (err = hdf_set_valuef(page->hdf, "Step.back=" APPLY "%s", step[-1].name)))
		return nerr_pass(err);
	if ((err = hdf_set_int_value(page->hdf, "Step.number", (int)here + 1)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_int_value(page->hdf, "Step.count", (int)flow->count));
}

/*
 * Who applies, as her account knows her; and if it has been found out that she may, the template that says so
 * and leads on.  Where she has just been refused, that is said.
 */
static NEOERR *
show_result(struct page *page, const struct flow_step *step, const char **template)
{
	char today[CLOCK_DATE_LEN];
	NEOERR *err;

	clock_date(clock_now(), today);
	if ((err = receipt_applicant(page)) || hdf_get_obj(page->hdf, "Eligibility.answer") ||
	    !flow_step_done(step, page->session->draft.body, today))
		return nerr_pass(err);
	*template = RESULT;
	if ((err = hdf_set_valuef(page->hdf, "Step.next=" APPLY "%s", step[1].name)))
		return nerr_pass(err);
	return nerr_pass(act_show_answer(page, "ok"));
}

/* Everything of the step's page; typed lies over what was saved. */
static NEOERR *
show(struct page *page, const struct flow_step *step, const json_t *typed, const json_t *faults,
    const char *template, int status)
{
	struct draft *draft = &page->session->draft;
	const char *notice = page_notice_asked(page);
	char saved[CLOCK_TIME_LEN];
	NEOERR *err;

	clock_iso(draft->saved_at, saved);
	if ((err = hdf_set_value(page->hdf, "Step.name", step->name)) ||
	    (err = hdf_set_value(
		 page->hdf, "Step.title", page_word(page, "step.%s.title", step->name))) ||
	    (err = hdf_set_value(
		 page->hdf, "Step.lead", page_word(page, "step.%s.lead", step->name))) ||
	    (err = hdf_set_valuef(page->hdf, "Step.version=%lld", (long long)draft->version)) ||
	    (draft->version > 0 && (err = hdf_set_valuef(page->hdf, "Step.saved=%.5s",
					saved + sizeof "2026-01-31"))) ||
	    (err = show_progress(page, step)) || (err = tick_show(page, step)) ||
	    (err = question_show(
		 page, step, typed, json_object_get(draft->body, "answers"), faults)) ||
	    (err = tick_show_faults(page, step, faults)))
		return nerr_pass(err);
	if (hdf_get_obj(page->hdf, "Step.open") && notice && strcmp(notice, "pictures") == 0 &&
	    (err = page_notice(page, "pictures_open")))
		return nerr_pass(err);
	if (submits(step) &&
	    ((err = receipt_answers(page, draft->body)) ||
		(step->asks && (err = hdf_set_value(page->hdf, "Step.asks", "1")))))
		return nerr_pass(err);
	if ((step->result || strcmp(template, RESULT) == 0) &&
	    (err = show_result(page, step, &template)))
		return nerr_pass(err);
	if ((step->receipt || step->act == FLOW_CORRECT) &&
	    (err = receipt_applications(page, 1)))
		return nerr_pass(err);
	return nerr_pass(page_render(page, template, status));
}

NEOERR *
step_show(struct page *page, const struct flow_step *step)
{
	const struct flow_step *instead;
	json_t *body = page->session->draft.body, *faults = NULL;
	const json_t *typed;
	const char *notice = form_text(&page->request->query, "notice");
	bool asks = form_text(&page->request->query, "confirm") != NULL;
	NEOERR *err = STATUS_OK;

	if ((instead = rather(page, step)) != NULL)
		return nerr_pass(go_to(page, instead->name, ""));
	typed = json_object_get(json_object_get(body, "typed"), step->name);
	if ((faults = json_object()) == NULL)
		return nerr_raise(NERR_NOMEM, "step_get");
	/* Sent back here by act_recheck: an answer has become wrong since it was saved. */
	if (notice && strcmp(notice, "recheck") == 0)
		err =
		    question_check(page, step, NULL, json_object_get(body, "answers"), faults);
	else if (json_object_get(json_object_get(body, "unsent"), step->name))
		err = page_notice(page, "unsent");
	asks = asks && step->asks && flow_consented(step, body);
	if (err == STATUS_OK)
		err = show(page, step, typed, faults, asks ? "confirm" : step->name, 200);
	json_decref(faults);
	return nerr_pass(err);
}

/* Folds what was typed; values: every asked field of the step, pictures included. */
static json_t *
fold(const struct page *page, const struct flow_step *step, const struct save *save)
{
	const json_t *answers = json_object_get(page->session->draft.body, "answers");
	json_t *values = json_object();

	for (size_t i = 0; values && step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *typed = field_answer(save->typed, field->name);
		char *folded = NULL;

		if (field->kind == FIELD_PHOTO) {
			typed = field_answer(save->given, field->name);
			if (*typed == '\0')
				typed = field_answer(answers, field->name);
		} else if (flow_known(step, field, page->session->draft.body)) {
			typed = field_answer(answers, field->name);
		} else if ((folded = field_fold(field, typed)) != NULL) {
			typed = folded;
		}
		json_object_set_new(values, field->name, json_string(typed));
		free(folded);
	}
	return values;
}

/* The page again: what was typed is kept in the draft, so that it comes back on any device; and what was read. */
static NEOERR *
save_unfinished(struct page *page, struct save *save)
{
	NEOERR *err;

	picture_fill(save->step, page->session->draft.body, save->seen, save->typed);
	err = save_run(save);
	if (err == STATUS_OK && !save->stale)
		save_take_draft(save, &page->session->draft);
	return nerr_pass(err);
}

static NEOERR *
show_stale(struct page *page, const struct flow_step *step, struct save *save)
{
	NEOERR *err;

	if (save->live)
		return nerr_pass(
		    go_to(page, page->flow->steps[page->flow->count - 1].name, ""));
	if ((err = page_notice(page, "stale")))
		return nerr_pass(err);
	save_take_draft(save, &page->session->draft);
	return nerr_pass(show(page, step, save->typed, NULL, step->name, 409));
}

/* Does she want a phone to take the pictures? */
static bool
to_phone(const struct page *page, const struct flow_step *step)
{
	const char *kept = form_text(&page->request->form, "keep");

	return step->takes_files && kept && strcmp(kept, "phone") == 0;
}

/* What was typed stays, right or wrong; notice: of what happened meanwhile. "phone" leads on to where a phone takes the pictures. */
static NEOERR *
keep(struct page *page, const struct flow_step *step, struct save *save, const char *notice)
{
	char path[64];
	NEOERR *err;

	/* Ticks that were sent with pictures, or for them, are given: the page that comes back has them. */
	save->consents = (*notice || to_phone(page, step)) && tick_all(page, step);
	if ((err = save_unfinished(page, save)))
		return nerr_pass(err);
	if (save->stale)
		return nerr_pass(show_stale(page, step, save));
	if (to_phone(page, step)) {
		snprintf(path, sizeof path, "/handoff?step=%s", step->name);
		return nerr_pass(request_redirect(page->request, path));
	}
	return nerr_pass(stay(page, notice));
}

/* The session had ended when the form came: keep it for after the login. */
static NEOERR *
keep_late(struct page *page, struct save *save)
{
	NEOERR *err;

	save->based_on = SAVE_ANY_VERSION;
	if (page->session->live_no[0] == '\0' && json_object_size(save->typed) > 0 &&
	    (err = save_run(save)))
		return nerr_pass(err);
	return nerr_pass(page_to_login(page));
}

/* The page has been left with this in its form. Nobody waits for an answer. */
static NEOERR *
keep_unsent(struct page *page, const struct flow_step *step, struct save *save)
{
	page->request->status = 204;
	if (page->session->state == SESSION_ENDED)
		save->based_on = SAVE_ANY_VERSION;
	if (page->session->live_no[0] != '\0' || rather(page, step) != NULL ||
	    json_object_size(save->typed) == 0)
		return STATUS_OK;
	save->unsent = true;
	return nerr_pass(save_run(save));
}

/* All is right: save, act, and on. */
static NEOERR *
advance(struct page *page, const struct flow_step *step, struct save *save, json_t *values)
{
	const char *intent = form_text(&page->request->form, "intent");
	const bool confirmed = !step->asks || (intent && strcmp(intent, "confirm") == 0);
	const struct flow_step *faulty = NULL;
	NEOERR *err;

	if (submits(step) && confirmed && (err = act_recheck(page, &faulty)))
		return nerr_pass(err);
	if (submits(step) && confirmed && faulty != NULL)
		return nerr_pass(go_to(page, faulty->name, "?notice=recheck"));
	save->values = values;
	save->consents = tick_all(page, step);
	save->act = !submits(step) || confirmed ? act_of(step->act) : NULL;
	if ((err = save_run(save)))
		return nerr_pass(err);
	if (save->stale)
		return nerr_pass(show_stale(page, step, save));
	if (save->refusal && (err = act_show_answer(page, save->refusal)))
		return nerr_pass(err);
	if (save->refusal)
		return nerr_pass(show(page, step, save->typed, NULL,
		    step->act == FLOW_ELIGIBILITY ? RESULT : step->name, 422));
	if (submits(step) && !confirmed)
		return nerr_pass(stay(page, "?confirm=1"));
	if (step->act == FLOW_CORRECT)
		return nerr_pass(request_redirect(page->request, "/my?notice=corrected"));
	return nerr_pass(go_to(page, step[step->result ? 0 : 1].name, ""));
}

/* Everything that was asked, typed and ticked. *values: what fold says. */
static NEOERR *
check(struct page *page, const struct flow_step *step, struct save *save, json_t *faults,
    json_t **values)
{
	NEOERR *err;

	if ((*values = fold(page, step, save)) == NULL)
		return nerr_raise(NERR_NOMEM, "step_post");
	if ((err = question_check(page, step, *values,
		 json_object_get(page->session->draft.body, "answers"), faults)))
		return nerr_pass(err);
	tick_check(page, step, faults);
	if (question_check_wrong(step, save->typed, faults))
		save->act = act_report_wrong;
	return STATUS_OK;
}

NEOERR *
step_take(struct page *page, const struct flow_step *step)
{
	const struct flow_step *instead;
	struct save save;
	json_t *faults = json_object(), *values = NULL;
	const char *kept = form_text(&page->request->form, "keep");
	bool came, keeps;
	NEOERR *err;

	if ((err = save_init(&save, page, step)))
		goto out;
	if (faults == NULL) {
		err = nerr_raise(NERR_NOMEM, "step_take");
		goto out;
	}
	if (kept && strcmp(kept, "unsent") == 0) {
		err = keep_unsent(page, step, &save);
		goto out;
	}
	if (page->session->state == SESSION_ENDED) {
		err = keep_late(page, &save);
		goto out;
	}
	if ((instead = rather(page, step)) != NULL) {
		err = go_to(page, instead->name, "");
		goto out;
	}
	if ((err = intake_pictures(page, step, &save, faults, &came)))
		goto out;
	intake_adopt(page, step, &save);
	/* The answers that a correction stands on are the application's, not yet the draft's. */
	if (step->act == FLOW_CORRECT)
		json_object_update_missing(
		    save.given, json_object_get(page->session->draft.body, "answers"));
	keeps = kept || form_text(&page->request->form, "adopt");
	if (to_phone(page, step) && !tick_agrees(page, step))
		tick_check(page, step, faults);
	/* New pictures are looked over before it goes on: as they will be printed, and what was read. */
	if (came || to_phone(page, step) ? json_object_size(faults) == 0 : keeps) {
		err = keep(page, step, &save, came ? "?notice=pictures" : "");
		goto out;
	}
	if (!keeps && (err = check(page, step, &save, faults, &values)))
		goto out;
	if (json_object_size(faults) == 0) {
		err = advance(page, step, &save, values);
		goto out;
	}
	if ((err = save_unfinished(page, &save)))
		goto out;
	err = save.stale ? show_stale(page, step, &save)
			 : show(page, step, save.typed, faults, step->name, 422);
out:
	save_release(&save);
	json_decref(faults);
	json_decref(values);
	return nerr_pass(err);
}

static NEOERR *
step_get(struct page *page)
{
	const struct flow_step *step = step_of(page);

	return nerr_pass(step ? step_show(page, step)
			      : nerr_raise(FAIL_NOT_FOUND, "no such step on this channel"));
}

static NEOERR *
step_post(struct page *page)
{
	const struct flow_step *step = step_of(page);

	return nerr_pass(step && !step->receipt
			     ? step_take(page, step)
			     : nerr_raise(FAIL_NOT_FOUND, "no such step on this channel"));
}

int
step_main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET",
		    .path = APPLY "*",
		    .handle = step_get,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true },
		{ .method = "POST",
		    .path = APPLY "*",
		    .handle = step_post,
		    .guard = PAGE_WAS_LOGGED_IN,
		    .proven = true,
		    .files = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
