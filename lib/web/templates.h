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

/* Appends the page to out. Variables come from hdf first, then from the language. */
NEOERR *templates_render(
    struct templates *t, const char *name, int language, HDF *hdf, STRING *out);

/* The language's tree; borrowed. */
HDF *templates_language(const struct templates *t, int language);

/* "/static/<hash of all static files>/"; borrowed. */
const char *templates_static(const struct templates *t);

#endif
