#include <stdlib.h>
#include <string.h>

#include "apply/eligibility.h"
#include "apply/valid.h"
#include "apply/words.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/answer.h"
#include "web/picture.h"
#include "web/question.h"

#define CITY "北京"
#define MUNICIPALITY "市"
#define RADIO_MAX 3 /* so few choices are shown side by side */

const char *
question_wrong(const struct field *field, char out[QUESTION_WRONG_LEN])
{
	snprintf(out, QUESTION_WRONG_LEN, "wrong_%s", field->name);
	return out;
}

json_t *
question_typed(const struct flow_step *step, const json_t *body, const struct form *form)
{
	json_t *typed = json_object();
	char key[QUESTION_WRONG_LEN];

	for (size_t i = 0; typed && step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *text = NULL;

		if (flow_known(step, field, body)) {
			if (form_text(form, question_wrong(field, key)))
				json_object_set_new(typed, key, json_string("1"));
			continue;
		}
		if (field->kind != FIELD_PHOTO)
			text = form_text(form, field->name);
		if (text)
			json_object_set_new(typed, field->name, json_string(text));
	}
	return typed;
}

bool
question_check_wrong(const struct flow_step *step, const json_t *typed, json_t *faults)
{
	char key[QUESTION_WRONG_LEN];
	bool any = false;

	for (size_t i = 0; step->fields[i]; i++) {
		if (*field_answer(typed, question_wrong(step->fields[i], key)) == '\0')
			continue;
		json_object_set_new(
		    faults, step->fields[i]->name, json_string("reported_wrong"));
		any = true;
	}
	return any;
}

static const char *
allowed_banks(const struct page *page)
{
	return field_answer(json_object_get(page->session->draft.body, "eligibility"), "banks");
}

/* The next bank that she may choose. */
static const struct bank *
next_bank(const struct page *page, const struct bank *b)
{
	do
		b = dictionary_next_bank(page->site->dictionary, b);
	while (b != NULL && !eligibility_allows(allowed_banks(page), b->code));
	return b;
}

/* The only one; "": there are more. */
static const char *
only_bank(const struct page *page)
{
	const struct bank *first = next_bank(page, NULL);

	return first && next_bank(page, first) == NULL ? first->code : "";
}

static const char *
check_bank(const struct page *page, const char *code)
{
	const struct bank *bank = dictionary_bank(page->site->dictionary, code);

	if (bank == NULL || !bank->open)
		return "choice_unknown";
	return eligibility_allows(allowed_banks(page), code) ? NULL : "bank_not_allowed";
}

static const char *
check_branch(const struct page *page, const char *code, const char *bank)
{
	const struct branch *branch = dictionary_branch(page->site->dictionary, code);

	if (branch == NULL || strcmp(branch->bank, bank) != 0)
		return "choice_unknown";
	return branch->open ? NULL : "branch_closed";
}

static const char *const missing[] = {
	[FIELD_TEXT] = "required",
	[FIELD_CHOICE] = "choice_required",
	[FIELD_DATE] = "required",
	[FIELD_PHOTO] = "photo_required",
};

static const char *
past(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) == 0 ? text + len : text;
}

/* The district that the address begins with; NULL: it names none. */
static const struct code *
named(const struct page *page, const char *address)
{
	const struct dictionary *d = page->site->dictionary;
	const struct code *c = NULL;

	address = past(past(address, CITY), MUNICIPALITY);
	while ((c = dictionary_next_code(d, "district", c)) != NULL &&
	       past(address, c->name[0]) == address)
		;
	return c;
}

/* Does the address name another district than the one it is said to lie in? */
static bool
elsewhere(const struct page *page, const char *address, const char *district)
{
	const struct code *c = named(page, address);

	/* GB/T 2260 leaves 90 to 99 to local use: a zone that lies in several districts. */
	return c && strlen(district) == 6 && district[4] != '9' &&
	       strcmp(c->code, district) != 0;
}

