/*
 * realname.c - who is it? Name, ID number and face, all three of which the authority must find to agree: as a login, and as the
 * proof that an account without a proven name still owes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/valid.h"
#include "base/fail.h"
#include "base/log.h"
#include "login/face.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/proof.h"
#include "web/question.h"
#include "web/way.h"

#define WAY OFFER_FACE
#define CONSENT "face"
#define PICTURE "picture"

/* The page's questions, as a step has them. */
static struct flow_step
questions(const struct page *page)
{
	return (struct flow_step) {
		.name = page->action->guard == PAGE_OPEN ? WAY : "realname",
		.fields = { field_find("name"), field_find("id_number") },
		.known = "",
	};
}

/* What was sent, and what is wrong with it. */
struct claim {
	struct flow_step step;
	json_t *typed;  /* owned: name → text */
	json_t *values; /* owned: name → folded */
	json_t *faults; /* owned: name → key of Lang.error; "" concerns all */
	struct photo face;
};

static void
claim_release(struct claim *claim)
{
	json_decref(claim->typed);
	json_decref(claim->values);
	json_decref(claim->faults);
	photo_release(&claim->face);
}

static NEOERR *
claim_init(struct claim *claim, const struct page *page)
{
	*claim = (struct claim) { .step = questions(page) };
	claim->typed = question_typed(&claim->step, NULL, &page->request->form);
	claim->values = json_object();
	claim->faults = json_object();
	if (claim->typed == NULL || claim->values == NULL || claim->faults == NULL)
		return nerr_raise(NERR_NOMEM, "claim");
	for (size_t i = 0; claim->step.fields[i]; i++) {
		const struct field *field = claim->step.fields[i];
		char *folded = field_fold(field, field_answer(claim->typed, field->name));

		if (folded == NULL)
			return nerr_raise(NERR_NOMEM, "claim");
		json_object_set_new(claim->values, field->name, json_string(folded));
		free(folded);
	}
	return STATUS_OK;
}

static void
blame(struct claim *claim, const char *name, const char *fault)
{
	json_object_set_new(claim->faults, name, json_string(fault));
}

/* Has she nothing to look for here? *gone: she has been answered. */
static NEOERR *
turn_away(struct page *page, bool *gone)
{
	const char *back = entry_back(page), *to = back ? back : page->flow->hall, *lacks;
	char path[256];

	*gone = true;
	if (!proof_owed(page))
		return nerr_pass(request_redirect(page->request, to));
	if (page->action->guard != PAGE_OPEN && !offer_ready(page->site->conf, WAY, &lacks)) {
		snprintf(path, sizeof(path), ENTRY_PROVE "/sms?next=%s", to);
		return nerr_pass(request_redirect(page->request, path));
	}
	*gone = false;
	return nerr_pass(
	    page->action->guard == PAGE_OPEN ? way_check_here(page, WAY) : STATUS_OK);
}

static NEOERR *
show_consent(struct page *page, const struct claim *claim)
{
	const char *version = flows_consent_version(page->site->flows, CONSENT);
	const char *ticked = form_text(&page->request->form, CONSENT);
	const char *fault = json_string_value(json_object_get(claim->faults, CONSENT));
	HDF *node;
	NEOERR *err;

	if ((err = hdf_get_node(page->hdf, "Step.consent.0", &node)) ||
	    (err = hdf_set_value(node, "name", CONSENT)) ||
	    (err = hdf_set_value(node, "version", version)) ||
	    (err = hdf_set_value(
		 node, "label", page_word(page, "consent.%s.label", CONSENT))) ||
	    (ticked && strcmp(ticked, version) == 0 &&
		(err = hdf_set_value(node, "given", "1"))))
		return nerr_pass(err);
	if (fault == NULL)
		return STATUS_OK;
	if ((err = hdf_set_value(node, "error", fault)) ||
	    (err = hdf_set_value(node, "error_text", page_word(page, "error.%s", fault))))
		return nerr_pass(err);
	return nerr_pass(
	    question_fault(page, CONSENT, page_word(page, "consent.%s.title", CONSENT), fault));
}

