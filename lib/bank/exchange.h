/*
 * exchange.h - what every job of the exchange works with, and the jobs' way to tell how it goes.
 */
#ifndef SBK_EXCHANGE_H
#define SBK_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "base/log.h"
#include "base/seal.h"
#include "bank/document.h"
#include "bank/envelope.h"
#include "bank/fault.h"
#include "bank/folder.h"
#include "bank/lease.h"

#define EXCHANGE_BANK_LEN 4

struct exchange {
	struct db *db;
	struct db *ahead; /* a second connection, for records read while others are written */
	struct seal *seal;
	struct schemas *schemas;
	HDF *conf;              /* borrowed */
	const char *dir, *keys; /* borrowed from conf */
	long records_per_file, lease_seconds, batch_records, file_max;
	bool
	    past_gaps; /* import goes on although a SeqNo is missing: an operator has said so */
	bool dry_run;  /* no file is moved or written; the caller rolls back (db_rehearse) */
	int64_t alarms; /* "error" lines told so far */
	/* Where lines go; log_line unless a test listens. */
	void (*tell)(
	    const char *level, const char *event, const struct log_item *items, size_t n);
};

/* Reads Exchange.Dir, Exchange.Keys, Schema.Dir and the limits, opens database and seal. conf outlives it. */
NEOERR *exchange_init(struct exchange *exchange, HDF *conf);
void exchange_release(struct exchange *exchange);

/* Only the schemas: enough to check a file (no database, no seal). */
NEOERR *exchange_init_check(struct exchange *exchange, HDF *conf);

/* The banks of conf (Bank.<code>.profile), in its order: "" to begin; false at the end. */
bool exchange_next_bank(const struct exchange *exchange, char bank[EXCHANGE_BANK_LEN]);

/* The bureau's side of the envelope with a bank. FAIL_CONFIG when conf has no such bank. */
NEOERR *exchange_envelope(
    const struct exchange *exchange, const char *bank, struct envelope **envelope);

/* One bank under work: its lease, folder and envelope. */
struct desk {
	struct exchange *exchange;
	const char *bank; /* borrowed */
	struct lease lease;
	struct folder folder;
	struct envelope *envelope;
};

/* *busy: somebody else has the lease "job/bank", as has been told; then there is no desk. */
NEOERR *desk_init(struct desk *desk, struct exchange *exchange, const char *job,
    const char *bank, bool *busy);
void desk_release(struct desk *desk);

/* One line: level "info", "warn" or "error" (an alarm); msg_id and fault may be NULL; number < 0: none. */
void exchange_tell(struct exchange *exchange, const char *level, const char *event,
    const char *bank, const char *msg_id, const struct fault *fault, int64_t number);

#endif
