#include <stdlib.h>
#include <string.h>

#include "apply/application.h"
#include "apply/consent.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/question.h"
#include "web/save.h"

static void
append(struct bytes *all, const void *data, size_t len)
{
	memcpy(all->data + all->len, &len, sizeof len);
	memcpy(all->data + all->len + sizeof len, data, len);
	all->len += sizeof len + len;
}

/* Names everything that was sent, each with its length, so that the same form again is recognised. */
static NEOERR *
hash_form(struct save *save)
{
	const struct form *form = &save->page->request->form;
	struct bytes all = BYTES_INIT;
	size_t size = sizeof size + strlen(save->step->name);
	NEOERR *err;

	for (size_t i = 0; i < form->count; i++)
		size += 2 * sizeof size + strlen(form->inputs[i].name) + form->inputs[i].len;
	if ((all.data = malloc(size)) == NULL)
		return nerr_raise(NERR_NOMEM, "save");
	append(&all, save->step->name, strlen(save->step->name));
	for (size_t i = 0; i < form->count; i++) {
		append(&all, form->inputs[i].name, strlen(form->inputs[i].name));
		append(&all, form->inputs[i].text, form->inputs[i].len);
	}
	err = seal_hash(save->page->site->seal, "form", all.data, all.len, save->form);
	bytes_release(&all);
	return nerr_pass(err);
}

NEOERR *
save_init(struct save *save, struct page *page, const struct flow_step *step)
{
	const char *version = form_text(&page->request->form, "version");
	char *end = NULL;
	NEOERR *err;

	*save = (struct save) { .page = page, .step = step };
	if ((err = draft_init(&save->draft)))
		return nerr_pass(err);
	if (version == NULL || *version < '0' || *version > '9' ||
	    (save->based_on = strtoll(version, &end, 10)) < 0 || *end != '\0')
		return nerr_raise(FAIL_REQUEST, "no version");
	save->typed = question_typed(step, page->session->draft.body, &page->request->form);
	save->given = json_object();
	save->seen = json_object();
	if (save->typed == NULL || save->given == NULL || save->seen == NULL)
		return nerr_raise(NERR_NOMEM, "save");
	return nerr_pass(hash_form(save));
}

void
save_release(struct save *save)
{
	json_decref(save->typed);
	json_decref(save->given);
	json_decref(save->seen);
	draft_release(&save->draft);
}

void
save_take_draft(struct save *save, struct draft *draft)
{
	draft_release(draft);
	*draft = save->draft;
	save->draft = (struct draft) { .body = NULL };
}

static NEOERR *
give_consents(struct save *save, struct db *db, struct draft *draft)
{
	const struct page *page = save->page;
	json_t *given = draft_consents(draft);
	const char *detail = field_answer(draft_answers(draft), "bank");
	int64_t now = clock_now();
	NEOERR *err;

	for (size_t i = 0; save->step->consents[i]; i++) {
		const char *key = save->step->consents[i];
		const char *version = flows_consent_version(page->site->flows, key);

		if (strcmp(field_answer(json_object_get(given, key), "version"), version) == 0)
			continue;
		if ((err = consent_give(db, page->session->person, key, version,
			 page->session->channel, detail, now)))
			return nerr_pass(err);
		json_object_set_new(given, key,
		    json_pack("{s:s, s:I, s:s}", "version", version, "at", (json_int_t)now,
			"channel", page->session->channel));
	}
	return STATUS_OK;
}

static NEOERR *
put_answers(struct save *save, struct draft *draft)
{
	const json_t *from = save->values ? save->values : save->given;
	json_t *all = json_copy(draft_answers(draft));
	NEOERR *err = STATUS_OK;

	json_object_update(all, (json_t *)(uintptr_t)from);
	/* In the order of the dictionary: what an answer opens comes behind it. */
	for (size_t i = 0; err == STATUS_OK && i < fields_count; i++)
		if (json_object_get(from, fields[i].name))
			err = draft_answer(draft, &fields[i],
			    field_asked(&fields[i], all) ? field_answer(from, fields[i].name)
							 : "");
	json_object_update(draft_seen(draft), save->seen);
	json_decref(all);
	if (err)
		return nerr_pass(err);
	if (save->unsent)
		json_object_set_new(draft_unsent(draft), save->step->name, json_true());
	else
		json_object_del(draft_unsent(draft), save->step->name);
	if (save->values)
		json_object_del(json_object_get(draft->body, "typed"), save->step->name);
	else
		json_object_update(draft_typed(draft, save->step->name), save->typed);
	return STATUS_OK;
}

