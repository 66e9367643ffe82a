/*
 * field.h - the dictionary of everything a citizen can be asked.
 *
 * A field's name is its form name, its HDF node, its key in the draft and in the
 * language files.  What a field is stands in one const table; which step shows it
 * stands in conf/flows.hdf.  Input that no table names does not exist.
 */
#ifndef SBK_FIELD_H
#define SBK_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "apply/fold.h"

enum field_kind { FIELD_TEXT, FIELD_CHOICE, FIELD_DATE, FIELD_PHOTO };

/*
 * Pure: NULL when value is good, else a key of Lang.error. value is already folded, not
 * empty, UTF-8.
 */
typedef const char *field_valid(const char *value);

struct field {
	const char *name;
	enum field_kind kind;
	size_t max;         /* code points that may be typed, the page's maxlength: with room
				     for what folding takes out */
	field_valid *valid; /* NULL: the kind's own check suffices */
	folding *fold;      /* into the stored form; NULL: fold_text is enough */
	const char *typed;  /* what htdocs/typed.js calls that folding; NULL: it has none */
	/*
	 * What the page checks as one leaves the field, never more than valid does: an expression
	 * that the whole stored form matches (of HTML and POSIX alike), else this key of Lang.error.
	 */
	const char *pattern, *fault;
	const char *within;     /* the district whose streets it is offered */
	const char *like;       /* the field whose answer is proposed while this has none */
	const char *codes;      /* choice: list in table code; NULL for bank, branch */
	const char *when_field; /* asked only when this field … */
	const char *when_value; /* … has this value; NULL: always */
	const char *opens;     /* blank-separated fields whose answers a changed answer removes;
				     "eligibility": the result of that check */
	const char *inputmode; /* numeric, tel: the keyboard of a phone */
	const char *autocomplete; /* WHATWG autofill token */
};

extern const struct field fields[];
extern const size_t fields_count;

/* NULL when there is no such field. */
const struct field *field_find(const char *name);

/* Is the field asked, given these answers (object of name → string)? */
bool field_asked(const struct field *field, const json_t *answers);

/* The answer's text or "". Borrowed. */
const char *field_answer(const json_t *answers, const char *name);

/*
 * What was typed in its stored form (fold.h), for checking and for comparing. The caller's to
 * free; NULL on lack of memory.
 */
char *field_fold(const struct field *field, const char *typed);

#endif
