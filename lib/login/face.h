/*
 * face.h - the authority that knows faces: is this the picture of the holder of that ID number, of that name?
 *
 * POST to Face.Url, over TLS, of a JSON object
 *   serial     names the question for ever: 32 digits of hex; the same again is the same question
 *   challenge  random, 64 digits of hex, new with every question
 *   name, id_number, picture (JPEG, base64 of RFC 4648, section 4)
 * with the header Face-Signature: HMAC-SHA-256 (RFC 2104) of the body in hex, under the bytes of the file Face.Key
 * without a newline at their end.  The answer is 200 with a JSON object
 *   serial, challenge  those of the question
 *   result             match, no_match, quality (of the picture is too low), busy
 * The picture is nowhere but in memory.
 */
#ifndef SBK_FACE_H
#define SBK_FACE_H

#include <ClearSilver.h>

#include "base/bytes.h"

struct face_question {
	const char *serial; /* stands in our log too: the request's id */
	const char *name, *id_number;
	const struct bytes *picture; /* JPEG, normalised */
};

enum face_verdict { FACE_MATCH, FACE_NO_MATCH, FACE_QUALITY, FACE_BUSY };

/*
 * FAIL_UNAVAILABLE: no answer, not in time, or one that is none to this question.  FAIL_CONFIG: Face.Url or Face.Key
 * is missing.
 */
NEOERR *face_ask(HDF *conf, const struct face_question *question, enum face_verdict *verdict);

/* What an answer of that body says; FAIL_UNAVAILABLE and *verdict untouched, when it is none to this question. */
NEOERR *face_read(const struct bytes *body, const char *serial, const char *challenge,
    enum face_verdict *verdict);

#endif