static const char *
check(const struct page *page, const struct field *field, const char *value, const json_t *all)
{
	if (*value == '\0')
		return missing[field->kind];
	if (field->kind == FIELD_CHOICE && field->codes)
		return dictionary_code(page->site->dictionary, field->codes, value)
			   ? NULL
			   : "choice_unknown";
	if (strcmp(field->name, "bank") == 0)
		return check_bank(page, value);
	if (strcmp(field->name, "branch") == 0)
		return check_branch(page, value, field_answer(all, "bank"));
	if (field->within && elsewhere(page, value, field_answer(all, field->within)))
		return "address_district";
	return field->valid ? field->valid(value) : NULL;
}

NEOERR *
question_check(const struct page *page, const struct flow_step *step, const json_t *values,
    const json_t *answers, json_t *faults)
{
	json_t *all = answers ? json_copy((json_t *)(uintptr_t)answers) : json_object();
	json_t *across = json_object();
	char today[CLOCK_DATE_LEN];
	NEOERR *err = STATUS_OK;

	if (all == NULL || across == NULL ||
	    (values && json_object_update(all, (json_t *)(uintptr_t)values) != 0)) {
		err = nerr_raise(NERR_NOMEM, "question_check");
		goto out;
	}
	for (size_t i = 0; step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *fault;

		/* What the picture workers said of a picture counts, not that it is missing. */
		if (json_object_get(faults, field->name) == NULL && field_asked(field, all) &&
		    (fault = check(page, field, field_answer(all, field->name), all)) != NULL)
			json_object_set_new(faults, field->name, json_string(fault));
	}
	clock_date(clock_now(), today);
	valid_across(all, today, across);
	for (size_t i = 0; step->fields[i]; i++) {
		json_t *fault = json_object_get(across, step->fields[i]->name);

		if (fault && !json_object_get(faults, step->fields[i]->name))
			json_object_set(faults, step->fields[i]->name, fault);
	}
out:
	json_decref(all);
	json_decref(across);
	return err;
}

struct options {
	HDF *node; /* Field.<name>.option */
	int count;
};

static NEOERR *
option(struct options *o, const char *code, const char *label, const char *group)
{
	HDF *node;
	char n[12];
	NEOERR *err;

	snprintf(n, sizeof n, "%d", o->count++);
	if ((err = hdf_get_node(o->node, n, &node)) ||
	    (err = hdf_set_value(node, "code", code)) ||
	    (err = hdf_set_value(node, "label", label)) ||
	    (group && (err = hdf_set_value(node, "group", group))))
		return nerr_pass(err);
	return STATUS_OK;
}

static NEOERR *
bank_options(const struct page *page, struct options *o)
{
	NEOERR *err;

	for (const struct bank *b = NULL; (b = next_bank(page, b)) != NULL;)
		if ((err = option(o, b->code, b->name[page->language], NULL)))
			return nerr_pass(err);
	return STATUS_OK;
}

/* The citizen's own district first, the others behind it, each under its name. */
static NEOERR *
branch_options(
    const struct page *page, const char *bank, const char *district, struct options *o)
{
	const struct dictionary *d = page->site->dictionary;
	NEOERR *err;

	for (int own = 1; own >= 0; own--)
		for (const struct branch *b = NULL;
		     (b = dictionary_next_branch(d, bank, b)) != NULL;) {
			const struct code *area = dictionary_code(d, "district", b->district);

			if ((strcmp(b->district, district) == 0) == own &&
			    (err = option(o, b->code, b->name[page->language],
				 area ? area->name[page->language] : "")))
				return nerr_pass(err);
		}
	return STATUS_OK;
}

static const char *const kind_names[] = {
	[FIELD_TEXT] = "text",
	[FIELD_CHOICE] = "choice",
	[FIELD_DATE] = "date",
	[FIELD_PHOTO] = "photo",
};

/* Where the chosen branch is. */
static NEOERR *
show_branch(const struct page *page, const char *code, HDF *node)
{
	const struct branch *branch = dictionary_branch(page->site->dictionary, code);
	NEOERR *err;

	if (branch == NULL)
		return STATUS_OK;
	if ((err = hdf_set_value(node, "place.address", branch->address)) ||
	    (err = hdf_set_value(node, "place.hours", branch->hours[page->language])))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(node, "place.phone", branch->phone));
}

