#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/fail.h"
#include "base/http.h"
#include "base/seal.h"
#include "login/face.h"

#define CHALLENGE_LEN 32
#define KEY_MAX 256
#define SIGNATURE "Face-Signature: "

static const char *const verdicts[] = {
	[FACE_MATCH] = "match",
	[FACE_NO_MATCH] = "no_match",
	[FACE_QUALITY] = "quality",
	[FACE_BUSY] = "busy",
};

NEOERR *
face_read(const struct bytes *body, const char *serial, const char *challenge,
    enum face_verdict *verdict)
{
	json_t *answer =
	    json_loadb((const char *)body->data, body->len, JSON_REJECT_DUPLICATES, NULL);
	const char *of_serial = json_string_value(json_object_get(answer, "serial"));
	const char *of_challenge = json_string_value(json_object_get(answer, "challenge"));
	const char *result = json_string_value(json_object_get(answer, "result"));
	size_t i = 0;
	NEOERR *err = STATUS_OK;

	if (of_serial == NULL || of_challenge == NULL || strcmp(of_serial, serial) != 0 ||
	    strcmp(of_challenge, challenge) != 0) {
		err = nerr_raise(FAIL_UNAVAILABLE, "no answer to this question about a face");
		goto out;
	}
	while (i < sizeof verdicts / sizeof verdicts[0] &&
	       (result == NULL || strcmp(verdicts[i], result) != 0))
		i++;
	if (i == sizeof verdicts / sizeof verdicts[0])
		err = nerr_raise(FAIL_UNAVAILABLE, "an unknown result about a face");
	else
		*verdict = (enum face_verdict)i;
out:
	json_decref(answer);
	return err;
}

static NEOERR *
put_question(const struct face_question *question, const char *challenge, struct bytes *body)
{
	const struct bytes *picture = question->picture;
	struct bytes base64 = { .len = 4 * ((picture->len + 2) / 3) };
	json_t *all = NULL;
	NEOERR *err = STATUS_OK;

	if ((base64.data = malloc(base64.len + 1)) == NULL) {
		base64.len = 0;
		return nerr_raise(NERR_NOMEM, "face");
	}
	EVP_EncodeBlock(base64.data, picture->data, (int)picture->len);
	all = json_pack("{s:s, s:s, s:s, s:s, s:s}", "serial", question->serial, "challenge",
	    challenge, "name", question->name, "id_number", question->id_number, "picture",
	    base64.data);
	if (all == NULL || (body->data = (uint8_t *)json_dumps(all, JSON_COMPACT)) == NULL)
		err = nerr_raise(NERR_NOMEM, "face");
	else
		body->len = strlen((const char *)body->data);
	json_decref(all);
	bytes_release(&base64);
	return err;
}

/* Read anew for every question, so that it can be changed. */
static NEOERR *
sign(const char *path, const struct bytes *body, char header[sizeof SIGNATURE + 64])
{
	uint8_t key[KEY_MAX], mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, key, sizeof key);

	if (fd >= 0)
		close(fd);
	while (n > 0 && key[n - 1] == '\n')
		n--;
	if (n <= 0)
		return nerr_raise(FAIL_CONFIG, "Face.Key names no key");
	if (HMAC(EVP_sha256(), key, (int)n, body->data, body->len, mac, &len) == NULL ||
	    len != SEAL_HASH_LEN)
		return nerr_raise(FAIL_CRYPTO, "HMAC");
	memcpy(header, SIGNATURE, sizeof SIGNATURE);
	seal_hex(mac, len, header + sizeof SIGNATURE - 1);
	return STATUS_OK;
}

NEOERR *
face_ask(HDF *conf, const struct face_question *question, enum face_verdict *verdict)
{
	uint8_t random[CHALLENGE_LEN];
	char challenge[2 * CHALLENGE_LEN + 1], signature[sizeof SIGNATURE + 64];
	const char *headers[] = { signature, NULL }, *url, *key;
	struct bytes body = BYTES_INIT;
	struct http *http = NULL;
	struct http_answer answer = { .body = BYTES_INIT };
	NEOERR *err;

	if ((err = conf_text(conf, "Face.Url", &url)) ||
	    (err = conf_text(conf, "Face.Key", &key)) ||
	    (err = seal_random(random, sizeof random)))
		return nerr_pass(err);
	seal_hex(random, sizeof random, challenge);
	if ((err = put_question(question, challenge, &body)) ||
	    (err = sign(key, &body, signature)) || (err = http_init(&http, conf)) ||
	    (err = http_ask(http,
		 &(struct http_question) { .url = url,
		     .headers = headers,
		     .type = "application/json",
		     .body = body.data,
		     .len = body.len },
		 &answer)))
		goto out;
	err = answer.status == 200
		  ? face_read(&answer.body, question->serial, challenge, verdict)
		  : nerr_raise(FAIL_UNAVAILABLE, "the authority answers %ld", answer.status);
out:
	http_answer_release(&answer);
	http_free(&http);
	bytes_release(&body);
	return nerr_pass(err);
}
