#include <cairo/cairo.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "login/captcha.h"

/* Without look-alikes (0 O Q, 1 I L, 2 Z, 5 S, 8 B). */
static const char alphabet[] = "34679ACDEFGHJKMNPRTUVWXY";

#define TIME_LEN 8
#define NONCE_LEN 16
#define MAC_LEN 16
#define WIDTH 240
#define HEIGHT 80

struct captcha_id {
	uint8_t at[TIME_LEN];
	uint8_t nonce[NONCE_LEN];
	uint8_t mac[MAC_LEN];
};

enum { SPEND, FORGET };

static const struct db_sql sql[] = {
	[SPEND] = { "captcha_spend", "INSERT INTO captcha (id_hash, used_at) VALUES (?, ?)" },
	[FORGET] = { "captcha_forget", "DELETE FROM captcha WHERE used_at < ? LIMIT 20" },
};

/* One keyed function for both: what is authentic, and what the answer is. */
static NEOERR *
keyed(const struct seal *seal, const char *purpose, const struct captcha_id *id,
    const char *token, uint8_t out[SEAL_HASH_LEN])
{
	uint8_t data[TIME_LEN + NONCE_LEN + SEAL_TOKEN_LEN];
	size_t len = strnlen(token, SEAL_TOKEN_LEN);

	memcpy(data, id->at, TIME_LEN);
	memcpy(data + TIME_LEN, id->nonce, NONCE_LEN);
	memcpy(data + TIME_LEN + NONCE_LEN, token, len);
	return nerr_pass(seal_hash(seal, purpose, data, TIME_LEN + NONCE_LEN + len, out));
}

NEOERR *
captcha_new(const struct seal *seal, const char *token, char text[CAPTCHA_ID_LEN])
{
	struct captcha_id id;
	uint8_t mac[SEAL_HASH_LEN];
	uint64_t now = (uint64_t)clock_now();
	NEOERR *err;

	for (int i = 0; i < TIME_LEN; i++)
		id.at[i] = (uint8_t)(now >> (8 * (TIME_LEN - 1 - i)));
	if ((err = seal_random(id.nonce, NONCE_LEN)) ||
	    (err = keyed(seal, "captcha_id", &id, token, mac)))
		return nerr_pass(err);
	memcpy(id.mac, mac, MAC_LEN);
	seal_hex(&id, sizeof id, text);
	return STATUS_OK;
}

/* What is drawn for the id of this browser; *known false when it is another's, or too old. */
static NEOERR *
draw_for(const struct seal *seal, const char *token, const char *text, long life,
    const char *purpose, bool *known, uint8_t draw[SEAL_HASH_LEN])
{
	struct captcha_id id;
	uint8_t mac[SEAL_HASH_LEN];
	int64_t at = 0, now = clock_now();
	NEOERR *err;

	*known = false;
	if (text == NULL || !seal_unhex(text, &id, sizeof id))
		return STATUS_OK;
	if ((err = keyed(seal, "captcha_id", &id, token, mac)) ||
	    (err = keyed(seal, purpose, &id, token, draw)))
		return nerr_pass(err);
	for (int i = 0; i < TIME_LEN; i++)
		at = at << 8 | id.at[i];
	*known = seal_equal(mac, id.mac, MAC_LEN) && at <= now && now - at <= life;
	return STATUS_OK;
}

/* Two bytes of the draw for each character. */
static void
spell(const uint8_t draw[SEAL_HASH_LEN], const char *characters, long length, char *out)
{
	const size_t count = strlen(characters);

	for (long i = 0; i < length; i++)
		out[i] = characters[(draw[2 * i] * 256u + draw[2 * i + 1]) % count];
	out[length] = '\0';
}

NEOERR *
captcha_answer(const struct seal *seal, const char *token, const char *text, long life,
    long length, bool *known, char answer[CAPTCHA_MAX_ANSWER])
{
	uint8_t draw[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = draw_for(seal, token, text, life, "captcha_answer", known, draw)) || !*known)
		return nerr_pass(err);
	spell(draw, alphabet, length < CAPTCHA_MAX_ANSWER ? length : CAPTCHA_MAX_ANSWER - 1,
	    answer);
	return STATUS_OK;
}

NEOERR *
captcha_digits(const struct seal *seal, const char *token, const char *text, long life,
    bool *known, char digits[CAPTCHA_DIGITS + 1])
{
	uint8_t draw[SEAL_HASH_LEN];
	NEOERR *err;

	if ((err = draw_for(seal, token, text, life, "captcha_digits", known, draw)) || !*known)
		return nerr_pass(err);
	spell(draw, "0123456789", CAPTCHA_DIGITS, digits);
	return STATUS_OK;
}