/* Whole lists stand in the words; only what depends on the person is made for the page. */
static NEOERR *
show_choice(struct page *page, const struct field *field, const json_t *shown, HDF *node)
{
	struct options o = { .count = 0 };
	const bool bank = strcmp(field->name, "bank") == 0;
	const char *list = field->codes                           ? field->codes
			   : bank && *allowed_banks(page) == '\0' ? CHOICE_BANKS
								  : NULL;
	NEOERR *err;

	if (list) {
		if (field->codes && choice_few(page->words, list, RADIO_MAX) &&
		    (err = hdf_set_value(node, "kind", "radio")))
			return nerr_pass(err);
		return nerr_pass(hdf_set_value(node, "list", list));
	}
	if ((err = hdf_get_node(node, "option", &o.node)))
		return nerr_pass(err);
	if (bank)
		return nerr_pass(bank_options(page, &o));
	if ((err = show_branch(page, field_answer(shown, "branch"), node)))
		return nerr_pass(err);
	return nerr_pass(branch_options(
	    page, field_answer(shown, "bank"), field_answer(shown, "district"), &o));
}

/* Read back: in words, with a tick to say that it is wrong. */
static NEOERR *
show_known(struct page *page, const struct field *field, const json_t *shown, HDF *node)
{
	char words[256], key[QUESTION_WRONG_LEN];
	NEOERR *err;

	answer_words(page, field, shown, words, sizeof words);
	if ((err = hdf_set_value(node, "known", "1")) ||
	    (err = hdf_set_value(node, "text", words)))
		return nerr_pass(err);
	return *field_answer(shown, question_wrong(field, key))
		   ? nerr_pass(hdf_set_value(node, "wrong", "1"))
		   : STATUS_OK;
}

NEOERR *
question_checks(struct page *page, const struct field *field, HDF *node)
{
	NEOERR *err;

	if ((field->typed && (err = hdf_set_value(node, "typed", field->typed))) ||
	    (field->pattern && (err = hdf_set_value(node, "pattern", field->pattern))) ||
	    (field->fault && (err = hdf_set_value(
				  node, "fault", page_word(page, "error.%s", field->fault)))))
		return nerr_pass(err);
	return STATUS_OK;
}

static const char *
hint_of(const struct page *page, const struct field *field)
{
	return strcmp(field->name, "bank") == 0 && *only_bank(page)
		   ? page_word(page, "hint.only_bank")
		   : page_word(page, "hint.%s", field->name);
}

/* Is what stands there to begin with, in words of her own, the roster's? */
static bool
is_registered(const struct page *page, const struct field *field)
{
	const json_t *found = json_object_get(page->session->draft.body, "eligibility");

	return field->kind == FIELD_TEXT &&
	       words_have(field_answer(found, "known"), field->name);
}

static NEOERR *
show_field(struct page *page, const struct flow_step *step, const struct field *field,
    const json_t *shown, const char *fault)
{
	HDF *node;
	const char *value = field_answer(shown, field->name);
	NEOERR *err;

	/* As it is typed, whatever the language. */
	if (field->kind == FIELD_DATE && strcmp(value, FOLD_FOREVER) == 0)
		value = page_word(page, "long_term_typed");
	if ((err = hdf_get_node(page->hdf, "Field", &node)) ||
	    (err = hdf_get_node(node, field->name, &node)) ||
	    (err = hdf_set_value(node, "name", field->name)) ||
	    (err = hdf_set_value(node, "kind", kind_names[field->kind])) ||
	    (err = hdf_set_value(node, "label", answer_label(page, step, field))) ||
	    (err = hdf_set_value(node, "hint", hint_of(page, field))) ||
	    (err = hdf_set_value(node, "required", "1")) ||
	    (field->when_value && (err = hdf_set_value(node, "group", field->when_value))) ||
	    (err = hdf_set_value(node, "asked", field_asked(field, shown) ? "1" : "0")) ||
	    (err = hdf_set_int_value(node, "max", (int)field->max)) ||
	    (err = question_checks(page, field, node)) ||
	    (field->within && (err = hdf_set_value(node, "within", field->within))) ||
	    (is_registered(page, field) && (err = hdf_set_value(node, "registered", "1"))) ||
	    (err = hdf_set_value(
		 node, "inputmode", field->inputmode ? field->inputmode : "")) ||
	    (err = hdf_set_value(
		 node, "autocomplete", field->autocomplete ? field->autocomplete : "")))
		return nerr_pass(err);
	if (flow_known(step, field, page->session->draft.body))
		err = show_known(page, field, shown, node);
	else if (field->kind == FIELD_PHOTO)
		err = picture_show(page, step, field, node);
	else if ((err = hdf_set_value(node, "value", value)) == STATUS_OK &&
		 (err = picture_show_read(page, step, field, field_answer(shown, field->name),
		      node)) == STATUS_OK &&
		 field->kind == FIELD_CHOICE)
		err = show_choice(page, field, shown, node);
	if (err == STATUS_OK && fault)
		err = hdf_set_value(node, "error", fault);
	if (err == STATUS_OK && fault)
		err = hdf_set_value(node, "error_text", page_word(page, "error.%s", fault));
	return nerr_pass(err);
}