static NEOERR *
show_picture(struct page *page, const struct claim *claim)
{
	const char *fault = json_string_value(json_object_get(claim->faults, PICTURE));
	NEOERR *err;

	if (fault == NULL)
		return STATUS_OK;
	if ((err = hdf_set_value(page->hdf, "Field." PICTURE ".error", fault)) ||
	    (err = hdf_set_value(page->hdf, "Field." PICTURE ".error_text",
		 page_word(page, "error.%s", fault))))
		return nerr_pass(err);
	return nerr_pass(question_fault(page, PICTURE, page_word(page, "face.picture"), fault));
}

static NEOERR *
show(struct page *page, const struct claim *claim, int status)
{
	const char *all = json_string_value(json_object_get(claim->faults, ""));
	const char *back = entry_back(page);
	NEOERR *err;

	if ((all && (err = question_fault(page, "name", "", all))) ||
	    (err = question_show(page, &claim->step, claim->typed, NULL, claim->faults)) ||
	    (err = show_picture(page, claim)) || (err = show_consent(page, claim)) ||
	    (err = hdf_set_value(page->hdf, "Step.name", claim->step.name)) ||
	    (page->action->guard == PAGE_OPEN && (err = way_show(page, WAY))) ||
	    (back && (err = hdf_set_value(page->hdf, "Login.back", back))) ||
	    (offer_ready(page->site->conf, OFFER_SMS, NULL) &&
		(err = hdf_set_valuef(
		     page->hdf, "Realname.other=%s/sms", page->request->path))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "realname", status));
}

static NEOERR *
face_form(struct page *page)
{
	struct claim claim = { .typed = NULL };
	bool gone;
	NEOERR *err;

	if ((err = turn_away(page, &gone)) || gone)
		return nerr_pass(err);
	if ((err = claim_init(&claim, page)) == STATUS_OK)
		err = show(page, &claim, 200);
	claim_release(&claim);
	return nerr_pass(err);
}

/* Everything that can be said without asking anybody. */
static NEOERR *
check(struct page *page, struct claim *claim)
{
	const struct form *form = &page->request->form;
	const char *version = flows_consent_version(page->site->flows, CONSENT);
	const char *ticked = form_text(form, CONSENT);

	if (ticked == NULL || strcmp(ticked, version) != 0)
		blame(claim, CONSENT, "consent_required");
	if (form_file(form, PICTURE) == NULL)
		blame(claim, PICTURE, "face_required");
	return nerr_pass(
	    question_check(page, &claim->step, claim->values, NULL, claim->faults));
}

/* For the ID number, the account and the address; *allowed false: Retry-After is set. */
static NEOERR *
throttle(struct page *page, const char *number, bool *allowed)
{
	const struct site *site = page->site;
	const struct request *r = page->request;
	const struct {
		const char *rule;
		const void *subject;
		size_t len;
		const struct throttle_rates *rates;
	} rules[] = {
		{ "face_address", r->address, strlen(r->address),
		    &site->settings.face.per_address },
		{ "face_person", number, strlen(number), &site->settings.face.per_person },
		{ "face_account", page->session->account,
		    page->action->guard == PAGE_OPEN ? 0 : SEAL_ID_LEN,
		    &site->settings.face.per_account },
	};
	int64_t longest = 0, wait;
	char seconds[24];
	bool fine;
	NEOERR *err;

	*allowed = true;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (rules[i].len == 0)
			continue;
		if ((err = throttle_hit(site->db, site->seal, rules[i].rule, rules[i].subject,
			 rules[i].len, rules[i].rates, &fine, &wait)))
			return nerr_pass(err);
		*allowed &= fine;
		longest = wait > longest ? wait : longest;
	}
	if (*allowed)
		return STATUS_OK;
	snprintf(seconds, sizeof seconds, "%lld", (long long)longest);
	return nerr_pass(request_header(page->request, "Retry-After", seconds));
}

