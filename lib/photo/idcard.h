/*
 * idcard.h - the eight items of a resident identity card (second generation), read off its picture.
 *
 * Front: 姓名 性别 民族 出生 住址 公民身份号码, with a portrait; back: 签发机关 有效期限.  The printed labels are the
 * anchors; where one cannot be read its place is known from the others.
 */
#ifndef SBK_IDCARD_H
#define SBK_IDCARD_H

#include <jansson.h>
#include <ClearSilver.h>

#include "pixels.h"
#include "text.h"
#include "wire.h"

/* Loads the models in that folder. */
NEOERR *idcard_init(const char *models);

/*
 * Adds to facts (an object, photo.h) what the picture says; wanted is the side that it should show.
 *   side    "front" or "back", missing when it is neither
 *   turned  quarter turns clockwise by which it stands away from upright, where it is a side; missing: none
 *   fields  name sex ("1", "2") ethnicity (its name without 族) birth_date address id_number, or
 *           issuer id_valid_from id_valid_to (9999-12-31 for 长期); each folded as its answer would be
 *   refuse  id_none (not an ID card), id_swapped (its other side), id_glare, id_unclear (something
 *           that every card has cannot be read)
 */
NEOERR *idcard_read(const struct pixels *pixels, enum wire_kind wanted, json_t *facts);

/* The same of lines that have been read; without models where pixels is NULL: nothing more is looked for on them. */
NEOERR *idcard_understand(
    const struct text *text, const struct pixels *pixels, enum wire_kind wanted, json_t *facts);

#endif
