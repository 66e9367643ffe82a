#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "login/spoken.h"

#define DIGITS 10
#define HEADER 44
#define PIECE_MAX (256 * 1024) /* bytes: six seconds */

struct spoken {
	uint32_t rate;               /* of what is written */
	struct bytes pieces[DIGITS]; /* samples of that rate, little endian */
};

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static int
get16(const uint8_t *p)
{
	return (int16_t)(uint16_t)(p[0] | p[1] << 8);
}

static void
put32(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static void
put16(uint8_t *p, int value)
{
	p[0] = (uint8_t)(value & 0xFF);
	p[1] = (uint8_t)(value >> 8 & 0xFF);
}

/* Two samples become one: half the rate is enough for speech, and half the bytes. */
static NEOERR *
read_piece(const char *path, uint32_t *rate, struct bytes *piece)
{
	uint8_t *wav = malloc(PIECE_MAX);
	FILE *file = fopen(path, "re");
	size_t len = wav && file ? fread(wav, 1, PIECE_MAX, file) : 0;
	NEOERR *err = STATUS_OK;

	if (file)
		fclose(file);
	if (len <= HEADER || memcmp(wav, "RIFF", 4) != 0 ||
	    memcmp(wav + 8, "WAVEfmt ", 8) != 0 || get16(wav + 20) != 1 ||
	    get16(wav + 22) != 1 || get16(wav + 34) != 16 || memcmp(wav + 36, "data", 4) != 0) {
		err = nerr_raise(FAIL_CONFIG, "Captcha.Voice: %s is no such WAV", path);
		goto out;
	}
	*rate = get32(wav + 24) / 2;
	piece->len = (len - HEADER) / 4 * 2;
	if ((piece->data = malloc(piece->len + 1)) == NULL) {
		piece->len = 0;
		err = nerr_raise(NERR_NOMEM, "voice");
		goto out;
	}
	for (size_t i = 0; i < piece->len; i += 2)
		put16(piece->data + i,
		    (get16(wav + HEADER + 2 * i) + get16(wav + HEADER + 2 * i + 2)) / 2);
out:
	free(wav);
	return err;
}

NEOERR *
spoken_init(struct spoken **out, const char *folder, const char *language)
{
	struct spoken *spoken = calloc(1, sizeof(*spoken));
	char path[512];
	NEOERR *err = STATUS_OK;

	if (spoken == NULL)
		return nerr_raise(NERR_NOMEM, "voice");
	for (int digit = 0; err == STATUS_OK && digit < DIGITS; digit++) {
		snprintf(path, sizeof(path), "%s/%s/%d.wav", folder, language, digit);
		err = read_piece(path, &spoken->rate, &spoken->pieces[digit]);
	}
	if (err)
		spoken_free(&spoken);
	*out = spoken;
	return nerr_pass(err);
}

void
spoken_free(struct spoken **spoken)
{
	if (*spoken == NULL)
		return;
	for (int digit = 0; digit < DIGITS; digit++)
		bytes_release(&(*spoken)->pieces[digit]);
	free(*spoken);
	*spoken = NULL;
}

/* 0.3 to 0.6 seconds, in bytes. */
static size_t
pause_len(const struct spoken *spoken, uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return 2 * (spoken->rate * (300 + (size_t)(*seed >> 33) % 300) / 1000);
}

static void
put_header(uint8_t *wav, uint32_t rate, size_t len)
{
	memcpy(wav, "RIFF....WAVEfmt ....", 20);
	put32(wav + 4, (uint32_t)(len + HEADER - 8));
	put32(wav + 16, 16);
	put16(wav + 20, 1);
	put16(wav + 22, 1);
	put32(wav + 24, rate);
	put32(wav + 28, 2 * rate);
	put16(wav + 32, 2);
	put16(wav + 34, 16);
	memcpy(wav + 36, "data", 4);
	put32(wav + 40, (uint32_t)len);
}

NEOERR *
spoken_join(const struct spoken *spoken, const char *digits, uint64_t seed, struct bytes *wav)
{
	size_t len = 0, at = HEADER;
	uint64_t again = seed;

	for (const char *d = digits; *d; d++)
		len += spoken->pieces[*d - '0'].len + pause_len(spoken, &seed);
	if ((wav->data = calloc(1, HEADER + len + 1)) == NULL)
		return nerr_raise(NERR_NOMEM, "voice");
	wav->len = HEADER + len;
	put_header(wav->data, spoken->rate, len);
	for (const char *d = digits; *d; d++) {
		const struct bytes *piece = &spoken->pieces[*d - '0'];

		memcpy(wav->data + at, piece->data, piece->len);
		at += piece->len + pause_len(spoken, &again);
	}
	return STATUS_OK;
}
