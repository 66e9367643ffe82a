#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/utf8.h"
#include "base/clock.h"
#include "base/fail.h"
#include "photo/photo.h"
#include "web/answer.h"
#include "web/picture.h"
#include "web/rare.h"

#define RESIDENT "01" /* of list id_type: the card that can be read */

/* What a card may say that her answers do not bear out; which side it shows is told too surely for that. */
static const char *const insistable[] = {
	"id_none",
	"id_glare",
	"id_unclear",
	"id_expired",
	"id_other",
};

static bool
can_insist(const char *fault)
{
	for (size_t i = 0; i < sizeof insistable / sizeof insistable[0]; i++)
		if (strcmp(insistable[i], fault) == 0)
			return true;
	return false;
}

static json_t *
object(const json_t *from, const char *key)
{
	return json_object_get(from, key);
}

/* ---- taking ---- */

/* The card has 汉 where the list has 汉族; a code takes the place of the name, or nothing does. */
static void
code_ethnicity(const struct dictionary *d, json_t *read)
{
	const char *name = field_answer(object(read, "ethnicity"), "text");
	const size_t len = strlen(name);

	for (const struct code *c = NULL;
	     len && (c = dictionary_next_code(d, "ethnicity", c)) != NULL;)
		if (strncmp(c->name[0], name, len) == 0 && utf8_length(c->name[0] + len) <= 1) {
			json_object_set_new(
			    object(read, "ethnicity"), "text", json_string(c->code));
			return;
		}
	json_object_del(read, "ethnicity");
}

static bool
sure(const json_t *read)
{
	return read && json_array_size(object(read, "doubt")) == 0;
}

/*
 * Is it surely something else than what is known of her?  A rare character the reader takes for one that looks like it,
 * and is sure of that.
 */
static bool
differs(const json_t *answers, const json_t *read, const char *name)
{
	const char *known = field_answer(answers, name);
	const char *text = field_answer(object(read, name), "text");

	return *known && !rare_in(known) && *text && sure(object(read, name)) &&
	       strcmp(text, known) != 0;
}

/* Why an ID card's side cannot be hers as it is; NULL: nothing against it. */
static const char *
judge_card(const json_t *answers, const json_t *facts)
{
	const json_t *read = object(facts, "fields");
	const char *refused = json_string_value(json_array_get(object(facts, "refuse"), 0));
	const char *to = field_answer(object(read, "id_valid_to"), "text");
	char today[CLOCK_DATE_LEN];

	if (refused)
		return refused;
	if (differs(answers, read, "id_number") || differs(answers, read, "name"))
		return "id_other";
	clock_date(clock_now(), today);
	return *to && sure(object(read, "id_valid_to")) && strcmp(to, today) < 0 ? "id_expired"
										 : NULL;
}

static const char *
judge(const json_t *answers, const struct field *field, const json_t *facts)
{
	const char *type = field_answer(answers, "id_type");

	if (strcmp(field->name, "portrait") == 0)
		return json_string_value(json_array_get(object(facts, "refuse"), 0));
	return *type == '\0' || strcmp(type, RESIDENT) == 0 ? judge_card(answers, facts) : NULL;
}

NEOERR *
picture_take(const struct site *site, const uint8_t person[PERSON_LEN], const json_t *answers,
    const struct field *field, const struct form_input *file, struct picture *picture)
{
	struct photo photo = { .fault = NULL };
	uint8_t id[SEAL_ID_LEN];
	NEOERR *err;

	*picture = (struct picture) { .fault = NULL };
	if ((err = photo_normalise(
		 &site->settings.photo, field->name, file->text, file->len, &photo)))
		return nerr_pass(err);
	picture->fault = photo.fault;
	if (photo.fault)
		return STATUS_OK;
	if ((err = photo_store(site->db, site->seal, person, field->name, &photo, id)))
		goto out;
	seal_hex(id, sizeof id, picture->id);
	code_ethnicity(site->dictionary, object(photo.facts, "fields"));
	picture->fault = judge(answers, field, photo.facts);
	picture->seen = json_incref(photo.facts);
	json_object_set_new(picture->seen, "photo", json_string(picture->id));
	if (picture->fault)
		json_object_set_new(picture->seen, "refused", json_string(picture->fault));
out:
	photo_release(&photo);
	return nerr_pass(err);
}

