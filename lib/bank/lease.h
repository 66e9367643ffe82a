/*
 * lease.h - one job at a time for one name, over all machines: a row in the database.
 *
 * Whoever takes the lease raises its fence; whoever lost it (paused, cut off) is refused at the
 * next lease_renew, which stands in every transaction of the job and before every file is published.
 * A holder that was killed is recognised on the machine where it ran; elsewhere its lease must run out.
 */
#ifndef SBK_LEASE_H
#define SBK_LEASE_H

#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"

#define LEASE_HOLDER_LEN 97

struct lease {
	char name[41];
	char holder[LEASE_HOLDER_LEN];
	int64_t fence; /* 0: not held */
	long seconds;
	int64_t renewed; /* monotonic seconds */
};

/* *held_by is "" when the lease is ours now, else who has it. */
NEOERR *lease_take(struct lease *lease, struct db *db, const char *name, long seconds,
    char held_by[LEASE_HOLDER_LEN]);
/* In or outside a transaction; last in one, so that others wait least. FAIL_FORBIDDEN when lost. */
NEOERR *lease_renew(struct lease *lease, struct db *db);
/* lease_renew when a third of the time has gone, else nothing. */
NEOERR *lease_keep(struct lease *lease, struct db *db);
NEOERR *lease_release(struct lease *lease, struct db *db);

#endif
