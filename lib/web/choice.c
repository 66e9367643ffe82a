#include <stdint.h>
#include <stdio.h>

#include "apply/field.h"
#include "base/fail.h"
#include "web/choice.h"

static NEOERR *
add(HDF *words, const char *list, int n, const char *code, const char *name)
{
	const char *own = hdf_get_valuef(words, "Lang.choice.%s.%s", list, code);
	const char *hint = hdf_get_valuef(words, "Lang.choice.%s.%s.hint", list, code);
	NEOERR *err;

	if ((err = hdf_set_valuef(words, "Choice.%s.%d.code=%s", list, n, code)) ||
	    (err = hdf_set_valuef(
		 words, "Choice.%s.%d.label=%s", list, n, own && *own ? own : name)) ||
	    (hint && (err = hdf_set_valuef(words, "Choice.%s.%d.hint=%s", list, n, hint))))
		return nerr_pass(err);
	return STATUS_OK;
}

static NEOERR *
fill(HDF *words, int language, void *context)
{
	const struct dictionary *d = context;
	NEOERR *err;
	int n = 0;

	if ((err = hdf_remove_tree(words, "Choice")))
		return nerr_pass(err);
	for (size_t i = 0; i < fields_count; i++) {
		const char *list = fields[i].codes;
		char first[64];

		snprintf(first, sizeof first, "Choice.%s", list ? list : "");
		if (list == NULL || hdf_get_obj(words, first))
			continue;
		n = 0;
		for (const struct code *c = NULL;
		     (c = dictionary_next_code(d, list, c)) != NULL;)
			if ((err = add(words, list, n++, c->code, c->name[language])))
				return nerr_pass(err);
	}
	n = 0;
	for (const struct bank *b = NULL; (b = dictionary_next_bank(d, b)) != NULL;)
		if ((err = add(words, CHOICE_BANKS, n++, b->code, b->name[language])))
			return nerr_pass(err);
	return STATUS_OK;
}

NEOERR *
choice_fresh(
    struct choice_seen *seen, struct templates *templates, const struct dictionary *dictionary)
{
	struct choice_seen now = { templates_generation(templates),
		dictionary_generation(dictionary) };
	NEOERR *err;

	if (seen->templates == now.templates && seen->dictionary == now.dictionary)
		return STATUS_OK;
	if ((err = templates_each_words(templates, fill, (void *)(uintptr_t)dictionary)))
		return nerr_pass(err);
	*seen = now;
	return STATUS_OK;
}

bool
choice_few(HDF *words, const char *list, int max)
{
	char next[64];

	snprintf(next, sizeof next, "Choice.%s.%d", list, max);
	return hdf_get_obj(words, next) == NULL;
}
