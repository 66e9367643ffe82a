/*
 * flow.h - the channels and their steps, read from conf/flows.hdf at start.
 *
 * Order plus a condition: next, previous, "step 2 of 6", may this step be opened yet,
 * where to resume are all one walk over the same array.
 */
#ifndef SBK_FLOW_H
#define SBK_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "apply/field.h"

#define FLOW_MAX_STEPS 12
#define FLOW_MAX_FIELDS 24
#define FLOW_MAX_CONSENTS 4

struct flows;

/* What saving a step does besides saving (lib/web/act.c): act in the flow's row; a correction is in no flow. */
enum flow_act { FLOW_SAVE, FLOW_ELIGIBILITY, FLOW_SUBMIT, FLOW_CORRECT };

struct flow_step {
	const char *name;
	const struct flows *flows; /* holds the versions of its consents */
	const struct field *fields[FLOW_MAX_FIELDS + 1]; /* NULL-terminated */
	const char *consents[FLOW_MAX_CONSENTS + 1];     /* NULL-terminated */
	const char
	    *known; /* words: fields that are read back instead of asked, where the roster
			      has said what they are (flow_known) */
	enum flow_act act;
	bool result; /* saved, it shows what came of it; the way on is a link */
	bool asks;   /* before submitting it asks once more */
	bool receipt;
	bool takes_files;
};

struct flow {
	const char *channel;
	const char
	    *entry; /* where the channel begins; all that is its own lies below: "/web/" */
	const char *hall;  /* where a citizen who has logged in goes on */
	bool greets;       /* the hall is shown to strangers too, and leads them to the login */
	const char *login; /* the login; its ways lie below: "/login", "/login/qr" */
	const char *ways;  /* words: how one may log in, in the order of the tabs */
	const char
	    *scan; /* below it a phone confirms this channel's QR codes; NULL: no such login */
	struct flow_step steps[FLOW_MAX_STEPS];
	size_t count;
};

/* Reads Flows.File of conf. FAIL_CONFIG names what is wrong (unknown field, no step, …). */
NEOERR *flows_init(struct flows **flows, HDF *conf);
void flows_free(struct flows **flows);

/* NULL when there is no such channel. Borrowed. */
const struct flow *flows_channel(const struct flows *flows, const char *channel);

/* The n-th channel, or NULL. Borrowed. */
const struct flow *flows_each(const struct flows *flows, size_t n);

/* The channel that the path names (below its entry, its login or one of its ways), or NULL. Borrowed. */
const struct flow *flows_at(const struct flows *flows, const char *path);

/*
 * The version of the text in force of Lang.consent.<key>; NULL when there is no such consent.
 * Borrowed.
 */
const char *flows_consent_version(const struct flows *flows, const char *key);

/* Has she agreed to the text in force?  body is a draft's. */
bool flows_consented(const struct flows *flows, const char *key, const json_t *body);

/* The step's place, or -1. */
int flow_find(const struct flow *flow, const char *step);

/* Does the roster know this field of the step, so that it is read back only?  body is a draft's. */
bool flow_known(const struct flow_step *step, const struct field *field, const json_t *body);

/* Are its consents given, to the texts in force?  body is a draft's. */
bool flow_consented(const struct flow_step *step, const json_t *body);

/*
 * Everything the step asks is answered and still valid, its consents given to the texts in
 * force, its act passed?  body is a draft's.  A receipt, and the step that submits, never
 * are: what is submitted has no draft.
 */
bool flow_step_done(const struct flow_step *step, const json_t *body, const char *today);

/* The first step that is not done (never past the step before the receipt): where to resume. */
size_t flow_first_open(const struct flow *flow, const json_t *body, const char *today);

#endif
