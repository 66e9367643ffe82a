/*
 * field_test.c - the table of fields agrees with itself; what people type is folded.
 */
#include <locale.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <apply/field.h>
#include <apply/utf8.h>
#include <apply/words.h>

static void
no_two_fields_have_one_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		assert_true(strlen(fields[i].name) < WORDS_MAX);
		assert_ptr_equal(field_find(fields[i].name), &fields[i]);
	}
	assert_null(field_find("status"));
	assert_null(field_find(""));
}

static void
every_field_opens_only_fields_that_come_later(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		const char *opens = fields[i].opens != NULL ? fields[i].opens : "";
		char name[WORDS_MAX];

		while (words_next(&opens, name)) {
			if (strcmp(name, "eligibility") != 0)
				assert_true(field_find(name) > &fields[i]);
		}
	}
}

static void
a_condition_names_an_earlier_choice_that_opens_the_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		const struct field *decides;

		if (fields[i].when_field == NULL)
			continue;
		decides = field_find(fields[i].when_field);
		assert_non_null(decides);
		assert_true(decides < &fields[i]);
		assert_int_equal(decides->kind, FIELD_CHOICE);
		assert_non_null(fields[i].when_value);
		assert_true(words_have(decides->opens, fields[i].name));
	}
}

static void
every_choice_but_bank_and_branch_has_a_code_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		bool listed = fields[i].codes != NULL;
		bool bank = strcmp(fields[i].name, "bank") == 0 ||
			    strcmp(fields[i].name, "branch") == 0;

		assert_int_equal(listed, fields[i].kind == FIELD_CHOICE && !bank);
		if (fields[i].kind == FIELD_TEXT || fields[i].kind == FIELD_DATE) {
			assert_non_null(fields[i].valid);
			assert_true(fields[i].max > 0);
		}
	}
}

static void
mail_fields_are_asked_only_of_those_who_want_mail(void **state)
{
	json_t *answers = json_object();

	(void)state;
	assert_false(field_asked(field_find("mail_name"), answers));
	assert_true(field_asked(field_find("address"), answers));
	json_object_set_new(answers, "delivery", json_string("branch"));
	assert_false(field_asked(field_find("mail_postcode"), answers));
	json_object_set_new(answers, "delivery", json_string("mail"));
	assert_true(field_asked(field_find("mail_postcode"), answers));
	json_decref(answers);
}

static void
what_is_missing_or_no_text_reads_as_empty(void **state)
{
	json_t *answers = json_pack("{s:i}", "name", 7);

	(void)state;
	assert_string_equal(field_answer(answers, "name"), "");
	assert_string_equal(field_answer(answers, "phone"), "");
	assert_string_equal(field_answer(NULL, "phone"), "");
	json_decref(answers);
}

/* [field, as typed, as stored, key of Lang.error or ""]; tests/browser/typed.test.mjs reads it too. */
#define TYPED "tests/unit/typed.json"

static void
each_typed(void (*look)(
    const struct field *field, const char *typed, const char *stored, const char *fault))
{
	json_error_t error;
	json_t *rows = json_load_file(TYPED, 0, &error), *row;
	size_t i;

	if (rows == NULL)
		fail_msg("%s: %s", TYPED, error.text);
	json_array_foreach(rows, i, row)
	{
		const char *name, *typed, *stored, *fault;

		assert_int_equal(
		    json_unpack(row, "[s, s, s, s]", &name, &typed, &stored, &fault), 0);
		look(field_find(name), typed, stored, fault);
	}
	json_decref(rows);
}

static void
look_folded(const struct field *field, const char *typed, const char *stored, const char *fault)
{
	char *once = field_fold(field, typed);
	char *twice = field_fold(field, once);
	const char *found = field->valid != NULL ? field->valid(once) : NULL;

	assert_string_equal(once, stored);
	assert_string_equal(twice, once);
	if (*stored != '\0')
		assert_string_equal(found != NULL ? found : "", fault);
	free(once);
	free(twice);
}

static void
what_people_type_is_folded_into_one_form(void **state)
{
	(void)state;
	each_typed(look_folded);
}

static bool
keeps_pattern(const struct field *field, const char *stored)
{
	char whole[128];
	regex_t pattern;
	bool keeps;

	snprintf(whole, sizeof(whole), "^(%s)$", field->pattern);
	assert_int_equal(regcomp(&pattern, whole, REG_EXTENDED | REG_NOSUB), 0);
	keeps = regexec(&pattern, stored, 0, NULL, 0) == 0;
	regfree(&pattern);
	return keeps;
}

static void
look_checked(
    const struct field *field, const char *typed, const char *stored, const char *fault)
{
	(void)typed;
	if (field->pattern == NULL || *stored == '\0')
		return;
	if (!keeps_pattern(field, stored))
		assert_string_equal(fault, field->fault);
	else if (strcmp(fault, field->fault) == 0) /* what no expression can say */
		assert_true(field->kind == FIELD_DATE || strcmp(field->typed, "id") == 0);
}

static void
the_pages_pattern_refuses_only_what_is_refused_here_and_in_the_same_words(void **state)
{
	(void)state;
	each_typed(look_checked);
}

static void
bytes_that_are_no_text_do_no_harm(void **state)
{
	static const char *const bad[] = { "\xff\xff\xff", "\xe7\x8e", "王\xf0", "\xc0\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80王" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (size_t j = 0; j < fields_count; j++) {
			char *folded = field_fold(&fields[j], bad[i]);

			assert_non_null(folded);
			if (fields[j].kind == FIELD_TEXT)
				assert_non_null(fields[j].valid(folded));
			free(folded);
		}
	}
}

static void
code_points_are_read_as_they_were_written(void **state)
{
	(void)state;
	for (uint32_t point = 1; point < 0x110000; point++) {
		char text[UTF8_MAX + 1];
		const char *at = text;

		if (point == 0xD800)
			point = 0xE000;
		*utf8_put(text, point) = '\0';
		assert_int_equal(utf8_next(&at), point);
		assert_int_equal(*at, '\0');
	}
	assert_int_equal(utf8_length("a·王𠮷"), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_fields_have_one_name),
		cmocka_unit_test(every_field_opens_only_fields_that_come_later),
		cmocka_unit_test(a_condition_names_an_earlier_choice_that_opens_the_field),
		cmocka_unit_test(every_choice_but_bank_and_branch_has_a_code_list),
		cmocka_unit_test(mail_fields_are_asked_only_of_those_who_want_mail),
		cmocka_unit_test(what_is_missing_or_no_text_reads_as_empty),
		cmocka_unit_test(what_people_type_is_folded_into_one_form),
		cmocka_unit_test(
		    the_pages_pattern_refuses_only_what_is_refused_here_and_in_the_same_words),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
		cmocka_unit_test(code_points_are_read_as_they_were_written),
	};

	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8")); /* regcomp counts characters */
	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
