#include <string.h>

#include "apply/application.h"
#include "apply/correction.h"
#include "apply/eligibility.h"
#include "apply/person.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/account.h"
#include "web/act.h"
#include "web/question.h"

/* Asks the roster; *e says what it says. */
static NEOERR *
ask(const struct page *page, struct db *db, struct insured *insured, struct eligibility *e)
{
	const struct site *site = page->site;
	const struct session *s = page->session;
	struct account account = { .found = false };
	char today[CLOCK_DATE_LEN];
	NEOERR *err;

	if ((err = account_load(db, site->seal, s->account, &account)) ||
	    (err = insured_load(insured, db, site->seal, s->person)))
		goto out;
	clock_date(clock_now(), today);
	*e = eligibility_of(&(struct eligibility_question) {
	    .insured = insured,
	    .name = field_answer(account.body, "name"),
	    .live_application = s->live_no[0] != '\0',
	    .registry_closed = site->settings.registry_closed != 0,
	    .today = today,
	});
out:
	account_release(&account);
	return nerr_pass(err);
}

/*
 * What the roster knows is answered already, unless the citizen has said otherwise.  known: the names of the
 * fields that stand as the roster has them.
 */
static NEOERR *
seed(struct draft *draft, const json_t *facts, STRING *known)
{
	json_t *answers = draft_answers(draft);
	NEOERR *err;

	for (size_t i = 0; i < fields_count; i++) {
		const char *name = fields[i].name, *fact = field_answer(facts, name);

		if (*fact && *field_answer(answers, name) == '\0')
			json_object_set_new(answers, name, json_string(fact));
		if (*fact && strcmp(fact, field_answer(answers, name)) == 0 &&
		    (err = string_appendf(known, " %s", name)))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static NEOERR *
check_eligibility(struct save *save, struct db *db, struct draft *draft)
{
	struct insured insured = { .found = false };
	struct eligibility e;
	STRING known;
	NEOERR *err;

	string_init(&known);
	if ((err = ask(save->page, db, &insured, &e)))
		goto out;
	if (strcmp(e.answer, "ok") != 0) {
		save->refusal = e.answer;
		goto out;
	}
	if ((err = seed(draft, insured.facts, &known)))
		goto out;
	json_object_set_new(draft->body, "eligibility",
	    json_pack("{s:s, s:s, s:s, s:I}", "answer", e.answer, "banks", e.banks, "known",
		known.buf ? known.buf : "", "at", (json_int_t)clock_now()));
out:
	string_clear(&known);
	insured_release(&insured);
	return nerr_pass(err);
}

static NEOERR *
submit(struct save *save, struct db *db, struct draft *draft)
{
	const struct page *page = save->page;
	struct insured insured = { .found = false };
	struct eligibility e;
	char actor[2 * SEAL_ID_LEN + 1], no[APPLICATION_NO_LEN];
	bool open;
	NEOERR *err;

	if ((err = ask(page, db, &insured, &e)))
		goto out;
	if (strcmp(e.answer, "ok") != 0) {
		save->refusal = e.answer;
		goto out;
	}
	if ((err = dictionary_takes(db, field_answer(draft_answers(draft), "bank"),
		 field_answer(draft_answers(draft), "branch"), &open)))
		goto out;
	if (!open) {
		save->refusal = "branch_closed";
		goto out;
	}
	seal_hex(page->session->account, SEAL_ID_LEN, actor);
	err = application_submit(db, page->site->seal, page->session->person, actor, draft,
	    page->session->channel, page->site->settings.promise_days, no);
	save->submitted = err == STATUS_OK;
	/* Someone else's submission of the same draft came first: theirs is the receipt. */
	if (nerr_handle(&err, FAIL_DUPLICATE))
		save->submitted = true;
out:
	insured_release(&insured);
	return nerr_pass(err);
}

static NEOERR *
correct(struct save *save, struct db *db, struct draft *draft)
{
	const struct page *page = save->page;
	const char *no = strrchr(page->request->path, '/') + 1;
	char actor[2 * SEAL_ID_LEN + 1];
	bool corrected;
	NEOERR *err;

	seal_hex(page->session->account, SEAL_ID_LEN, actor);
	err = application_correct(db, page->site->seal, page->session->person, actor, no,
	    page->site->conf, draft_answers(draft), page->site->settings.promise_days,
	    &corrected);
	/* Corrected already, by another press: that is the one. */
	if (err == STATUS_OK && corrected && draft->version > 0)
		err = draft_delete(db, page->session->person);
	if (nerr_handle(&err, FAIL_DUPLICATE))
		save->refusal = "live_application";
	else
		save->submitted = err == STATUS_OK;
	return nerr_pass(err);
}

NEOERR *
act_report_wrong(struct save *save, struct db *db, struct draft *draft)
{
	char actor[2 * SEAL_ID_LEN + 1], key[QUESTION_WRONG_LEN];
	NEOERR *err = STATUS_OK;

	(void)draft;
	seal_hex(save->page->session->account, SEAL_ID_LEN, actor);
	for (size_t i = 0; err == STATUS_OK && save->step->fields[i]; i++)
		if (*field_answer(save->typed, question_wrong(save->step->fields[i], key)))
			err = audit_write(
			    db, "report_wrong", actor, "", save->step->fields[i]->name);
	return nerr_pass(err);
}

save_act *
act_of(enum flow_act act)
{
	static save_act *const acts[] = {
		[FLOW_SAVE] = NULL,
		[FLOW_ELIGIBILITY] = check_eligibility,
		[FLOW_SUBMIT] = submit,
		[FLOW_CORRECT] = correct,
	};

	return acts[act];
}

NEOERR *
act_recheck(struct page *page, const struct flow_step **faulty)
{
	const json_t *answers = json_object_get(page->session->draft.body, "answers");
	json_t *faults = json_object();
	NEOERR *err = STATUS_OK;

	*faulty = NULL;
	for (size_t i = 0; err == STATUS_OK && *faulty == NULL && i < page->flow->count; i++) {
		err = question_check(page, &page->flow->steps[i], NULL, answers, faults);
		if (json_object_size(faults) > 0)
			*faulty = &page->flow->steps[i];
	}
	json_decref(faults);
	return nerr_pass(err);
}

NEOERR *
act_show_answer(struct page *page, const char *answer)
{
	NEOERR *err;

	if ((err = hdf_set_value(page->hdf, "Eligibility.answer", answer)) ||
	    (err = hdf_set_value(page->hdf, "Eligibility.text",
		 page_word(page, "eligibility.%s.text", answer))))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(
	    page->hdf, "Eligibility.todo", page_word(page, "eligibility.%s.todo", answer)));
}
