/*
 * eligibility_test.c - who may apply, and with which banks.
 */
#include <stdlib.h>
#include <string.h>

#include <apply/eligibility.h>

#include "instance.h"

#define TODAY "2026-11-22"

struct given {
	const char *name;       /* proven; NULL: as on the roster */
	const char *roster;     /* NULL: 王芳 */
	const char *birth_date; /* NULL: 1990-05-12 */
	const char *valid_to;   /* NULL: 2041-06-21 */
	const char *banks;
	int card_generation;
	bool not_found, deceased, live, closed;
};

static struct eligibility
ask(const struct given *given)
{
	struct insured insured = { .found = !given->not_found,
		.deceased = given->deceased,
		.card_generation = given->card_generation };
	struct eligibility_question question = { .insured = &insured,
		.name = given->name ? given->name : "王芳",
		.live_application = given->live,
		.registry_closed = given->closed,
		.today = TODAY };
	struct eligibility result;

	if (given->banks != NULL)
		strcpy(insured.banks, given->banks);
	if (insured.found)
		insured.facts =
		    json_pack("{s:s, s:s, s:s}", "name", given->roster ? given->roster : "王芳",
			"birth_date", given->birth_date ? given->birth_date : "1990-05-12",
			"id_valid_to", given->valid_to ? given->valid_to : "2041-06-21");
	result = eligibility_of(&question);
	json_decref(insured.facts);
	return result;
}

static const struct {
	struct given given;
	const char *answer;
} cases[] = {
	{ { .card_generation = 2 }, "ok" },
	{ { .card_generation = 0 }, "ok" },
	{ { .closed = true }, "registry_closed" },
	{ { .not_found = true }, "not_found" },
	{ { .name = "王方" }, "name_differs" },
	{ { .name = " 王芳 " }, "ok" },
	{ { .name = "阿依古丽.买买提", .roster = "阿依古丽·买买提" }, "ok" },
	{ { .name = "王\xee\xa1\xa3", .roster = "王䶮" }, "ok" },
	{ { .name = "Anna Kowalska", .roster = "ANNA KOWALSKA" }, "ok" },
	{ { .deceased = true }, "deceased" },
	{ { .card_generation = 3 }, "already_holds" },
	{ { .live = true }, "live_application" },
	{ { .valid_to = "2026-11-21" }, "id_expired" },
	{ { .valid_to = TODAY }, "ok" },
	{ { .valid_to = "9999-12-31" }, "ok" },
	{ { .birth_date = "2008-11-23" }, "needs_guardian" },
	{ { .birth_date = "2008-11-22" }, "ok" },
	/* the first rule that speaks decides */
	{ { .closed = true, .not_found = true }, "registry_closed" },
	{ { .name = "王方", .deceased = true }, "name_differs" },
	{ { .deceased = true, .card_generation = 3 }, "deceased" },
	{ { .card_generation = 3, .live = true }, "already_holds" },
	{ { .live = true, .valid_to = "2026-11-21" }, "live_application" },
	{ { .valid_to = "2026-11-21", .birth_date = "2008-11-23" }, "id_expired" },
};

static void
the_first_rule_that_speaks_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct eligibility result = ask(&cases[i].given);

		assert_string_equal(result.answer, cases[i].answer);
	}
}

static void
banks_are_told_only_to_those_who_may_apply(void **state)
{
	struct given given = { .banks = "102 103" };

	(void)state;
	assert_string_equal(ask(&given).banks, "102 103");
	given.deceased = true;
	assert_string_equal(ask(&given).banks, "");
}

static void
without_a_birth_date_the_number_tells_the_age(void **state)
{
	json_t *facts = json_pack("{s:s, s:s, s:s}", "name", "王芳", "id_type", "01",
	    "id_number", "110105201512310023");
	struct insured insured = { .found = true, .facts = facts };
	struct eligibility_question question = {
		.insured = &insured, .name = "王芳", .today = TODAY
	};

	(void)state;
	assert_string_equal(eligibility_of(&question).answer, "needs_guardian");
	json_decref(facts);
}

static void
no_list_of_banks_allows_all(void **state)
{
	(void)state;
	assert_true(eligibility_allows("", "102"));
	assert_true(eligibility_allows(" ", "102"));
	assert_true(eligibility_allows("102", "102"));
	assert_true(eligibility_allows("103  102", "102"));
	assert_false(eligibility_allows("103 104", "102"));
	assert_false(eligibility_allows("1021", "102"));
	assert_false(eligibility_allows("102", "10"));
	assert_false(eligibility_allows("102", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rule_that_speaks_decides),
		cmocka_unit_test(banks_are_told_only_to_those_who_may_apply),
		cmocka_unit_test(without_a_birth_date_the_number_tells_the_age),
		cmocka_unit_test(no_list_of_banks_allows_all),
	};

	return cmocka_run_group_tests_name("eligibility", tests, NULL, NULL);
}
