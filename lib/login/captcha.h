/*
 * captcha.h - a picture with characters, drawn with cairo.
 *
 * Nothing is stored until it is answered: the id carries its time and a random part, authenticated together with
 * the browser's cookie; the answer is a keyed function of the id.  An answered id is spent, right or wrong
 * (table captcha).
 */
#ifndef SBK_CAPTCHA_H
#define SBK_CAPTCHA_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"
#include "base/db.h"
#include "base/seal.h"

#define CAPTCHA_ID_LEN 81 /* hex of 8 bytes time, 16 random, 16 authentication; and NUL */
#define CAPTCHA_MAX_ANSWER 9

/* A new id for the browser that holds token. */
NEOERR *captcha_new(const struct seal *seal, const char *token, char id[CAPTCHA_ID_LEN]);

/* The answer to id (length characters out of 2–9 A–Z without look-alikes); *known false when the id is not this browser's or
 * older than life seconds. */
NEOERR *captcha_answer(const struct seal *seal, const char *token, const char *id, long life,
    long length, bool *known, char answer[CAPTCHA_MAX_ANSWER]);

/* The same as CAPTCHA_DIGITS digits, for who hears it. It is as good as the other. */
#define CAPTCHA_DIGITS 6
NEOERR *captcha_digits(const struct seal *seal, const char *token, const char *id, long life,
    bool *known, char digits[CAPTCHA_DIGITS + 1]);

/* Draws answer as PNG, 240×80 pixels, scaled by zoom (1 or 2). The distortion is a function of id. */
NEOERR *captcha_draw(const char *id, const char *answer, int zoom, struct bytes *png);

/* Spends id and says whether typed is its answer, or its digits; life and length as for captcha_answer. */
NEOERR *captcha_check(struct db *db, const struct seal *seal, long life, long length,
    const char *token, const char *id, const char *typed, bool *right);

#endif