/* splitmix64, for looks only. */
static double
wobble(uint64_t *seed, double low, double high)
{
	uint64_t z = *seed += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return low + (high - low) * (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

/* In a picture of one byte a pixel, which is written as shades of grey, ink is what is taken away. */
static void
ink(cairo_t *cr, double black)
{
	cairo_set_source_rgba(cr, 0, 0, 0, black);
}

static void
lines(cairo_t *cr, uint64_t *seed)
{
	for (int i = 0; i < 4; i++) {
		ink(cr, wobble(seed, .4, .55));
		cairo_set_line_width(cr, wobble(seed, 1, 2.2));
		cairo_move_to(cr, 0, wobble(seed, 8, HEIGHT - 8));
		cairo_curve_to(cr, wobble(seed, 40, 90), wobble(seed, 0, HEIGHT),
		    wobble(seed, 130, 190), wobble(seed, 0, HEIGHT), WIDTH,
		    wobble(seed, 8, HEIGHT - 8));
		cairo_stroke(cr);
	}
	for (int i = 0; i < 90; i++) {
		ink(cr, wobble(seed, .15, .45));
		cairo_arc(cr, wobble(seed, 0, WIDTH), wobble(seed, 0, HEIGHT),
		    wobble(seed, .5, 1.5), 0, 2 * M_PI);
		cairo_fill(cr);
	}
}

static void
letters(cairo_t *cr, const char *answer, uint64_t *seed)
{
	double step = (WIDTH - 30.0) / (double)strlen(answer);
	char one[2] = "";
	cairo_text_extents_t box;

	cairo_select_font_face(
	    cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
	for (size_t i = 0; answer[i]; i++) {
		one[0] = answer[i];
		cairo_save(cr);
		cairo_set_font_size(cr, wobble(seed, 40, 50));
		cairo_text_extents(cr, one, &box);
		cairo_translate(
		    cr, 15 + step * ((double)i + .5), HEIGHT / 2.0 + wobble(seed, -7, 7));
		cairo_rotate(cr, wobble(seed, -.38, .38));
		cairo_transform(cr, &(cairo_matrix_t) { .xx = 1,
					.yx = wobble(seed, -.18, .18),
					.xy = wobble(seed, -.28, .28),
					.yy = 1 });
		cairo_move_to(
		    cr, -box.width / 2 - box.x_bearing, -box.height / 2 - box.y_bearing);
		ink(cr, wobble(seed, .7, 1));
		cairo_show_text(cr, one);
		cairo_restore(cr);
	}
}

static cairo_status_t
append(void *closure, const unsigned char *data, unsigned int len)
{
	struct bytes *png = closure;
	uint8_t *grown = realloc(png->data, png->len + len + 1);

	if (grown == NULL)
		return CAIRO_STATUS_NO_MEMORY;
	memcpy(grown + png->len, data, len);
	png->data = grown;
	png->len += len;
	grown[png->len] = '\0';
	return CAIRO_STATUS_SUCCESS;
}

NEOERR *
captcha_draw(const char *text, const char *answer, int zoom, struct bytes *png)
{
	struct captcha_id id;
	uint64_t seed;
	cairo_surface_t *surface;
	cairo_t *cr;
	cairo_status_t status;
	struct bytes out = BYTES_INIT;

	if (!seal_unhex(text, &id, sizeof id))
		return nerr_raise(NERR_ASSERT, "captcha id");
	memcpy(&seed, id.nonce, sizeof seed);
	surface = cairo_image_surface_create(CAIRO_FORMAT_A8, WIDTH * zoom, HEIGHT * zoom);
	cr = cairo_create(surface);
	cairo_scale(cr, zoom, zoom);
	cairo_paint(cr);
	cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
	lines(cr, &seed);
	letters(cr, answer, &seed);
	if ((status = cairo_status(cr)) == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, append, &out);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS) {
		bytes_release(&out);
		return nerr_raise(NERR_SYSTEM, "cairo: %s", cairo_status_to_string(status));
	}
	*png = out;
	return STATUS_OK;
}

static bool
same(const char *typed, const char *answer)
{
	size_t n = 0;

	for (; *typed; typed++) {
		if (isspace((unsigned char)*typed))
			continue;
		if (toupper((unsigned char)*typed) != (unsigned char)answer[n])
			return false;
		n++;
	}
	return answer[n] == '\0';
}

NEOERR *
captcha_check(struct db *db, const struct seal *seal, long life, long length, const char *token,
    const char *id, const char *typed, bool *right)
{
	char answer[CAPTCHA_MAX_ANSWER] = "", digits[CAPTCHA_DIGITS + 1] = "";
	uint8_t hash[SEAL_HASH_LEN];
	bool known;
	NEOERR *err;

	*right = false;
	if ((err = captcha_answer(seal, token, id, life, length, &known, answer)) || !known ||
	    (err = captcha_digits(seal, token, id, life, &known, digits)) || !known)
		return nerr_pass(err);
	if ((err = seal_hash(seal, "captcha", id, strlen(id), hash)))
		return nerr_pass(err);
	err = db_run(
	    db, &sql[SPEND], DB_WITH(db_bytes(hash, sizeof hash), db_int(clock_now())), NULL);
	if (nerr_handle(&err, FAIL_DUPLICATE))
		return STATUS_OK;
	if (err)
		return nerr_pass(err);
	*right = typed != NULL && (same(typed, answer) || same(typed, digits));
	return nerr_pass(db_run(db, &sql[FORGET], DB_WITH(db_int(clock_now() - life)), NULL));
}
