/*
 * eligibility.h - may this person apply, and with which banks: a pure table of rules.
 */
#ifndef SBK_ELIGIBILITY_H
#define SBK_ELIGIBILITY_H

#include <stdbool.h>

#include "apply/person.h"

struct eligibility_question {
	const struct insured *insured; /* from the roster; found may be false */
	const char *name;              /* the applicant's proven name */
	bool live_application;
	bool registry_closed; /* the upstream registry does not answer now (Registry.Closed) */
	const char *today;    /* Beijing date */
};

struct eligibility {
	const char *answer; /* "ok", or a key of Lang.eligibility: registry_closed, not_found,
			       name_differs, deceased, already_holds, live_application,
			       id_expired, needs_guardian */
	char banks[81];     /* allowed, blank-separated; "" = all */
};

/* The first rule that speaks decides. */
struct eligibility eligibility_of(const struct eligibility_question *question);

/* Is bank among the blank-separated banks ("" = all)? */
bool eligibility_allows(const char *banks, const char *bank);

#endif
