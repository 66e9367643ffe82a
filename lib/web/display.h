/*
 * display.h - the ways a page can be shown: large type, dark, high contrast, language.
 *
 * Chosen on the server, so they work without scripts; remembered in the cookie "view".
 */
#ifndef SBK_DISPLAY_H
#define SBK_DISPLAY_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "web/request.h"

enum { DISPLAY_MODE, DISPLAY_THEME, DISPLAY_CONTRAST, DISPLAY_LANG, DISPLAY_SETS };

struct display {
	int choice[DISPLAY_SETS]; /* index into the set's values */
};

/* From the cookie; what is unknown there is the usual. */
void display_read(struct display *display, const struct request *request);

/* "mode=care" and the like; false when there is no such set or value. */
bool display_choose(struct display *display, const char *setting);

NEOERR *display_cookie(const struct display *display, struct request *request);

/* Page.mode, .theme, .contrast, .lang. */
NEOERR *display_fill(const struct display *display, HDF *hdf);

/* Display.<n>.{set ("mode=care"), group ("mode"), value, label, lang} in a tree of words. */
NEOERR *display_words(HDF *words);

/* Setting that a GET's query asks for, "mode=care" into out; false when none. */
bool display_asked(const struct form *query, char *out, size_t size);

#endif
