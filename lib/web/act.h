/*
 * act.h - what saving a step does besides saving (enum flow_act).
 */
#ifndef SBK_ACT_H
#define SBK_ACT_H

#include "web/save.h"

/* NULL where it only saves. */
save_act *act_of(enum flow_act act);

/* Looks through every step's saved answers once more; *faulty: the first step that is no longer right, or NULL. */
NEOERR *act_recheck(struct page *page, const struct flow_step **faulty);

/* Fills Eligibility.* for the page that says why not. */
NEOERR *act_show_refusal(struct page *page, const char *answer);

#endif