NEOERR *
question_fault(struct page *page, const char *name, const char *label, const char *fault)
{
	HDF *faults = hdf_get_obj(page->hdf, "Faults");
	int n = 0;
	NEOERR *err;

	for (HDF *f = faults ? hdf_obj_child(faults) : NULL; f; f = hdf_obj_next(f))
		n++;
	if ((err = hdf_set_valuef(page->hdf, "Faults.%d.field=%s", n, name)) ||
	    (err = hdf_set_valuef(page->hdf, "Faults.%d.label=%s", n, label)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_valuef(
	    page->hdf, "Faults.%d.text=%s", n, page_word(page, "error.%s", fault)));
}

NEOERR *
question_refuse(struct page *page, const char *name, const char *label, const char *fault)
{
	NEOERR *err;

	if ((err = hdf_set_valuef(page->hdf, "Field.%s.error=%s", name, fault)) ||
	    (err = hdf_set_valuef(page->hdf, "Field.%s.error_text=%s", name,
		 page_word(page, "error.%s", fault))))
		return nerr_pass(err);
	return nerr_pass(question_fault(page, name, label, fault));
}

/* The district that an address names which lies in this field's. */
static const char *
district_of(const struct page *page, const char *name, const json_t *shown)
{
	const struct code *c = NULL;

	for (size_t i = 0; c == NULL && i < fields_count; i++)
		if (fields[i].within && strcmp(fields[i].within, name) == 0)
			c = named(page, field_answer(shown, fields[i].name));
	return c ? c->code : "";
}

/* What most likely is the answer to what she has said nothing of; "": nobody knows. */
static const char *
likely(const struct page *page, const struct field *field, const json_t *answers,
    const json_t *shown)
{
	const char *like = field->like ? field_answer(answers, field->like) : "";

	if (*like)
		return like;
	if (strcmp(field->name, "bank") == 0)
		return only_bank(page);
	return field->codes && strcmp(field->codes, "district") == 0
		   ? district_of(page, field->name, shown)
		   : "";
}

static void
propose(
    const struct page *page, const struct flow_step *step, const json_t *answers, json_t *shown)
{
	for (size_t i = 0; step->fields[i]; i++) {
		const char *name = step->fields[i]->name;
		const char *text = json_object_get(shown, name)
				       ? ""
				       : likely(page, step->fields[i], answers, shown);

		if (*text)
			json_object_set_new(shown, name, json_string(text));
	}
}

NEOERR *
question_show(struct page *page, const struct flow_step *step, const json_t *typed,
    const json_t *answers, const json_t *faults)
{
	json_t *shown = answers ? json_copy((json_t *)(uintptr_t)answers) : json_object();
	NEOERR *err = STATUS_OK;

	if (shown == NULL ||
	    (typed && json_object_update(shown, (json_t *)(uintptr_t)typed) != 0))
		err = nerr_raise(NERR_NOMEM, "question_show");
	if (err == STATUS_OK)
		propose(page, step, answers, shown);
	for (size_t i = 0; err == STATUS_OK && step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *fault = json_string_value(json_object_get(faults, field->name));

		err = show_field(page, step, field, shown, fault);
		if (err == STATUS_OK && fault)
			err = question_fault(
			    page, field->name, answer_label(page, step, field), fault);
	}
	json_decref(shown);
	return nerr_pass(err);
}
