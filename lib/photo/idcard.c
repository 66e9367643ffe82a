#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <uchar.h>

#include "apply/fold.h"
#include "apply/utf8.h"
#include "apply/valid.h"
#include "base/clock.h"
#include "base/fail.h"
#include "idcard.h"
#include "text.h"

#define LIKELY 0.55f /* one below that is none */
#define SURE 0.9f    /* a character below that is pointed out */
#define ID_LEN 18
#define VALUE_LETTERS 128
#define GAP 1.15    /* heights of a line from one letter to the next */
#define ROW 1.2     /* heights of a line from one row to the next */
#define FULL 7.0    /* heights of a line: an address that fills one goes on in the next */
#define GLARE 0.015 /* part of the picture around the text that is burnt out */
#define PAPER 0.4
#define BURNT 250

enum label {
	NAME,
	SEX,
	ETHNICITY,
	BIRTH,
	ADDRESS,
	NUMBER,
	ISSUER,
	VALIDITY,
	COUNTRY,
	CARD,
	LABELS,
	NONE = LABELS
};

/* The words printed on every card; what tells one side from the other. */
static const struct {
	const char32_t *words;
	enum wire_kind side;
} labels[LABELS] = {
	[NAME] = { U"姓名", WIRE_ID_FRONT },
	[SEX] = { U"性别", WIRE_ID_FRONT },
	[ETHNICITY] = { U"民族", WIRE_ID_FRONT },
	[BIRTH] = { U"出生", WIRE_ID_FRONT },
	[ADDRESS] = { U"住址", WIRE_ID_FRONT },
	[NUMBER] = { U"公民身份号码", WIRE_ID_FRONT },
	[ISSUER] = { U"签发机关", WIRE_ID_BACK },
	[VALIDITY] = { U"有效期限", WIRE_ID_BACK },
	[COUNTRY] = { U"中华人民共和国", WIRE_ID_BACK },
	[CARD] = { U"居民身份证", WIRE_ID_BACK },
};

/* A line, or the part of one behind a label. */
struct piece {
	enum label label;
	const struct line *line;
	const struct letter *letters; /* behind the label */
	size_t count;
	double left, right, middle, height;
};

#define PIECES (2 * TEXT_LINES)

struct card {
	const struct pixels *pixels;
	double angle; /* of the text on them */
	struct piece pieces[PIECES];
	size_t count;
	const struct piece *labelled[LABELS]; /* NULL: not found */
	const struct line *number_line;
	struct letter number[ID_LEN];
	bool number_good; /* its check character is right */
};

/* The rows of a value: where they begin, and its last one. */
struct rows {
	double left, middle, height, width;
	double step; /* from one to the next */
};

/* What a field says, letter by letter. */
struct value {
	struct letter letters[VALUE_LETTERS];
	size_t count;
};

/*
 * A letter that is most likely none leaves a doubt behind, and so does a gap in which another could stand.
 */
static void
append(struct value *value, const struct letter *letters, size_t count, double gap)
{
	for (size_t i = 0; i < count && value->count < VALUE_LETTERS; i++) {
		if (letters[i].code == ' ')
			continue;
		if (letters[i].sure >= LIKELY) {
			value->letters[value->count++] = letters[i];
			if (i > 0 && letters[i].at - letters[i - 1].at > gap)
				value->letters[value->count - 1].sure = LIKELY;
		} else if (i > 0 && i + 1 < count && value->count > 0) {
			value->letters[value->count - 1].sure = LIKELY;
		}
	}
}

static bool
is_digit(uint32_t code)
{
	return code >= '0' && code <= '9';
}

/* ---- labels ---- */

static size_t
length(const char32_t *words)
{
	size_t n = 0;

	while (words[n] != 0)
		n++;
	return n;
}

/* Is the label there?  A long one may have letters misread, a short one must be right. */
static bool
stands(const struct line *line, size_t at, enum label label)
{
	const size_t n = length(labels[label].words);
	size_t wrong = 0;

	if (at + n > line->count)
		return false;
	for (size_t i = 0; i < n; i++)
		wrong += line->letters[at + i].code != labels[label].words[i];
	return wrong <= n / 3;
}

static enum label
label_at(const struct line *line, size_t at)
{
	for (enum label label = 0; label < LABELS; label++)
		if (stands(line, at, label))
			return label;
	return NONE;
}

