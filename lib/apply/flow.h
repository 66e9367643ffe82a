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

/* What saving a step does besides saving (lib/web/act.c): act in the flow's row. */
enum flow_act { FLOW_SAVE, FLOW_ELIGIBILITY, FLOW_SUBMIT };

struct flow_step {
	const char *name;
	const struct flows *flows; /* holds the versions of its consents */
	const struct field *fields[FLOW_MAX_FIELDS + 1]; /* NULL-terminated */
	const char *consents[FLOW_MAX_CONSENTS + 1];     /* NULL-terminated */
	enum flow_act act;
	bool receipt;
	bool takes_files;
};

struct flow {
	const char *channel;
	const char *entry, *hall, *login; /* paths */
	struct flow_step steps[FLOW_MAX_STEPS];
	size_t count;
};

/* Reads Flows.File of conf. FAIL_CONFIG names what is wrong (unknown field, no step, …). */
NEOERR *flows_init(struct flows **flows, HDF *conf);
void flows_free(struct flows **flows);

/* NULL when there is no such channel. Borrowed. */
const struct flow *flows_channel(const struct flows *flows, const char *channel);

/*
 * The version of the text in force of Lang.consent.<key>; NULL when there is no such consent.
 * Borrowed.
 */
const char *flows_consent_version(const struct flows *flows, const char *key);

/* The step's place, or -1. */
int flow_find(const struct flow *flow, const char *step);

/*
 * Everything the step asks is answered and still valid, its consents given to the texts in
 * force, its act passed?  body is a draft's.  A receipt, and the step that submits, never
 * are: what is submitted has no draft.
 */
bool flow_step_done(const struct flow_step *step, const json_t *body, const char *today);

/* The first step that is not done (never past the step before the receipt): where to resume. */
size_t flow_first_open(const struct flow *flow, const json_t *body, const char *today);

#endif
