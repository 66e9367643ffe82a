/*
 * bank_contract_test.c - schema/README.md, which banks program from, says what the program does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apply/application.h>
#include <bank/exchange.h>
#include <bank/message.h>

#include "instance.h"

static char *document;

static char *
read_file(const char *name)
{
	const char *dir;
	char path[4096], *text;
	FILE *file;
	size_t len;

	assert_ok(conf_text(instance_conf, "Schema.Dir", &dir));
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	assert_non_null(file);
	text = calloc(1, 1 << 18);
	len = fread(text, 1, (1 << 18) - 1, file);
	assert_true(len > 0);
	fclose(file);
	return text;
}

static int
begin(void **state)
{
	instance_open(state);
	document = read_file("README.md");
	return 0;
}

static int
end(void **state)
{
	free(document);
	return instance_close(state);
}

/* "| `STATUS` | words | A B C |": its last cell, into out. */
static void
may_follow(const char *status, char out[256])
{
	char row[64];
	const char *at, *last, *eol;

	snprintf(row, sizeof(row), "\n| `%s` | ", status);
	at = strstr(document, row);
	if (at == NULL)
		fail_msg("no row for %s", status);
	eol = strchr(at + 1, '\n');
	last = eol - 2;
	while (*last != '|')
		last--;
	snprintf(out, 256, "%.*s", (int)(eol - 1 - last - 1), last + 1);
}

static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word))
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void
the_documents_moves_are_the_programs_moves(void **state)
{
	static const char *const statuses[] = { "SENT", "RECEIVED", "ACCEPTED", "REJECTED",
		"ACCOUNT_OPENED", "IN_PRODUCTION", "PRODUCED", "AT_BRANCH", "MAILED",
		"DELIVERED", "COLLECTED", "RETURNED", "FAILED" };
	size_t n = sizeof(statuses) / sizeof(statuses[0]);
	char cell[256];

	(void)state;
	for (size_t from = 0; from < n; from++) {
		may_follow(statuses[from], cell);
		for (size_t to = 1; to < n; to++)
			if (has_word(cell, statuses[to]) !=
			    application_may_move(statuses[from], statuses[to]))
				fail_msg("%s to %s", statuses[from], statuses[to]);
	}
}

static void
the_schemas_statuses_are_states_of_the_program(void **state)
{
	char *types = read_file("types.xsd"), *at, name[32];
	char *list = strstr(types, "name=\"Status\"");
	int count = 0;

	(void)state;
	*strstr(list, "</xs:simpleType>") = '\0';
	for (at = strstr(list, "value=\""); at; at = strstr(at + 1, "value=\"")) {
		assert_int_equal(sscanf(at, "value=\"%31[A-Z_]\"", name), 1);
		if (application_state(name) == NULL)
			fail_msg("no state %s", name);
		count++;
	}
	assert_int_equal(count, 12);
	free(types);
}

static void
a_number_that_we_give_is_one_that_the_schema_takes(void **state)
{
	char no[APPLICATION_NO_LEN];

	(void)state;
	assert_ok(application_number(1795000000, no));
	assert_in_range(strlen(no), 8, 20);
	assert_int_equal(strspn(no, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), strlen(no));
}

static void
message_names_are_read_as_the_document_forms_them(void **state)
{
	static const struct {
		const char *id;
		bool good;
	} cases[] = {
		{ "BJSSC-102-20261122-000017", true },
		{ "102-BJSSC-20261122-000005", true },
		{ "102-BJSSC-20261122-123456789", true },
		{ "102-BJSSC-20261122-1234567890", false },
		{ "102-BJSSC-20261122-00005", false },
		{ "102-BJSSC-20261122-0000005", false },
		{ "102-BJSSC-20261122-000000", false },
		{ "102-BJSSC-20260230-000005", false },
		{ "102-BJSSC-2026112-000005", false },
		{ "102-103-20261122-000005", false },
		{ "BJSSC-BJSSC-20261122-000005", false },
		{ "1022-BJSSC-20261122-000005", false },
		{ "102-BJSSC-20261122-00000a", false },
		{ "102-BJSSC-20261122-000005 ", false },
		{ "../BJSSC-20261122-000005", false },
		{ "102-BJSSC", false },
		{ "", false },
	};
	struct message_header header = { .id = "" }, again;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (message_name(&header, cases[i].id) != cases[i].good)
			fail_msg("%s", cases[i].id);
		if (!cases[i].good)
			continue;
		again = header;
		memset(again.id, 0, sizeof(again.id));
		message_identify(&again);
		assert_string_equal(again.id, cases[i].id);
		assert_string_equal(message_bank(&header), "102");
	}
}

/* "| `intl` | AES-256-CTR; key 32 bytes, IV 16 bytes, …" */
static void
the_documents_profiles_are_the_programs_profiles(void **state)
{
	const struct profile *profile = NULL;
	char *manifest = read_file("Manifest.xsd"), text[96];

	(void)state;
	while ((profile = profile_next(profile)) != NULL) {
		snprintf(text, sizeof(text), "\n| `%s` | %s; key %zu bytes, IV %zu bytes,",
		    profile->name, profile->cipher, profile->key_len, profile->iv_len);
		if (strstr(document, text) == NULL)
			fail_msg("not in the document: %s", text + 1);
		snprintf(text, sizeof(text), "`%s.crt`", profile->bureau);
		assert_non_null(strstr(document, text));
		snprintf(text, sizeof(text), "<xs:enumeration value=\"%s\"/>", profile->name);
		assert_non_null(strstr(manifest, text));
		assert_in_range(profile->key_len, 1, ENVELOPE_KEY_LEN);
		assert_int_equal(profile->iv_len, ENVELOPE_IV_LEN);
	}
	free(manifest);
}

static void
every_profile_has_a_bank_that_uses_it(void **state)
{
	const struct exchange exchange = { .conf = instance_conf };
	const struct profile *profile = NULL;

	(void)state;
	while ((profile = profile_next(profile)) != NULL) {
		char bank[EXCHANGE_BANK_LEN] = "";
		bool used = false;

		while (exchange_next_bank(&exchange, bank)) {
			struct envelope *envelope = NULL;

			assert_ok(exchange_envelope(&exchange, bank, &envelope));
			used = used || envelope_profile(envelope) == profile;
			envelope_free(&envelope);
		}
		if (!used)
			fail_msg("no bank of the profile %s", profile->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_documents_moves_are_the_programs_moves),
		cmocka_unit_test(the_schemas_statuses_are_states_of_the_program),
		cmocka_unit_test(a_number_that_we_give_is_one_that_the_schema_takes),
		cmocka_unit_test(message_names_are_read_as_the_document_forms_them),
		cmocka_unit_test(the_documents_profiles_are_the_programs_profiles),
		cmocka_unit_test(every_profile_has_a_bank_that_uses_it),
	};

	return cmocka_run_group_tests_name("bank contract", tests, begin, end);
}