static void
add_piece(
    struct card *card, const struct line *line, enum label label, size_t begin, size_t end)
{
	struct piece *piece = &card->pieces[card->count];
	const size_t skip = label == NONE ? 0 : length(labels[label].words);

	if (card->count == PIECES || begin == end)
		return;
	*piece = (struct piece) {
		.label = label,
		.line = line,
		.letters = line->letters + begin + skip,
		.count = end - begin - skip,
		.left = begin == 0 ? line->left : line->letters[begin].at - line->height / 2,
		.right = end == line->count && end > begin + skip
			     ? line->right
			     : line->letters[end - 1].at + line->height / 2,
		.middle = line->middle,
		.height = line->height,
	};
	card->count++;
}

/* 民族 may stand in an address too (民族大道): it is the label behind 性别, or near the beginning of a short line. */
static bool
in_address(const struct line *line, size_t at, enum label before)
{
	return before != SEX && (before != NONE || at > 1 || line->count - at > 6);
}

/* Cuts every line where a label begins. */
static void
cut(struct card *card, const struct text *text)
{
	bool seen = false; /* the label 民族 */

	for (size_t l = 0; l < text->count; l++) {
		const struct line *line = &text->lines[l];
		enum label before = NONE;
		size_t begin = 0;

		for (size_t i = 0; i < line->count; i++) {
			const enum label label = label_at(line, i);

			if (label == NONE ||
			    (label == ETHNICITY && (seen || in_address(line, i, before))))
				continue;
			seen = seen || label == ETHNICITY;
			add_piece(card, line, before, begin, i);
			before = label;
			begin = i;
			i += length(labels[label].words) - 1;
		}
		add_piece(card, line, before, begin, line->count);
	}
	for (size_t i = 0; i < card->count; i++) {
		const struct piece *piece = &card->pieces[i];

		if (piece->label != NONE && card->labelled[piece->label] == NULL)
			card->labelled[piece->label] = piece;
	}
}

/* ---- the number ---- */

static void
to_text(const struct letter *letters, size_t count, char *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = letters[i].code < 0x80 ? (char)letters[i].code : '?';
	out[count] = '\0';
}

static bool
number_fits(const struct letter *letters)
{
	char text[ID_LEN + 1];

	to_text(letters, ID_LEN, text);
	return valid_resident_id(text) == NULL;
}

/* One or two digits taken for their next likely ones, the least sure first, until the number is right. */
static bool
mend_number(struct letter *letters)
{
	struct letter best[ID_LEN];
	float least = 2;

	for (size_t i = 0; i < ID_LEN; i++)
		for (size_t k = i; k < ID_LEN; k++) {
			struct letter tried[ID_LEN];
			const float price = letters[i].sure + (k == i ? 0 : letters[k].sure);

			if (price >= least)
				continue;
			memcpy(tried, letters, sizeof(tried));
			tried[i].code = tried[i].other;
			tried[k].code = tried[k].other;
			if (!number_fits(tried))
				continue;
			tried[i].sure = tried[k].sure = 0;
			memcpy(best, tried, sizeof(best));
			least = price;
		}
	if (least >= 2)
		return false;
	memcpy(letters, best, sizeof(best));
	return true;
}

/* The 18 characters on any line that are a number, or could most likely be one. */
static void
find_number(struct card *card, const struct text *text)
{
	float most = 0;

	for (size_t l = 0; l < text->count; l++) {
		const struct line *line = &text->lines[l];

		for (size_t i = 0; i + ID_LEN <= line->digit_count; i++) {
			const struct letter *letters = line->digits + i;
			const bool good = number_fits(letters);
			float sure = good ? ID_LEN : 0;

			for (size_t k = 0; k < ID_LEN; k++)
				sure += letters[k].sure;
			if (sure <= most || (!good && sure < ID_LEN / 2.0f))
				continue;
			most = sure;
			memcpy(card->number, letters, sizeof(card->number));
			card->number_line = line;
			card->number_good = good;
		}
	}
	if (card->number_line && !card->number_good)
		card->number_good = mend_number(card->number);
}

/* ---- rows ---- */

static bool
overlaps(const struct letter *last, const struct piece *next)
{
	return last->at > next->left ||
	       /* What is unsure at the edge is part of a letter. */
	       (last->sure < SURE && last->at > next->left - next->height / 2) ||
	       (next->count > 0 && last->code == next->letters[0].code &&
		   next->letters[0].at - last->at < next->height / 3);
}

