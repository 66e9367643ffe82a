/*
 * sealed.h - a JSON object as one sealed column.
 */
#ifndef SBK_SEALED_H
#define SBK_SEALED_H

#include <ClearSilver.h>
#include <jansson.h>

#include "base/seal.h"

/* where and row as for seal_close; out is the caller's (bytes_release). */
NEOERR *sealed_close(const struct seal *seal, const char *where, const void *row,
    size_t row_len, const json_t *object, struct bytes *out);

/*
 * FAIL_CRYPTO when it does not open or holds no object; *object is the caller's
 * (json_decref).
 */
NEOERR *sealed_open(const struct seal *seal, const char *where, const void *row, size_t row_len,
    const void *sealed, size_t len, json_t **object);

#endif
