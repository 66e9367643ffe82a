/*
 * field_test.c - the table of fields agrees with itself; what people type is folded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static const struct {
	const char *field, *typed, *stored;
} foldings[] = {
	{ "name", "  王芳\t", "王芳" },
	{ "name", "\xe3\x80\x80王芳\xe3\x80\x80", "王芳" }, /* U+3000 */
	{ "name", "阿依古丽•买买提", "阿依古丽·买买提" },
	{ "name", "阿依古丽．买买提", "阿依古丽·买买提" },
	{ "name", "阿依古丽.买买提", "阿依古丽·买买提" },
	{ "name", "阿依古丽・买买提", "阿依古丽·买买提" },
	{ "name", "阿依古丽‧买买提", "阿依古丽·买买提" },
	{ "name", "阿依古丽·买买提", "阿依古丽·买买提" },
	{ "name", "ＡＮＮＡ　ＫＯＷＡＬＳＫＡ", "ANNA KOWALSKA" },
	{ "name", "ANNA   KOWALSKA", "ANNA KOWALSKA" },
	{ "name", "JEAN–MARTIN", "JEAN-MARTIN" },
	{ "name", "J. Smith", "J. Smith" },
	{ "name", "𠮷田䶮", "𠮷田䶮" },
	{ "name", "王\xee\xa1\xa3", "王䶮" }, /* U+E863 */
	{ "name", "\xee\xa0\x96", "𠂇" },     /* U+E816, longer in UTF-8 than before */
	{ "name", "王\xef\xbf\xb0", "王\xef\xbf\xb0" },     /* what we do not know stays */
	{ "name", "王\xe2\x80\x8b芳\xef\xbb\xbf", "王芳" }, /* zero width */
	{ "name", "   ", "" },
	{ "name", "", "" },
	{ "id_number", "11010519491231002x", "11010519491231002X" },
	{ "id_number", " 110105 19491231 002X ", "11010519491231002X" },
	{ "id_number", "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X" },
	{ "id_number", "h12345678", "H12345678" },
	{ "phone", "138 0013 8000", "13800138000" },
	{ "phone", "138-0013-8000", "13800138000" },
	{ "phone", "+86 138 0013 8000", "13800138000" },
	{ "phone", "0086-13800138000", "13800138000" },
	{ "phone", "8613800138000", "13800138000" },
	{ "phone", "＋８６１３８００１３８０００", "13800138000" },
	{ "phone", "86138", "86138" },
	{ "mail_phone", "138 0013 8000", "13800138000" },
	{ "mail_postcode", "１００ ０２０", "100020" },
	{ "id_valid_from", "20260131", "2026-01-31" },
	{ "id_valid_from", "2026-1-31", "2026-01-31" },
	{ "id_valid_from", "2026年1月31日", "2026-01-31" },
	{ "id_valid_from", "2026 年 1 月 31 日", "2026-01-31" },
	{ "id_valid_from", "2026/1/31", "2026-01-31" },
	{ "id_valid_from", "2026.01.31", "2026-01-31" },
	{ "id_valid_from", "２０２６．０１．３１", "2026-01-31" },
	{ "id_valid_from", "2026－01－31", "2026-01-31" },
	{ "id_valid_from", " 2026-01-31 ", "2026-01-31" },
	{ "id_valid_to", "长期", "9999-12-31" },
	{ "id_valid_to", "長期", "9999-12-31" },
	{ "id_valid_to", "1-2-2026", "1-2-2026" },
	{ "id_valid_to", "31", "31" },
	{ "id_valid_to", "202601", "202601" },
	{ "id_valid_to", "2026131", "2026131" },
	{ "id_valid_to", "202601311", "202601311" },
	{ "id_valid_to", "99999999999999999999", "99999999999999999999" },
	{ "id_valid_to", "2026-01-31-05", "2026-01-31-05" },
	{ "id_valid_to", "soon", "soon" },
	{ "address", " 朝阳门外大街1号 ", "朝阳门外大街1号" },
	{ "district", " 110105 ", "110105" },
};

static void
what_people_type_is_folded_into_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(foldings) / sizeof(foldings[0]); i++) {
		char *once = field_fold(field_find(foldings[i].field), foldings[i].typed);
		char *twice = field_fold(field_find(foldings[i].field), once);

		assert_string_equal(once, foldings[i].stored);
		assert_string_equal(twice, once);
		free(once);
		free(twice);
	}
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
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
		cmocka_unit_test(code_points_are_read_as_they_were_written),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