/* The picture as the authority gets it; a fault stands at its field. */
static NEOERR *
take_picture(struct page *page, struct claim *claim)
{
	/* What is said differently of a face than of a picture that is kept. */
	static const struct {
		const char *fault, *said;
	} own[] = {
		{ "photo_too_small", "face_quality" },
		{ "photo_busy", "face_busy" },
	};
	const struct form_input *file = form_file(&page->request->form, PICTURE);
	NEOERR *err;

	if ((err = photo_normalise(
		 &page->site->settings.photo, "face", file->text, file->len, &claim->face)))
		return nerr_pass(err);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (claim->face.fault && strcmp(claim->face.fault, own[i].fault) == 0)
			claim->face.fault = own[i].said;
	if (claim->face.fault)
		blame(claim, PICTURE, claim->face.fault);
	return STATUS_OK;
}

/* An authority that fails is a busy one; why stands in the log. */
static NEOERR *
ask(struct page *page, const struct claim *claim, enum face_verdict *verdict)
{
	NEOERR *err = face_ask(page->site->conf,
	    &(struct face_question) { .serial = page->request->id,
		.name = field_answer(claim->values, "name"),
		.id_number = field_answer(claim->values, "id_number"),
		.picture = &claim->face.jpeg },
	    verdict);

	if (err != STATUS_OK && nerr_match(err, FAIL_UNAVAILABLE)) {
		log_failure("face", page->request->id, &err);
		*verdict = FACE_BUSY;
	}
	return nerr_pass(err);
}

static NEOERR *
admit(struct page *page, const struct claim *claim)
{
	const struct site *site = page->site;
	const char *number = field_answer(claim->values, "id_number");
	const struct account_proof proof = { .name = field_answer(claim->values, "name"),
		.id_type = valid_id_type(number),
		.id_number = number };
	NEOERR *err;

	if ((err = throttle_clear(site->db, site->seal, "face_person", number, strlen(number),
		 &site->settings.face.per_person)))
		return nerr_pass(err);
	return nerr_pass(proof_admit(page, &proof, WAY, CONSENT));
}

/* From what was sent to an answer; *status 0: she is who she says. */
static NEOERR *
judge(struct page *page, struct claim *claim, int *status)
{
	static const struct {
		const char *field, *fault; /* field "": concerns all */
		int status;
	} refusals[] = {
		[FACE_NO_MATCH] = { "", "face_no_match", 422 },
		[FACE_QUALITY] = { PICTURE, "face_quality", 422 },
		[FACE_BUSY] = { "", "face_busy", 503 },
	};
	enum face_verdict verdict = FACE_BUSY;
	bool allowed;
	NEOERR *err;

	*status = 422;
	if ((err = check(page, claim)) || json_object_size(claim->faults) > 0)
		return nerr_pass(err);
	if ((err = throttle(page, field_answer(claim->values, "id_number"), &allowed)))
		return nerr_pass(err);
	if (!allowed) {
		*status = 429;
		blame(claim, "", "face_too_many");
		return STATUS_OK;
	}
	if ((err = take_picture(page, claim)) || claim->face.fault)
		return nerr_pass(err);
	if ((err = ask(page, claim, &verdict)))
		return nerr_pass(err);
	*status = refusals[verdict].status;
	if (verdict != FACE_MATCH)
		blame(claim, refusals[verdict].field, refusals[verdict].fault);
	return STATUS_OK;
}

static NEOERR *
face(struct page *page)
{
	struct claim claim = { .typed = NULL };
	bool gone;
	int status;
	NEOERR *err;

	if ((err = turn_away(page, &gone)) || gone)
		return nerr_pass(err);
	if ((err = claim_init(&claim, page)) || (err = judge(page, &claim, &status)))
		goto out;
	err = status == 0 ? admit(page, &claim) : show(page, &claim, status);
out:
	claim_release(&claim);
	return nerr_pass(err);
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login/face", .handle = face_form, .guest = true },
		{ .method = "POST", .path = "/login/face", .handle = face, .files = true },
		{ .method = "GET",
		    .path = "/login/*/face",
		    .handle = face_form,
		    .guest = true },
		{ .method = "POST", .path = "/login/*/face", .handle = face, .files = true },
		{ .method = "GET",
		    .path = "/realname",
		    .handle = face_form,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "POST",
		    .path = "/realname",
		    .handle = face,
		    .guard = PAGE_LOGGED_IN,
		    .files = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
