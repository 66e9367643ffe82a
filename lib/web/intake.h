/*
 * intake.h - what pictures bring into the form of a step: those that came, were insisted on, or are believed.
 */
#ifndef SBK_INTAKE_H
#define SBK_INTAKE_H

#include <stdbool.h>
#include <jansson.h>
#include <ClearSilver.h>

#include "apply/flow.h"
#include "web/page.h"
#include "web/save.h"

/*
 * Every file that came is looked at (picture_take), unless she has not agreed to that; every picture that was refused
 * is a fault still, unless it is replaced or insisted on.  To save->given, save->seen and faults. *came: there was a
 * file.
 */
NEOERR *intake_pictures(struct page *page, const struct flow_step *step, struct save *save,
    json_t *faults, bool *came);

/* What a picture says takes the place of what she said, where she asked for that (picture_adopted). */
void intake_adopt(struct page *page, const struct flow_step *step, struct save *save);

#endif
