/*
 * manifest.h - the small signed file beside every encrypted one.
 */
#ifndef SBK_MANIFEST_H
#define SBK_MANIFEST_H

#include <ClearSilver.h>

#include "base/bytes.h"
#include "bank/cipher_file.h"
#include "bank/document.h"
#include "bank/envelope.h"
#include "bank/fault.h"
#include "bank/message.h"

#define MANIFEST_MAX 65536 /* bytes */

struct manifest {
	struct message_header header; /* as far as the manifest names it */
	char file[48];
	struct cipher_file_sums sums;
	char profile[8];
	uint8_t iv[ENVELOPE_IV_LEN];
	struct bytes sealed; /* the file's key for the receiver; owned */
};

/* The same manifest gives the same bytes. out is the caller's. */
NEOERR *manifest_write(const struct manifest *manifest, struct bytes *out);

/* fault F02 when it does not validate, F06, or F07 when it is not id's. */
NEOERR *manifest_read(struct manifest *manifest, const struct schemas *schemas, const char *id,
    const void *data, size_t len, struct fault *fault);
void manifest_release(struct manifest *manifest);

#endif
