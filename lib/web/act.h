/*
 * act.h - what saving a step does besides saving (enum flow_act).
 */
#ifndef SBK_ACT_H
#define SBK_ACT_H

#include "web/save.h"

/* NULL where it only saves. */
save_act *act_of(enum flow_act act);

/* Records which of the fields that the roster knows the citizen says are wrong. */
save_act act_report_wrong;

/* Looks through every step's saved answers once more; *faulty: the first step that is no longer right, or NULL. */
NEOERR *act_recheck(struct page *page, const struct flow_step **faulty);

/* Fills Eligibility.*: may she apply, and if not, why and what to do. */
NEOERR *act_show_answer(struct page *page, const char *answer);

#endif
