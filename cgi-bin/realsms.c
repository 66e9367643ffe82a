/*
 * realsms.c - the same proof as realname.c without a face: the ID number, and a code sent to the telephone that the
 * roster has for it.  Which telephone that is, and whether there is one, is told to nobody.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/person.h"
#include "apply/valid.h"
#include "base/fail.h"
#include "web/code.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/proof.h"
#include "web/way.h"

#define FIELD "id_number"

/* Who is said to be here. */
struct claim {
	struct code_request
	    code; /* subject: the roster's telephone; where there is none, the number itself, and mute */
	struct insured insured;
};

static NEOERR *
claim_read(const struct page *page, struct claim *claim)
{
	const struct site *site = page->site;
	const char *typed = form_text(&page->request->form, FIELD);
	char *number = field_fold(field_find(FIELD), typed ? typed : "");
	const char *phone;
	uint8_t person[PERSON_LEN];
	NEOERR *err = STATUS_OK;

	*claim = (struct claim) { .code = { .purpose = "realname", .field = FIELD } };
	if (number == NULL)
		return nerr_raise(NERR_NOMEM, "claim");
	claim->code.fault = *number ? valid_id_any(number) : "required";
	if (claim->code.fault == NULL &&
	    (err = person_key(site->seal, number, person)) == STATUS_OK)
		err = insured_load(&claim->insured, site->db, site->seal, person);
	if (claim->code.fault == NULL && err == STATUS_OK) {
		phone = field_answer(claim->insured.facts, "phone");
		claim->code.mute = *phone == '\0';
		snprintf(claim->code.subject, sizeof(claim->code.subject), "%s",
		    *phone ? phone : number);
	}
	free(number);
	return nerr_pass(err);
}

/* Has she nothing to look for here? *gone: she has been answered. */
static NEOERR *
turn_away(struct page *page, bool *gone)
{
	const char *back = entry_back(page), *lacks;
	NEOERR *err;

	*gone = !proof_owed(page);
	if (*gone)
		return nerr_pass(
		    request_redirect(page->request, back ? back : page->flow->hall));
	if (page->action->guard == PAGE_OPEN && (err = way_check_here(page, OFFER_FACE)))
		return nerr_pass(err);
	if (!offer_ready(page->site->conf, OFFER_SMS, &lacks))
		return nerr_raise(FAIL_NOT_FOUND, "%s is not configured", lacks);
	return STATUS_OK;
}

static NEOERR *
show(struct page *page, const struct claim *claim, int status)
{
	const char *back = entry_back(page), *path = page->request->path;
	NEOERR *err;

	if ((err = code_show(page, &claim->code)) ||
	    (back && (err = hdf_set_value(page->hdf, "Login.back", back))) ||
	    (offer_ready(page->site->conf, OFFER_FACE, NULL) &&
		(err = hdf_set_valuef(page->hdf, "Realname.other=%.*s",
		     (int)(strrchr(path, '/') - path), path))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "realsms", status));
}

static NEOERR *
form(struct page *page)
{
	struct claim claim;
	bool gone;
	NEOERR *err;

	if ((err = turn_away(page, &gone)) || gone)
		return nerr_pass(err);
	if ((err = claim_read(page, &claim)) == STATUS_OK)
		err = show(page, &claim, 200);
	insured_release(&claim.insured);
	return nerr_pass(err);
}

static NEOERR *
judge(struct page *page, const struct claim *claim, int *status)
{
	*status = 200;
	if (form_text(&page->request->form, "keep"))
		return STATUS_OK;
	return nerr_pass(code_wanted(page) ? code_send(page, &claim->code, status)
					   : code_check(page, &claim->code, status));
}

static NEOERR *
prove(struct page *page)
{
	struct claim claim;
	bool gone;
	int status;
	NEOERR *err;

	if ((err = turn_away(page, &gone)) || gone)
		return nerr_pass(err);
	if ((err = claim_read(page, &claim)) || (err = judge(page, &claim, &status)))
		goto out;
	err = status ? show(page, &claim, status)
		     : proof_admit(page,
			   &(struct account_proof) {
			       .name = field_answer(claim.insured.facts, "name"),
			       .id_type = field_answer(claim.insured.facts, "id_type"),
			       .id_number = field_answer(claim.insured.facts, FIELD) },
			   OFFER_SMS, NULL);
out:
	insured_release(&claim.insured);
	return nerr_pass(err);
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/login/face/sms", .handle = form, .guest = true },
		{ .method = "POST", .path = "/login/face/sms", .handle = prove },
		{ .method = "GET", .path = "/login/*/face/sms", .handle = form, .guest = true },
		{ .method = "POST", .path = "/login/*/face/sms", .handle = prove },
		{ .method = "GET",
		    .path = "/realname/sms",
		    .handle = form,
		    .guard = PAGE_LOGGED_IN },
		{ .method = "POST",
		    .path = "/realname/sms",
		    .handle = prove,
		    .guard = PAGE_LOGGED_IN },
		{ .method = NULL },
	};

	return page_main(actions);
}