void
picture_release(struct picture *picture)
{
	json_decref(picture->seen);
	*picture = (struct picture) { .fault = NULL };
}

const json_t *
picture_insisted(const struct form *form, const json_t *body, const struct field *field)
{
	const json_t *seen = object(object(body, "seen"), field->name);
	const char *refused = field_answer(seen, "refused"), *named;
	char key[64];

	snprintf(key, sizeof key, "insist_%s", field->name);
	named = form_text(form, key);
	return named && can_insist(refused) && strcmp(named, field_answer(seen, "photo")) == 0
		   ? seen
		   : NULL;
}

/* ---- what was read ---- */

/* What the step's pictures say of a field; fresh lies over what the draft has seen. */
static const json_t *
read_of(const struct flow_step *step, const json_t *body, const json_t *fresh, const char *name)
{
	for (size_t i = 0; step->fields[i]; i++) {
		const char *picture = step->fields[i]->name;
		const json_t *seen = object(fresh, picture);
		const json_t *read;

		if (step->fields[i]->kind != FIELD_PHOTO)
			continue;
		if (seen == NULL)
			seen = object(object(body, "seen"), picture);
		read = object(object(seen, "fields"), name);
		if (read && object(seen, "refused") == NULL)
			return read;
	}
	return NULL;
}

void
picture_fill(
    const struct flow_step *step, const json_t *body, const json_t *seen, json_t *typed)
{
	for (size_t i = 0; step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *text = field_answer(read_of(step, body, seen, field->name), "text");

		if (field->kind != FIELD_PHOTO && *text && !flow_known(step, field, body) &&
		    *field_answer(typed, field->name) == '\0' &&
		    *field_answer(object(body, "answers"), field->name) == '\0')
			json_object_set_new(typed, field->name, json_string(text));
	}
}

/* Does a step of her channel ask for it, rather than the roster know it? */
static bool
asked(const struct page *page, const struct field *field)
{
	const json_t *body = page->session->draft.body;

	for (size_t s = 0; s < page->flow->count; s++) {
		const struct flow_step *step = &page->flow->steps[s];

		for (size_t i = 0; step->fields[i]; i++)
			if (step->fields[i] == field)
				return !flow_known(step, field, body);
	}
	return false;
}

const char *
picture_adopted(
    const struct page *page, const struct flow_step *step, const struct field **field)
{
	const char *name = form_text(&page->request->form, "adopt");
	const struct field *wanted = name ? field_find(name) : NULL;
	const json_t *read;

	if (wanted == NULL || !asked(page, wanted) ||
	    (read = read_of(step, page->session->draft.body, NULL, name)) == NULL)
		return NULL;
	*field = wanted;
	return field_answer(read, "text");
}

/* ---- showing ---- */

static NEOERR *
set_words(struct page *page, const struct field *field, const char *value, HDF *node,
    const char *name)
{
	json_t *one = json_pack("{s:s}", field->name, value);
	char words[512];
	NEOERR *err;

	if (one == NULL)
		return nerr_raise(NERR_NOMEM, "picture");
	answer_words(page, field, one, words, sizeof words);
	err = hdf_set_value(node, name, words);
	json_decref(one);
	return nerr_pass(err);
}

/* The characters that are not sure, in their order; of what is no text as such (a date, a code) all of it. */
static NEOERR *
set_doubt(struct page *page, const struct field *field, const json_t *read, HDF *node)
{
	const char *at = field_answer(read, "text");
	char doubtful[512], *end = doubtful;
	const json_t *doubt = object(read, "doubt");
	size_t n = 0, i = 0;
	uint32_t code;

	if (json_array_size(doubt) == 0)
		return STATUS_OK;
	if (field->kind != FIELD_TEXT)
		return nerr_pass(set_words(page, field, at, node, "doubt"));
	for (; (code = utf8_next(&at)) != 0 && end < doubtful + sizeof doubtful - UTF8_MAX - 1;
	     i++)
		if (json_integer_value(json_array_get(doubt, n)) == (json_int_t)i &&
		    n < json_array_size(doubt)) {
			end = utf8_put(end, code);
			n++;
		}
	*end = '\0';
	return nerr_pass(hdf_set_value(node, "doubt", doubtful));
}