/* Adds the pieces without label that stand in the row right of left, in their order; the row's letters start at begin. */
static void
append_row(const struct card *card, double left, double right, double middle, double height,
    size_t begin, struct value *value)
{
	double from = left;

	for (;;) {
		const struct piece *next = NULL;

		for (size_t i = 0; i < card->count; i++) {
			const struct piece *piece = &card->pieces[i];

			if (piece->label == NONE &&
			    fabs(piece->middle - middle) < height * 0.6 &&
			    piece->left >= from && piece->left < right &&
			    piece->line != card->number_line &&
			    (next == NULL || piece->left < next->left))
				next = piece;
		}
		if (next == NULL)
			return;
		/* Two boxes may overlap: what both show belongs to the later, which shows all of it. */
		while (
		    value->count > begin && overlaps(&value->letters[value->count - 1], next))
			value->count--;
		append(value, next->letters, next->count, next->height * GAP);
		from = next->left + 1;
	}
}

/* What stands behind a label, in its own line or in the row. */
static void
behind(const struct card *card, enum label label, struct value *value)
{
	const struct piece *at = card->labelled[label];
	double right = INFINITY;
	size_t skip = 0;

	if (at == NULL)
		return;
	for (enum label other = 0; other < LABELS; other++) {
		const struct piece *piece = card->labelled[other];

		if (piece && piece != at && piece->left > at->left && piece->left < right &&
		    fabs(piece->middle - at->middle) < at->height)
			right = piece->left;
	}
	append(value, at->letters, at->count, at->height * GAP);
	append_row(card, at->right - at->height, right, at->middle, at->height, 0, value);
	/* A box that begins too early shows the label's end as well. */
	while (skip < value->count && at->count == 0 && value->letters[skip].at < at->right)
		skip++;
	value->count -= skip;
	memmove(
	    value->letters, value->letters + skip, value->count * sizeof(value->letters[0]));
}

/* Does the piece, which has no label, begin where the rows of a value begin? */
static bool
begins(const struct piece *piece, double left)
{
	return piece->label == NONE && fabs(piece->left - left) < piece->height * 1.5;
}

static const struct piece *
next_row(const struct card *card, double left, double middle, double bottom)
{
	const struct piece *next = NULL;

	for (size_t i = 0; i < card->count; i++) {
		const struct piece *piece = &card->pieces[i];

		if (begins(piece, left) && piece->middle > middle + piece->height * 0.6 &&
		    piece->middle < fmin(bottom, middle + piece->height * 2.5) &&
		    (next == NULL || piece->middle < next->middle))
			next = piece;
	}
	return next;
}

/* Where the letters of a label's row begin. */
static double
row_begin(const struct card *card, const struct piece *at)
{
	double left = at->count > 0 ? at->letters[0].at - at->height / 2 : INFINITY;

	for (size_t i = 0; i < card->count; i++) {
		const struct piece *piece = &card->pieces[i];

		if (piece->label == NONE && piece->left > at->right - at->height &&
		    piece->left < left && fabs(piece->middle - at->middle) < at->height * 0.6)
			left = piece->left;
	}
	return left;
}

/* The row of a label and those under it, as far as above bottom. */
static void
below(const struct card *card, enum label label, double bottom, struct value *value,
    struct rows *rows)
{
	const struct piece *at = card->labelled[label], *next;

	if (at == NULL)
		return;
	behind(card, label, value);
	*rows = (struct rows) {
		.left = row_begin(card, at),
		.middle = at->middle,
		.height = at->height,
		.step = at->height * ROW,
		.width = value->count > 0
			     ? value->letters[value->count - 1].at - row_begin(card, at)
			     : 0,
	};
	while ((next = next_row(card, rows->left, rows->middle, bottom)) != NULL) {
		const size_t begin = value->count;

		append_row(
		    card, next->left, INFINITY, next->middle, next->height, begin, value);
		rows->step = next->middle - rows->middle;
		rows->middle = next->middle;
		rows->height = next->height;
		rows->width =
		    value->count > begin ? value->letters[value->count - 1].at - rows->left : 0;
	}
}

/* A character or two alone in the last row are easily overlooked: behind a row that is full it is looked for them. */
static NEOERR *
last_row(const struct card *card, const struct rows *rows, double bottom, struct value *value)
{
	struct line line;
	NEOERR *err;

	if (card->pixels == NULL || rows->width < FULL * rows->height ||
	    rows->middle + rows->step > bottom)
		return STATUS_OK;
	if ((err = text_read_at(card->pixels, card->angle, rows->left,
		 rows->middle + rows->step, 3 * rows->height, rows->height, &line)))
		return nerr_pass(err);
	append(value, line.letters, line.count, line.height * GAP);
	return STATUS_OK;
}

