/*
 * parcel.h - the three files of one message as they came, opened in the one safe order: signature,
 * manifest, digests over the whole encrypted file, key, and only then a byte of the content.
 */
#ifndef SBK_PARCEL_H
#define SBK_PARCEL_H

#include <ClearSilver.h>

#include "bank/document.h"
#include "bank/envelope.h"
#include "bank/fault.h"
#include "bank/manifest.h"
#include "bank/message.h"
#include "bank/reader.h"

/* In the order in which they are written: with the last, the signature, the message is complete. */
enum { PARCEL_DATA, PARCEL_MANIFEST, PARCEL_SIGNATURE, PARCEL_FILES };
extern const char *const parcel_endings[PARCEL_FILES];

struct parcel {
	struct manifest manifest;
	const struct message_type *type;
	int fd;           /* a copy of the encrypted file that nobody else can write to */
	struct bytes key; /* empty until parcel_unlock */
};

#define PARCEL_INIT      \
	{                \
		.fd = -1 \
	}

/*
 * id's files in dir, verified (fault F01, F02, F03, F06, F07, F12, F14, S01, S02, S03, S05 if they are
 * not good; then the parcel is empty).  The encrypted file may be the sender's, who may still hold it open: what
 * is verified is a nameless copy in scratch.  max: bytes of the encrypted file.
 */
NEOERR *parcel_init(struct parcel *parcel, int dir, int scratch, const char *id,
    struct envelope *envelope, const struct schemas *schemas, int64_t max, struct fault *fault);
/* Opens the sealed key. fault S04. */
NEOERR *parcel_unlock(struct parcel *parcel, struct envelope *envelope, struct fault *fault);
void parcel_release(struct parcel *parcel);

/* One walk over the content of an unlocked parcel; parcel and fault are borrowed. */
struct parcel_walk {
	struct cipher_file *file;
	struct reader *reader;
	const struct parcel *parcel;
	struct fault *fault;
};

NEOERR *parcel_walk_init(struct parcel_walk *walk, const struct parcel *parcel,
    struct envelope *envelope, const struct schemas *schemas, struct fault *fault);
/* As reader_next; also fault F07, F08 where header and manifest differ. */
NEOERR *parcel_walk_next(struct parcel_walk *walk, bool *more);
void parcel_walk_release(struct parcel_walk *walk);

#endif
