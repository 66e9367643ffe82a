/*
 * eligibility.c - may this person apply: rules in order, the first that speaks decides.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/eligibility.h"
#include "apply/field.h"
#include "apply/valid.h"
#include "apply/words.h"
#include "base/clock.h"

typedef bool predicate(const struct eligibility_question *question);

static bool
registry_closed(const struct eligibility_question *question)
{
	return question->registry_closed;
}

static bool
not_found(const struct eligibility_question *question)
{
	return !question->insured->found;
}

/*
 * As folded, and without regard to the case of Latin letters; what cannot be compared
 * differs.
 */
static bool
name_differs(const struct eligibility_question *question)
{
	const struct field *field = field_find("name");
	char *given = field_fold(field, question->name);
	char *known = field_fold(field, field_answer(question->insured->facts, "name"));
	bool same = given != NULL && known != NULL && strcasecmp(given, known) == 0;

	free(given);
	free(known);
	return !same;
}

static bool
deceased(const struct eligibility_question *question)
{
	return question->insured->deceased;
}

static bool
already_holds(const struct eligibility_question *question)
{
	return question->insured->card_generation >= 3;
}

static bool
live_application(const struct eligibility_question *question)
{
	return question->live_application;
}

/* Dates of this form compare as text. */
static bool
id_expired(const struct eligibility_question *question)
{
	const char *to = field_answer(question->insured->facts, "id_valid_to");

	return *to != '\0' && strcmp(to, question->today) < 0;
}

static bool
needs_guardian(const struct eligibility_question *question)
{
	const json_t *facts = question->insured->facts;
	const char *born = field_answer(facts, "birth_date");
	char sex, birth[CLOCK_DATE_LEN];

	if (*born == '\0' && valid_id_facts(field_answer(facts, "id_type"),
				 field_answer(facts, "id_number"), &sex, birth))
		born = birth;
	return valid_date(born) == NULL && clock_age(born, question->today) < VALID_ADULT_AGE;
}

static const struct rule {
	const char *key;
	predicate *speaks;
} rules[] = {
	{ "registry_closed", registry_closed },
	{ "not_found", not_found },
	{ "name_differs", name_differs },
	{ "deceased", deceased },
	{ "already_holds", already_holds },
	{ "live_application", live_application },
	{ "id_expired", id_expired },
	{ "needs_guardian", needs_guardian },
};

struct eligibility
eligibility_of(const struct eligibility_question *question)
{
	struct eligibility result = { .answer = "ok" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].speaks(question)) {
			result.answer = rules[i].key;
			return result;
		}
	}
	snprintf(result.banks, sizeof(result.banks), "%s", question->insured->banks);
	return result;
}

bool
eligibility_allows(const char *banks, const char *bank)
{
	return banks[strspn(banks, " ")] == '\0' || words_have(banks, bank);
}