/* Where there is something to decide: the page leads there, once for each field. */
static NEOERR *
lead_to(struct page *page, const struct flow_step *step, const struct field *field)
{
	HDF *open = hdf_get_obj(page->hdf, "Step.open"), *row;
	char key[32];
	int n = 0;
	NEOERR *err;

	for (HDF *o = open ? hdf_obj_child(open) : NULL; o; o = hdf_obj_next(o))
		n++;
	snprintf(key, sizeof key, "Step.open.%d", n);
	if ((err = hdf_get_node(page->hdf, key, &row)) ||
	    (err = hdf_set_valuef(
		 row, "id=%s%s", field->name, field->kind == FIELD_PHOTO ? "-kept" : "")))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(row, "label", answer_label(page, step, field)));
}

NEOERR *
picture_show_read(struct page *page, const struct flow_step *step, const struct field *field,
    const char *value, HDF *node)
{
	const json_t *read = read_of(step, page->session->draft.body, NULL, field->name);
	const char *text = field_answer(read, "text");
	char *folded = field_fold(field, value);
	const bool same = folded && strcmp(text, folded) == 0;
	NEOERR *err = STATUS_OK;

	if (folded == NULL)
		err = nerr_raise(NERR_NOMEM, "picture");
	else if (*text != '\0' && !(same && sure(read)) &&
		 (err = same ? set_doubt(page, field, read, node)
			     : set_words(page, field, text, node, "read")) == STATUS_OK)
		err = lead_to(page, step, field);
	free(folded);
	return nerr_pass(err);
}

/* Boxes in pixels of the picture. */
static NEOERR *
set_box(HDF *node, const char *name, int n, const json_t *box)
{
	static const char *const edges[] = { "x", "y", "width", "height" };
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && json_array_size(box) == 4 && i < 4; i++)
		err = hdf_set_valuef(node, "%s.%d.%s=%d", name, n, edges[i],
		    (int)json_number_value(json_array_get(box, i)));
	return nerr_pass(err);
}

static NEOERR *
show_portrait(struct page *page, const json_t *seen, HDF *node)
{
	size_t i;
	json_t *item;
	NEOERR *err;

	if (object(seen, "head") && (err = set_box(node, "head", 0, object(seen, "head"))))
		return nerr_pass(err);
	json_array_foreach(object(seen, "marks"), i,
	    item) if ((err = set_box(node, "mark", (int)i, item))) return nerr_pass(err);
	/* Of one that is not taken it does not matter what else could be better. */
	json_array_foreach(object(seen, "refused") ? NULL : object(seen, "warn"), i,
	    item) if ((err = hdf_set_valuef(node, "warn.%d=%s", (int)i,
			   page_word(page, "seen.%s",
			       json_string_value(item))))) return nerr_pass(err);
	return STATUS_OK;
}

/* Does the step ask for it, so that what was read stands there? */
static bool
asked_here(const struct page *page, const struct flow_step *step, const struct field *field)
{
	for (size_t i = 0; step->fields[i]; i++)
		if (step->fields[i] == field)
			return !flow_known(step, field, page->session->draft.body);
	return false;
}

static bool
contradicts(const struct page *page, const char *name, const char *text)
{
	const char *mine = field_answer(object(page->session->draft.body, "answers"), name);

	return *mine && strcmp(mine, text) != 0;
}

