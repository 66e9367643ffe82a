/*
 * spoken.h - digits read out, for who does not see the captcha's picture.
 *
 * The voice (conf Captcha.Voice: <language>/<digit>.wav in a folder, made at build time: RIFF WAVE, PCM, 16 bit, one channel) is
 * joined, with pauses of changing length, into one WAV of half its sampling rate.
 */
#ifndef SBK_SPOKEN_H
#define SBK_SPOKEN_H

#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"

struct spoken; /* a language's ten pieces */

/* FAIL_CONFIG: a piece is missing, or no such WAV. */
NEOERR *spoken_init(struct spoken **spoken, const char *folder, const char *language);
void spoken_free(struct spoken **spoken);

/* digits: "0" to "9" only. seed: of the pauses. wav is the caller's. */
NEOERR *spoken_join(
    const struct spoken *spoken, const char *digits, uint64_t seed, struct bytes *wav);

#endif
