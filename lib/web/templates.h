/*
 * templates.h - templates parsed once, languages loaded once, static files named by content.
 */
#ifndef SBK_TEMPLATES_H
#define SBK_TEMPLATES_H

#include <ClearSilver.h>

#define TEMPLATES_LANGUAGES 2

extern const char *const templates_languages[TEMPLATES_LANGUAGES]; /* "zh-CN", "en" */

struct templates;

/* Reads Templates.Dir (with lang/), Templates.Watch (1: look for changed files at each page) and Htdocs.Dir. */
NEOERR *templates_init(struct templates **t, HDF *conf);
void templates_free(struct templates **t);

/*
 * The words of a language as a channel says them: the tree of its file with the words under
 * Lang.channel.<channel> laid over the general ones, and, for the page's frame,
 *   Asset.<name>                       paths of static files, under the hash of all of them
 *   Display.<n>.{set, group, value, label, lang}   see display.h
 *   Choice.<list>.<n>.{code, label, hint}          see choice.h
 * Borrowed; lives until templates_render finds changed files.
 */
HDF *templates_words(const struct templates *t, int language, const char *channel);

/* Calls each for every tree of words. */
NEOERR *templates_each_words(struct templates *t,
    NEOERR *(*each)(HDF *words, int language, void *context), void *context);

/* Grows when the trees have been read anew. */
unsigned templates_generation(const struct templates *t);

/* In development (Templates.Watch): reads again what has changed. Before templates_words. */
NEOERR *templates_fresh(struct templates *t);

/* Appends the page to out. Variables come from hdf first, then from words. */
NEOERR *templates_render(
    struct templates *t, const char *name, HDF *words, HDF *hdf, STRING *out);

#endif
