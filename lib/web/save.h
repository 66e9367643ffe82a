/*
 * save.h - what one POST of a step does to the draft, as one transaction that can run again.
 */
#ifndef SBK_SAVE_H
#define SBK_SAVE_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include <ClearSilver.h>

#include "apply/draft.h"
#include "apply/flow.h"
#include "web/page.h"

#define SAVE_ANY_VERSION (-1)

struct save;

/* Runs in the transaction, on the locked draft, before it is saved: may set refusal, or do without the saving. */
typedef NEOERR *save_act(struct save *save, struct db *db, struct draft *draft);

struct save {
	struct page *page;
	const struct flow_step *step;
	int64_t based_on;            /* the draft's version that the form was made from */
	uint8_t form[SEAL_HASH_LEN]; /* keyed hash of what was sent: tells a repeated form */
	json_t *typed;               /* owned: as typed */
	json_t *given; /* owned: field → answer that is good whatever else is not: pictures */
	json_t *seen;  /* owned: field → what was seen on its picture (picture.h) */
	const json_t *values; /* good answers; NULL: keep what was typed instead */
	bool consents;        /* the step's ticks are given */
	bool
	    unsent; /* typed is what the page held when it was left: kept, but neither a change nor a version */
	save_act *act;

	/* what came of it */
	bool stale;          /* the draft has moved on; nothing was saved */
	bool live;           /* because it has been submitted meanwhile */
	bool submitted;      /* the act has taken the draft away */
	const char *refusal; /* key of Lang.eligibility; nothing was saved */
	struct draft draft;  /* as it is now; taken by save_take_draft */
};

/* From the POST's form. FAIL_REQUEST without a version. save_release in any case. */
NEOERR *save_init(struct save *save, struct page *page, const struct flow_step *step);
void save_release(struct save *save);

NEOERR *save_run(struct save *save);

/* Hands the resulting draft over. */
void save_take_draft(struct save *save, struct draft *draft);

#endif
