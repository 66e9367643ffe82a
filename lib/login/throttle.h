/*
 * throttle.h - how often may something be tried: counters in the database, over all workers and nodes.
 */
#ifndef SBK_THROTTLE_H
#define SBK_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

/*
 * Counts one attempt of rule ("login_account", …) on subject (an address, an index) and says whether
 * it is within limit per window seconds.  *wait: seconds until the counter starts anew.
 */
NEOERR *throttle_hit(struct db *db, const struct seal *seal, const char *rule,
    const void *subject, size_t len, long limit, long window, bool *allowed, int64_t *wait);

/* Forgets the attempts: after success. */
NEOERR *throttle_clear(
    struct db *db, const struct seal *seal, const char *rule, const void *subject, size_t len);

#endif
