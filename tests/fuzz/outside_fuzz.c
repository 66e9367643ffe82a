/*
 * outside_fuzz.c - what other services answer, as any bytes: nothing is believed that does not hold, nothing breaks.
 *
 * The first byte chooses who answers: w WeChat, f the authority for faces, a Alipay's gateway, j a key set, a newline
 * and an ID token signed by it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "login/face.h"
#include "login/idtoken.h"
#include "login/oauth.h"
#include "login/wechat.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static HDF *row;

static void
expect(bool condition)
{
	if (!condition)
		abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	expect(fail_init() == STATUS_OK && hdf_init(&row) == STATUS_OK &&
	       hdf_read_string(row,
		   "answer.within = response\n"
		   "answer.subject = user_id open_id\n"
		   "answer.token = access_token\n"
		   "answer.error = error_response.sub_code errcode\n") == STATUS_OK);
	return 0;
}

/* Ignored, where it is one of what the service may be to blame for. */
static bool
refused(NEOERR *err)
{
	const bool bad = err != STATUS_OK;

	expect(!bad || nerr_match(err, FAIL_UNAVAILABLE));
	nerr_ignore(&err);
	return bad;
}

static void
wechat(const uint8_t *data, size_t len)
{
	char phone[WECHAT_PHONE_LEN] = "";
	enum wechat_verdict verdict = WECHAT_BUSY;

	if (!refused(wechat_read(data, len, "wx", phone, &verdict)) && verdict == WECHAT_OK)
		expect(strlen(phone) == 11 && strspn(phone, "0123456789") == 11);
}

static void
face(const struct bytes *body)
{
	enum face_verdict verdict = FACE_BUSY;

	refused(face_read(body, "serial", "challenge", &verdict));
	expect(verdict <= FACE_BUSY);
}

static void
alipay(const struct bytes *body)
{
	struct provider provider = { .key = "alipay", .row = row };
	struct provider_answer answer;
	char token[PROVIDER_TOKEN_MAX];

	if (!refused(oauth_read(&provider, body, &answer, token)))
		expect(!*answer.subject || !*answer.refused);
}

static void
idtoken(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len), *wrong;
	struct jwks *jwks;
	char subject[PROVIDER_SUBJECT_MAX] = "";

	if (end == NULL || refused(jwks_parse(text, (size_t)(end - text), &jwks)) ||
	    jwks == NULL)
		return;
	wrong = idtoken_check(jwks, end + 1, len - (size_t)(end + 1 - text),
	    &(struct idtoken_expected) { .issuer = "https://issuer.example",
		.client = "us",
		.nonce = "nonce",
		.now = 1764000000,
		.leeway = 60 },
	    subject);
	expect((wrong == NULL) == (*subject != '\0'));
	jwks_free(&jwks);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes body = BYTES_INIT;

	if (len == 0)
		return 0;
	/* As the client hands them over: with a NUL behind. */
	body.len = len - 1;
	body.data = malloc(len);
	expect(body.data != NULL);
	memcpy(body.data, data + 1, body.len);
	body.data[body.len] = '\0';
	if (*data == 'w')
		wechat(body.data, body.len);
	else if (*data == 'f')
		face(&body);
	else if (*data == 'a')
		alipay(&body);
	else if (*data == 'j')
		idtoken((const char *)body.data, body.len);
	bytes_release(&body);
	return 0;
}
