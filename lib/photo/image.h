/*
 * image.h - a stranger's bytes become a small clean JPEG, or a fault.
 *
 * JPEG, PNG, WebP and HEIC, told by their first bytes, go in.  Out comes baseline JPEG: 24-bit
 * sRGB, upright, no metadata, transparency on white.  A portrait is cut around the face to the
 * card's 358:441, scaled to exactly that, 350 dpi (社会保障卡制证用数字相片技术要求); an ID card's
 * side, turned as it is read, and a face that is only looked at, are scaled down so that the longer edge fits.
 * What was seen on it (portrait.h, idcard.h) goes beside it as facts.
 *
 * Only confined processes call image_normalise: it hands the bytes to libvips.
 */
#ifndef SBK_IMAGE_H
#define SBK_IMAGE_H

#include <stddef.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "base/bytes.h"
#include "photo.h"
#include "portrait.h"
#include "wire.h"

/* What pictures have to be like, from the configuration. */
struct image_rules {
	struct photo_limits limits;
	struct portrait_rules portrait;
};

struct image {
	struct bytes jpeg; /* owned */
	int width, height;
	json_t *facts; /* owned; an object, empty where nothing is looked for */
};

/*
 * Loads all code that a picture may need, and the models in that folder; switches off all loaders but the
 * four.  Makes no thread, so that fork(2) afterwards is safe; image_normalise does make some.
 */
NEOERR *image_init(const char *models);
void image_end(void);

/* WIRE_FINE and *image, or what is wrong with the picture and *image untouched. */
enum wire_fault image_normalise(const struct image_rules *rules, enum wire_kind kind,
    const void *data, size_t len, struct image *image);
void image_release(struct image *image);

#endif
