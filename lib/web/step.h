/*
 * step.h - the one request line of every step of an application.
 *
 * GET shows: 200, or 303 to where the citizen has to be first.  POST saves:
 *   303 to the next step; 422 with the page again, what was typed and what is wrong; 409 when the
 *   draft has been changed elsewhere, with what was typed; 303 to the login when the session has ended, the
 *   typed values kept for afterwards.
 * Buttons: name=keep keeps what was typed as it is and shows the page again (value: a display
 * setting, "phone": on to where a phone takes the pictures, "unsent": the page has been left, so 204 and no new version
 * (htdocs/unsent.js), or nothing); name=intent is "next", "submit" (asks once more) or "confirm" (submits).
 */
#ifndef SBK_STEP_H
#define SBK_STEP_H

#include <ClearSilver.h>

#include "apply/flow.h"
#include "web/page.h"

/* The whole program of a step: its name is its URL, template and row in conf/flows.hdf. */
int step_main(void);

/* The two halves of it, for a step that is in no flow (cgi-bin/correct.c). */
NEOERR *step_show(struct page *page, const struct flow_step *step);
NEOERR *step_take(struct page *page, const struct flow_step *step);

#endif
