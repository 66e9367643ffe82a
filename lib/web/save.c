#include <stdlib.h>
#include <string.h>

#include "apply/application.h"
#include "apply/consent.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/question.h"
#include "web/save.h"

/* Names everything that was sent, so that the same form again is recognised. */
static NEOERR *
hash_form(struct save *save)
{
	const struct form *form = &save->page->request->form;
	const struct seal *seal = save->page->site->seal;
	uint8_t link[SEAL_HASH_LEN + SEAL_HASH_LEN] = { 0 };
	NEOERR *err;

	if ((err = seal_hash(
		 seal, "form", save->step->name, strlen(save->step->name), save->form)))
		return nerr_pass(err);
	for (size_t i = 0; i < form->count; i++)
		for (int part = 0; part < 2; part++) {
			const char *data = part ? form->inputs[i].text : form->inputs[i].name;
			size_t len = part ? form->inputs[i].len : strlen(data);

			memcpy(link, save->form, SEAL_HASH_LEN);
			if ((err = seal_hash(seal, "form", data, len, link + SEAL_HASH_LEN)) ||
			    (err = seal_hash(seal, "form", link, sizeof link, save->form)))
				return nerr_pass(err);
		}
	return STATUS_OK;
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
	save->typed = question_typed(step, &page->request->form);
	save->photos = json_object();
	if (save->typed == NULL || save->photos == NULL)
		return nerr_raise(NERR_NOMEM, "save");
	return nerr_pass(hash_form(save));
}

void
save_release(struct save *save)
{
	json_decref(save->typed);
	json_decref(save->photos);
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
	const json_t *from = save->values ? save->values : save->photos;
	json_t *all = json_copy(draft_answers(draft));
	NEOERR *err = STATUS_OK;

	json_object_update(all, (json_t *)(uintptr_t)from);
	for (size_t i = 0; err == STATUS_OK && save->step->fields[i]; i++) {
		const struct field *field = save->step->fields[i];
		const char *value = field_answer(from, field->name);

		if (json_object_get(from, field->name))
			err = draft_answer(draft, field, field_asked(field, all) ? value : "");
	}
	json_decref(all);
	if (err)
		return nerr_pass(err);
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

NEOERR *
save_run(struct save *save)
{
	struct db *db = save->page->site->db;
	NEOERR *err = db_transact(db, work, save);

	/* Was it saved? Asking again with the same form tells: saved already, or saved now. */
	if (nerr_handle(&err, FAIL_UNKNOWN))
		err = db_transact(db, work, save);
	return nerr_pass(err);
}