/* A draft that is gone has most likely been submitted. */
static NEOERR *
look_for_live(struct save *save, struct db *db)
{
	struct application newest = { .body = NULL };
	const struct application_state *state;
	size_t count = 0;
	NEOERR *err;

	if ((err = application_list(
		 db, save->page->site->seal, save->page->session->person, &newest, 1, &count)))
		return nerr_pass(err);
	state = count > 0 ? application_state(newest.state) : NULL;
	save->live = state && state->live;
	application_release(&newest);
	return STATUS_OK;
}

static NEOERR *
work(struct db *db, void *context)
{
	struct save *save = context;
	const struct site *site = save->page->site;
	const uint8_t *person = save->page->session->person;
	struct draft *draft = &save->draft;
	int64_t based_on = save->based_on;
	NEOERR *err;

	save->stale = save->submitted = save->live = false;
	save->refusal = NULL;
	draft_release(draft);
	if ((err = draft_init(draft)) || (err = draft_lock(draft, db, site->seal, person)))
		return nerr_pass(err);
	if (based_on == SAVE_ANY_VERSION)
		based_on = draft->version;
	if (save->unsent) {
		if (draft->version == 0 || draft->version != based_on)
			return STATUS_OK;
		err = put_answers(save, draft);
		return nerr_pass(err ? err : draft_note(draft, db, site->seal, person));
	}
	/* A draft that has moved on is left alone; draft_save tells a repeated form from a stale one. */
	if (draft->version == based_on) {
		if ((err = put_answers(save, draft)) ||
		    (save->consents && (err = give_consents(save, db, draft))) ||
		    (save->act && (err = save->act(save, db, draft))))
			return nerr_pass(err);
		if (save->refusal || save->submitted)
			return STATUS_OK;
	}
	if ((err = draft_save(
		 draft, db, site->seal, person, based_on, save->form, &save->stale)))
		return nerr_pass(err);
	return nerr_pass(
	    save->stale && draft->version == 0 ? look_for_live(save, db) : STATUS_OK);
}

/* Is there a tick among the step's that the draft does not hold yet? */
static bool
gives_consent(const struct save *save)
{
	const json_t *given = json_object_get(save->page->session->draft.body, "consents");

	for (size_t i = 0; save->consents && save->step->consents[i]; i++) {
		const char *key = save->step->consents[i];

		if (strcmp(field_answer(json_object_get(given, key), "version"),
			flows_consent_version(save->page->site->flows, key)) != 0)
			return true;
	}
	return false;
}

/* Where nothing but the draft changes, the one that the session brought is changed and put back. */
static NEOERR *
swap(struct save *save, bool *swapped)
{
	const struct page *page = save->page;
	const struct draft *loaded = &page->session->draft;
	NEOERR *err;

	*swapped = false;
	if (save->act || save->unsent || gives_consent(save) || save->based_on <= 0 ||
	    save->based_on != loaded->version)
		return STATUS_OK;
	draft_release(&save->draft);
	save->draft = (struct draft) { .body = json_deep_copy(loaded->body) };
	if (save->draft.body == NULL)
		return nerr_raise(NERR_NOMEM, "save");
	if ((err = put_answers(save, &save->draft)))
		return nerr_pass(err);
	err = draft_swap(&save->draft, page->site->db, page->site->seal, page->session->person,
	    save->based_on, save->form, swapped);
	if (nerr_handle(&err, FAIL_UNKNOWN) || nerr_handle(&err, FAIL_RETRY))
		*swapped = false;
	return nerr_pass(err);
}

NEOERR *
save_run(struct save *save)
{
	struct db *db = save->page->site->db;
	bool swapped;
	NEOERR *err;

	if ((err = swap(save, &swapped)) || swapped)
		return nerr_pass(err);
	err = db_transact(db, work, save);

	/* Was it saved? Asking again with the same form tells: saved already, or saved now. */
	if (nerr_handle(&err, FAIL_UNKNOWN))
		err = db_transact(db, work, save);
	return nerr_pass(err);
}