/* Where a card says something else than she or the roster: of fields that stand on other steps. */
static NEOERR *
show_differences(struct page *page, const struct flow_step *step, const json_t *seen, HDF *node)
{
	const json_t *answers = object(page->session->draft.body, "answers");
	const char *name;
	json_t *read;
	int n = 0;
	NEOERR *err;

	json_object_foreach(object(seen, "fields"), name, read)
	{
		const struct field *field = field_find(name);
		const char *text = field_answer(read, "text");
		HDF *row;
		char key[32];

		if (field == NULL || asked_here(page, step, field) ||
		    !contradicts(page, name, text) ||
		    strcmp(name, "address") ==
			0) /* where one lives need not stand on the card */
			continue;
		snprintf(key, sizeof key, "differs.%d", n++);
		if ((err = hdf_get_node(node, key, &row)) ||
		    (err = hdf_set_value(row, "name", name)) ||
		    (err = hdf_set_value(row, "label", answer_label(page, step, field))) ||
		    (err = set_words(page, field, field_answer(answers, name), row, "mine")) ||
		    (err = set_words(page, field, text, row, "read")) ||
		    (asked(page, field) && (err = hdf_set_value(row, "adopt", "1"))))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

/* What else was read off a card, to be looked over; *doubtful: not all of it is sure. */
static NEOERR *
show_agreed(struct page *page, const struct flow_step *step, const json_t *seen, HDF *node,
    bool *doubtful)
{
	static const char *const names[] = { "name", "ethnicity", "id_number", "id_valid_from",
		"id_valid_to" };
	NEOERR *err;

	*doubtful = false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct field *field = field_find(names[i]);
		const json_t *read = object(object(seen, "fields"), names[i]);
		const char *text = field_answer(read, "text");
		HDF *row;
		char key[32];

		if (*text == '\0' || asked_here(page, step, field) ||
		    contradicts(page, names[i], text))
			continue;
		*doubtful = *doubtful || !sure(read);
		snprintf(key, sizeof key, "says.%zu", i);
		if ((err = hdf_get_node(node, key, &row)) ||
		    (err = hdf_set_value(row, "label", answer_label(page, step, field))) ||
		    (err = set_words(page, field, text, row, "text")) ||
		    (err = set_doubt(page, field, read, row)))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static NEOERR *
show_card(struct page *page, const struct flow_step *step, const struct field *picture,
    const json_t *seen, HDF *node)
{
	bool doubtful;
	NEOERR *err;

	if ((err = show_differences(page, step, seen, node)) ||
	    (err = show_agreed(page, step, seen, node, &doubtful)))
		return nerr_pass(err);
	if (json_object_size(object(seen, "fields")) > 0 && !hdf_get_obj(node, "says") &&
	    !hdf_get_obj(node, "differs") && (err = hdf_set_value(node, "filled", "1")))
		return nerr_pass(err);
	return doubtful || hdf_get_obj(node, "differs")
		   ? nerr_pass(lead_to(page, step, picture))
		   : STATUS_OK;
}

NEOERR *
picture_show(
    struct page *page, const struct flow_step *step, const struct field *field, HDF *node)
{
	const struct photo_limits *limits = &page->site->settings.photo;
	const json_t *body = page->session->draft.body;
	const json_t *seen = object(object(body, "seen"), field->name);
	const char *refused = field_answer(seen, "refused");
	const char *id = *refused ? field_answer(seen, "photo")
				  : field_answer(object(body, "answers"), field->name);
	NEOERR *err;

	if ((err = hdf_set_int_value(node, "min_bytes", (int)limits->min)) ||
	    (err = hdf_set_int_value(node, "max_bytes", (int)limits->max)) ||
	    (*id && (err = hdf_set_valuef(node, "photo=/photo/%s", id))) || *id == '\0')
		return nerr_pass(err);
	if (*refused && ((err = hdf_set_value(node, "error", refused)) ||
			    (err = hdf_set_value(
				 node, "error_text", page_word(page, "error.%s", refused)))))
		return nerr_pass(err);
	if (can_insist(refused) && (err = hdf_set_value(node, "insist", id)))
		return nerr_pass(err);
	if ((err = show_portrait(page, seen, node)))
		return nerr_pass(err);
	return *refused ? STATUS_OK : nerr_pass(show_card(page, step, field, seen, node));
}