/* ---- fields ---- */

static uint32_t
folded(const struct value *value, size_t i)
{
	const uint32_t code = value->letters[i].code;
	const bool between = i > 0 && i + 1 < value->count &&
			     is_digit(value->letters[i - 1].code) &&
			     is_digit(value->letters[i + 1].code);

	if (code > 0xff00 && code < 0xff5f) /* full width */
		return code - 0xfee0;
	if (between &&
	    (code == U'一' || code == U'—' || code == U'–' || code == U'～' || code == U'~'))
		return '-';
	return code == U'•' || code == U'・' || code == U'.' ? U'·' : code;
}

/* Adds fields.<name>: { text, doubt }. */
static void
put(json_t *facts, const char *name, const char *text, json_t *doubt)
{
	json_t *all = json_object_get(facts, "fields");

	json_object_set_new(all, name, json_pack("{s:s, s:o}", "text", text, "doubt", doubt));
}

static void
put_value(json_t *facts, const char *name, const struct value *value)
{
	char text[VALUE_LETTERS * UTF8_MAX + 1], *end = text;
	json_t *doubt = json_array();

	for (size_t i = 0; i < value->count; i++) {
		end = utf8_put(end, folded(value, i));
		if (value->letters[i].sure < SURE)
			json_array_append_new(doubt, json_integer((json_int_t)i));
	}
	*end = '\0';
	if (value->count > 0)
		put(facts, name, text, doubt);
	else
		json_decref(doubt);
}

/* All of it is doubtful, or nothing. */
static json_t *
doubt_all(bool doubtful, size_t count)
{
	json_t *doubt = json_array();

	for (size_t i = 0; doubtful && i < count; i++)
		json_array_append_new(doubt, json_integer((json_int_t)i));
	return doubt;
}

static void
put_number(json_t *facts, const struct card *card)
{
	struct value value = { .count = ID_LEN };

	memcpy(value.letters, card->number, sizeof(card->number));
	/* The check character vouches for what was read as it stands; where it is wrong, any other may be. */
	for (size_t i = 0; i < ID_LEN; i++)
		value.letters[i].sure = card->number_good && value.letters[i].sure > 0 ? 1 : 0;
	put_value(facts, "id_number", &value);
}

/* Digits of 出生 …年…月…日; false when they are not a date. */
static bool
printed_birth(const struct card *card, char date[CLOCK_DATE_LEN])
{
	struct value value = { .count = 0 };
	unsigned numbers[3] = { 0 }, digits[3] = { 0 }, n = 0;

	behind(card, BIRTH, &value);
	for (size_t i = 0; i < value.count && n < 3; i++) {
		if (!is_digit(value.letters[i].code))
			n += digits[n] > 0;
		else if (digits[n] < 4) {
			numbers[n] = numbers[n] * 10 + value.letters[i].code - '0';
			digits[n]++;
		}
	}
	snprintf(date, CLOCK_DATE_LEN, "%04u-%02u-%02u", numbers[0] % 10000, numbers[1] % 100,
	    numbers[2] % 100);
	return clock_parse_date(date, NULL, NULL, NULL) == 1;
}

/* Sex and birth date stand twice on the card: in words, and in the number. */
static void
put_person(json_t *facts, const struct card *card)
{
	char number[ID_LEN + 1], printed[CLOCK_DATE_LEN], birth[CLOCK_DATE_LEN], sex[2] = "";
	struct value value = { .count = 0 };
	const char *said = NULL;
	bool dated = printed_birth(card, printed);
	float sure = 0;

	behind(card, SEX, &value);
	for (size_t i = 0; i < value.count && said == NULL; i++) {
		said = value.letters[i].code == U'男'   ? "1"
		       : value.letters[i].code == U'女' ? "2"
							: NULL;
		sure = value.letters[i].sure;
	}
	to_text(card->number, ID_LEN, number);
	if (card->number_line && card->number_good &&
	    valid_id_facts("01", number, sex, birth)) {
		put(facts, "sex", sex, doubt_all(said && strcmp(said, sex) != 0, 1));
		put(facts, "birth_date", birth,
		    doubt_all(dated && strcmp(printed, birth) != 0, CLOCK_DATE_LEN - 1));
		return;
	}
	if (said)
		put(facts, "sex", said, doubt_all(sure < SURE, 1));
	if (dated)
		put(facts, "birth_date", printed, doubt_all(true, CLOCK_DATE_LEN - 1));
}

