/*
 * choice.h - code lists and banks as templates read them: Choice.<list>.<n>.{code, label, hint} in every
 * tree of words, made when the dictionaries or the words have been read anew, not per request.
 *
 * A channel may call a code by its own words: Lang.choice.<list>.<code> (and .hint).
 */
#ifndef SBK_CHOICE_H
#define SBK_CHOICE_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "apply/dictionary.h"
#include "web/templates.h"

#define CHOICE_BANKS "bank" /* the list of the open banks */

/* Fills all trees, if not done since the generations of templates and dictionary last grew; *seen remembers. */
struct choice_seen {
	unsigned templates, dictionary;
};
NEOERR *choice_fresh(
    struct choice_seen *seen, struct templates *templates, const struct dictionary *dictionary);

/* At most max choices in the list? */
bool choice_few(HDF *words, const char *list, int max);

#endif
