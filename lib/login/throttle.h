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

#define THROTTLE_RATES 4

/* Several windows at once: the short ones slow down, the long ones lock. */
struct throttle_rates {
	struct throttle_rate {
		long limit;  /* attempts … */
		long window; /* … within so many seconds */
	} of[THROTTLE_RATES];
	size_t count;
};

/* "5/60 10/900" at key of the configuration. FAIL_CONFIG when missing or senseless. */
NEOERR *throttle_rates_init(struct throttle_rates *rates, HDF *conf, const char *key);

/*
 * Counts one attempt of rule ("login_account", …) on subject (an address, an index) and says whether
 * it is within all rates.  *wait: seconds until the next one would be, 0 when it was allowed.
 */
NEOERR *throttle_hit(struct db *db, const struct seal *seal, const char *rule,
    const void *subject, size_t len, const struct throttle_rates *rates, bool *allowed,
    int64_t *wait);

/* Forgets the attempts: after success. */
NEOERR *throttle_clear(struct db *db, const struct seal *seal, const char *rule,
    const void *subject, size_t len, const struct throttle_rates *rates);

#endif
