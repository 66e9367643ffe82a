/*
 * photo.h - pictures as the rest of the house sees them: ask the picture workers, keep, show.
 *
 * Whatever a stranger uploads is decoded only by lib/photo/worker.c, a confined program behind
 * the Unix socket Photo.Socket.  One connection a picture: the asker sends a header and the
 * bytes, gets back facts and the normalised JPEG.  A worker that dies costs one picture.
 */
#ifndef SBK_PHOTO_H
#define SBK_PHOTO_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "apply/draft.h"
#include "base/bytes.h"
#include "base/db.h"
#include "base/seal.h"

struct photo_limits { /* from conf Photo.*, read once */
	const char *socket;
	long min, max; /* bytes of the upload */
	long pixels;   /* of the picture as sent */
	long edge_min; /* pixels of its shorter edge */
	long portrait_width, portrait_height;
	long portrait_min, portrait_max; /* bytes, where the quality can do it */
	long side_max;                   /* longer edge of an ID card's side */
	long face_min;                   /* bytes of the upload of a face */
	long face_max;                   /* longer edge of a face */
	long timeout;                    /* seconds */
};

struct photo {
	const char *fault; /* NULL, or a key of Lang.error: photo_too_small, photo_too_large,
			      photo_type, photo_pixels, photo_unreadable, photo_busy */
	struct bytes jpeg; /* normalised; owned; empty when there is a fault */
	int width, height;
	json_t *facts; /* owned; NULL when there is a fault */
};

/*
 * facts, an object of what was seen on the picture; each may be missing:
 *   refuse, warn   arrays of keys of Lang.seen, the gravest first: rules that failed
 *   marks          array of [left, top, width, height] in pixels of the JPEG: where
 *   fields         of an ID card's side: { field: { text, doubt } }, text folded as an answer is, doubt
 *                  an array of the positions (code points) of characters that are not sure
 */

NEOERR *photo_limits_init(struct photo_limits *limits, HDF *conf);

/*
 * kind: "portrait", "id_front", "id_back", "face".  Workers away or too slow: fault photo_busy, no
 * error.  FAIL_UNAVAILABLE when their answer makes no sense.
 */
NEOERR *photo_normalise(const struct photo_limits *limits, const char *kind, const void *data,
    size_t len, struct photo *photo);
void photo_release(struct photo *photo);

/* Stores the sealed JPEG for its owner, in or outside a transaction; id is made here. */
NEOERR *photo_store(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const char *kind, const struct photo *photo, uint8_t id[SEAL_ID_LEN]);

/* The owner's own picture; *found false for unknown ids and for those of others. */
NEOERR *photo_load(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const uint8_t id[SEAL_ID_LEN], bool *found, struct bytes *jpeg);

#endif
