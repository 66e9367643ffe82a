/*
 * act.h - what saving a step does besides saving: conf/flows.hdf names it, this table knows it.
 */
#ifndef SBK_ACT_H
#define SBK_ACT_H

#include "web/save.h"

/* NULL for NULL. Names are checked when the flows are read. */
save_act *act_find(const char *name);

/* Looks through every step's saved answers once more; *faulty: the first step that is no longer right, or NULL. */
NEOERR *act_recheck(struct page *page, const struct flow_step **faulty);

/* Fills Eligibility.* for the page that says why not. */
NEOERR *act_show_refusal(struct page *page, const char *answer);

#endif