static NEOERR *
read_front(const struct card *card, json_t *facts)
{
	struct value name = { .count = 0 }, ethnicity = name, address = name;
	struct rows rows = { .width = 0 };
	NEOERR *err;
	const double bottom = card->number_line
				  ? card->number_line->middle - card->number_line->height * 0.7
				  : INFINITY;

	behind(card, NAME, &name);
	behind(card, ETHNICITY, &ethnicity);
	below(card, ADDRESS, bottom, &address, &rows);
	if ((err = last_row(card, &rows, bottom, &address)))
		return nerr_pass(err);
	put_value(facts, "name", &name);
	put_value(facts, "ethnicity", &ethnicity);
	put_value(facts, "address", &address);
	if (card->number_line)
		put_number(facts, card);
	put_person(facts, card);
	return STATUS_OK;
}

/* ---- the back ---- */

/* Eight digits as a date; false when they are none. */
static bool
date_of(const struct letter *digits, char date[CLOCK_DATE_LEN])
{
	char text[9];

	to_text(digits, 8, text);
	snprintf(date, CLOCK_DATE_LEN, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
	return clock_parse_date(date, NULL, NULL, NULL) == 1;
}

/* Cards are valid for 5, 10 or 20 years to the day. */
static bool
plausible(const char *from, const char *to)
{
	static const int years[] = { 5, 10, 20 };
	int y0 = 0, m0 = 0, d0 = 0, y1 = 0, m1 = 0, d1 = 0;

	if (clock_parse_date(from, &y0, &m0, &d0) != 1 ||
	    clock_parse_date(to, &y1, &m1, &d1) != 1)
		return false;
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++)
		if (y1 - y0 == years[i] && m0 == m1 && (d0 == d1 || (m0 == 2 && d0 == 29)))
			return true;
	return false;
}

static void
put_date(
    json_t *facts, const char *name, const char *date, const struct letter *digits, bool sure)
{
	json_t *doubt = doubt_all(!sure, CLOCK_DATE_LEN - 1);

	for (size_t i = 0; digits && sure && i < 8; i++)
		if (digits[i].sure < SURE / 2)
			json_array_append_new(
			    doubt, json_integer((json_int_t)i + (i > 3) + (i > 5)));
	put(facts, name, date, doubt);
}

static void
read_validity(const struct card *card, json_t *facts)
{
	struct value value = { .count = 0 };
	struct letter digits[16];
	char from[CLOCK_DATE_LEN], to[CLOCK_DATE_LEN];
	size_t n = 0;
	bool forever = false, sure;

	behind(card, VALIDITY, &value);
	for (size_t i = 0; i < value.count; i++) {
		if (is_digit(value.letters[i].code) && n < 16)
			digits[n++] = value.letters[i];
		forever =
		    forever || value.letters[i].code == U'长' || value.letters[i].code == U'期';
	}
	if (n < 8 || !date_of(digits, from))
		return;
	if (forever && n == 8) {
		put_date(facts, "id_valid_from", from, digits, true);
		put(facts, "id_valid_to", FOLD_FOREVER, json_array());
	} else if (n == 16 && date_of(digits + 8, to)) {
		sure = plausible(from, to);
		put_date(facts, "id_valid_from", from, digits, sure);
		put_date(facts, "id_valid_to", to, digits + 8, sure);
	}
}

static void
read_back(const struct card *card, json_t *facts)
{
	struct value issuer = { .count = 0 };
	struct rows rows;

	below(card, ISSUER,
	    card->labelled[VALIDITY]
		? card->labelled[VALIDITY]->middle - card->labelled[VALIDITY]->height
		: 0,
	    &issuer, &rows);
	put_value(facts, "issuer", &issuer);
	read_validity(card, facts);
}

/* ---- what is wrong with it ---- */

/* Which side it is, by what of it was found; 0: neither.  Both sides on one picture are the one that is wanted. */
static enum wire_kind
side_of(const struct card *card, enum wire_kind wanted)
{
	const enum wire_kind other = wanted == WIRE_ID_FRONT ? WIRE_ID_BACK : WIRE_ID_FRONT;
	size_t front = card->number_good ? 2 : 0, back = 0;

	for (enum label label = 0; label < LABELS; label++)
		if (card->labelled[label])
			*(labels[label].side == WIRE_ID_FRONT ? &front : &back) += 1;
	if (front < 2 && back < 2)
		return 0;
	return (wanted == WIRE_ID_FRONT ? front : back) > 0 ? wanted : other;
}

