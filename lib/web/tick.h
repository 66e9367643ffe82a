/*
 * tick.h - the consents of a step, as ticks of its form.
 *
 * A tick sends the version of the text that it stands by (flows_consent_version): one given to another text is none.
 */
#ifndef SBK_TICK_H
#define SBK_TICK_H

#include <stdbool.h>
#include <jansson.h>
#include <ClearSilver.h>

#include "apply/flow.h"
#include "web/page.h"

/* Step.consent.*, and what faults (name → key of Lang.error) says of them. */
NEOERR *tick_show(struct page *page, const struct flow_step *step);
NEOERR *tick_show_faults(struct page *page, const struct flow_step *step, const json_t *faults);

/* Adds "consent_required" to faults for each that the form does not have. */
void tick_check(const struct page *page, const struct flow_step *step, json_t *faults);

/* Has the form all of them? */
bool tick_all(const struct page *page, const struct flow_step *step);

/* Has she agreed to what the step does with what she sends, in this form or before? */
bool tick_agrees(const struct page *page, const struct flow_step *step);

#endif
