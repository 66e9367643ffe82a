#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/field.h"
#include "apply/valid.h"
#include "base/fail.h"
#include "login/otp.h"
#include "web/code.h"
#include "web/question.h"

#define CODE "code"

static const char *
typed(const struct page *page, const char *name)
{
	const char *text = form_text(&page->request->form, name);

	return text ? text : "";
}

void
code_to_phone(const struct page *page, const char *purpose, struct code_request *code)
{
	char *folded = field_fold(field_find("phone"), typed(page, "phone"));

	*code = (struct code_request) { .purpose = purpose, .field = "phone" };
	if (folded && valid_phone(folded) == NULL)
		snprintf(code->subject, sizeof(code->subject), "%s", folded);
	else
		code->fault = *typed(page, code->field) ? "phone_format" : "required";
	free(folded);
}

bool
code_wanted(const struct page *page)
{
	return strcmp(typed(page, "intent"), CODE) == 0;
}

static NEOERR *
refuse(struct page *page, const char *name, const char *fault)
{
	return nerr_pass(question_refuse(page, name, page_word(page, "code.%s", name), fault));
}

/* Retry-After, and the same for the page. */
static NEOERR *
say_wait(struct page *page, int64_t wait)
{
	char seconds[24];
	NEOERR *err;

	snprintf(seconds, sizeof(seconds), "%lld", (long long)wait);
	if ((err = request_header(page->request, "Retry-After", seconds)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Code.wait", seconds));
}

static struct otp_request
request_of(const struct page *page, const struct code_request *code)
{
	return (struct otp_request) { .purpose = code->purpose,
		.phone = code->subject,
		.token = page->session->token,
		.address = page->request->address,
		.mute = code->mute };
}

NEOERR *
code_send(struct page *page, const struct code_request *code, int *status)
{
	const struct site *site = page->site;
	const struct otp_request request = request_of(page, code);
	struct otp_sent sent;
	NEOERR *err;

	*status = 422;
	if (*code->subject == '\0')
		return nerr_pass(refuse(page, code->field, code->fault));
	if ((err = otp_send(site->db, site->seal, &site->settings.otp, &request, &sent)))
		return nerr_pass(err);
	*status = sent.sent ? 200 : 429;
	if (sent.sent)
		return nerr_pass(hdf_set_value(page->hdf, "Code.sent", "1"));
	if ((err = say_wait(page, sent.wait)))
		return nerr_pass(err);
	return nerr_pass(refuse(page, code->field, "code_often"));
}

NEOERR *
code_filled(struct page *page, const struct code_request *code, bool *filled)
{
	const bool nobody = *code->subject == '\0', no_code = *typed(page, CODE) == '\0';
	NEOERR *err;

	*filled = !nobody && !no_code;
	if (nobody && (err = refuse(page, code->field, code->fault)))
		return nerr_pass(err);
	return nerr_pass(no_code ? refuse(page, CODE, "required") : STATUS_OK);
}

NEOERR *
code_check(struct page *page, const struct code_request *code, int *status)
{
	static const struct {
		const char *fault;
		int status;
	} refusals[] = {
		[OTP_RIGHT] = { NULL, 0 },
		[OTP_WRONG] = { "code_wrong", 422 },
		[OTP_TOO_MANY] = { "code_too_many", 429 },
		[OTP_NONE] = { "code_none", 422 },
	};
	const struct site *site = page->site;
	const struct otp_request request = request_of(page, code);
	enum otp_verdict verdict;
	bool filled;
	NEOERR *err;

	*status = 422;
	if ((err = code_filled(page, code, &filled)) || !filled)
		return nerr_pass(err);
	if ((err = otp_check(site->db, site->seal, &site->settings.otp, &request,
		 typed(page, CODE), &verdict)))
		return nerr_pass(err);
	/* Nobody has got this one: guessed. */
	if (verdict == OTP_RIGHT && code->mute)
		verdict = OTP_WRONG;
	*status = refusals[verdict].status;
	if (verdict == OTP_RIGHT)
		return STATUS_OK;
	if (verdict == OTP_TOO_MANY && (err = say_wait(page, site->settings.otp.window)))
		return nerr_pass(err);
	return nerr_pass(refuse(page, CODE, refusals[verdict].fault));
}

NEOERR *
code_show(struct page *page, const struct code_request *code)
{
	const struct site *site = page->site;
	const struct otp_request request = request_of(page, code);
	struct otp_sent waiting;
	HDF *node;
	NEOERR *err;

	if ((err = hdf_set_valuef(
		 page->hdf, "Code.%s=%s", code->field, typed(page, code->field))) ||
	    (err = hdf_get_node(page->hdf, "Field", &node)) ||
	    (err = hdf_get_node(node, code->field, &node)) ||
	    (err = question_checks(page, field_find(code->field), node)) ||
	    *code->subject == '\0')
		return nerr_pass(err);
	if ((err = otp_waiting(
		 site->db, site->seal, &site->settings.otp, &request, &waiting)) ||
	    !waiting.sent)
		return nerr_pass(err);
	if (waiting.wait > 0 && hdf_get_obj(page->hdf, "Code.wait") == NULL &&
	    (err = hdf_set_int_value(page->hdf, "Code.wait", (int)waiting.wait)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Code.prefix", waiting.prefix));
}