/* Is there a spot that is burnt out? What is white all over is paper. */
static bool
glares(const struct pixels *pixels)
{
	const size_t size = pixels ? (size_t)pixels->width * (size_t)pixels->height : 0;
	size_t burnt = 0;

	for (size_t i = 0; i < size; i++)
		burnt += pixels->rgb[3 * i] >= BURNT && pixels->rgb[3 * i + 1] >= BURNT &&
			 pixels->rgb[3 * i + 2] >= BURNT;
	return (double)burnt > GLARE * (double)size && (double)burnt < PAPER * (double)size;
}

static bool
has_all(const json_t *facts, const char *const *names)
{
	for (; *names; names++)
		if (json_object_get(json_object_get(facts, "fields"), *names) == NULL)
			return false;
	return true;
}

static const char *
fault_of(const struct pixels *pixels, enum wire_kind side, enum wire_kind wanted,
    const json_t *facts)
{
	static const char *const front[] = { "name", "id_number", NULL };
	static const char *const back[] = { "id_valid_from", "id_valid_to", NULL };

	if (side == 0)
		return glares(pixels) ? "id_glare" : "id_none";
	if (side != wanted)
		return "id_swapped";
	if (!has_all(facts, side == WIRE_ID_FRONT ? front : back))
		return glares(pixels) ? "id_glare" : "id_unclear";
	return NULL;
}

NEOERR *
idcard_init(const char *models)
{
	return nerr_pass(text_init(models));
}

/* 0 … 3 of them, clockwise. */
static int
quarters(double angle)
{
	return (int)lround(angle / (M_PI / 2)) & 3;
}

NEOERR *
idcard_understand(
    const struct text *text, const struct pixels *pixels, enum wire_kind wanted, json_t *facts)
{
	struct card card = { .pixels = pixels, .angle = text->angle };
	enum wire_kind side;
	const char *fault;
	NEOERR *err;

	cut(&card, text);
	find_number(&card, text);
	side = side_of(&card, wanted);
	json_object_set_new(facts, "fields", json_object());
	if (side == WIRE_ID_FRONT && (err = read_front(&card, facts)))
		return nerr_pass(err);
	if (side == WIRE_ID_BACK)
		read_back(&card, facts);
	if (side)
		json_object_set_new(
		    facts, "side", json_string(side == WIRE_ID_FRONT ? "front" : "back"));
	if (side && quarters(text->angle))
		json_object_set_new(facts, "turned", json_integer(quarters(text->angle)));
	if ((fault = fault_of(pixels, side, wanted, facts)) != NULL)
		json_object_set_new(facts, "refuse", json_pack("[s]", fault));
	return STATUS_OK;
}

static NEOERR *
attempt(const struct pixels *pixels, size_t n, enum wire_kind wanted, json_t *facts)
{
	struct text text;
	NEOERR *err;

	if ((err = text_read(pixels, n, &text)))
		return nerr_pass(err);
	return nerr_pass(idcard_understand(&text, pixels, wanted, facts));
}

/* Of two attempts the one that shows a side, and more of it. */
static size_t
worth(const json_t *facts)
{
	return json_object_get(facts, "side")
		   ? 1 + json_object_size(json_object_get(facts, "fields"))
		   : 0;
}

static bool
wants_another(const json_t *facts)
{
	const char *fault =
	    json_string_value(json_array_get(json_object_get(facts, "refuse"), 0));

	return fault && strcmp(fault, "id_swapped") != 0;
}

NEOERR *
idcard_read(const struct pixels *pixels, enum wire_kind wanted, json_t *facts)
{
	NEOERR *err = attempt(pixels, 0, wanted, facts);

	for (size_t n = 1; err == STATUS_OK && n < TEXT_ATTEMPTS && wants_another(facts); n++) {
		json_t *seen = json_object();

		err = attempt(pixels, n, wanted, seen);
		if (err == STATUS_OK && worth(seen) > worth(facts)) {
			json_object_clear(facts);
			json_object_update(facts, seen);
		}
		json_decref(seen);
	}
	return nerr_pass(err);
}
