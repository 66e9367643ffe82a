/*
 * conf_test.c - a configuration is whole, or the start is refused and says why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/conf.h"
#include "base/fail.h"

static char folder[] = "/tmp/conf_test.XXXXXX";
static char path[64], other[64];

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
make_folder(void **state)
{
	(void)state;
	assert_int_equal(fail_init(), STATUS_OK);
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/sbk.hdf", folder);
	snprintf(other, sizeof(other), "%s/rest.hdf", folder);
	assert_int_equal(setenv("SBK_CONF", path, 1), 0);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(folder);
}

/* FAIL_CONFIG, and its text names what is wanted and not what is unwanted. */
static void
assert_refused(NEOERR *err, const char *wanted, const char *unwanted)
{
	STRING text;

	assert_ptr_not_equal(err, STATUS_OK);
	assert_true(nerr_match(err, FAIL_CONFIG));
	string_init(&text);
	nerr_error_string(err, &text);
	assert_non_null(strstr(text.buf, wanted));
	assert_non_null(strstr(text.buf, path));
	if (unwanted != NULL)
		assert_null(strstr(text.buf, unwanted));
	string_clear(&text);
	nerr_ignore(&err);
}

static void
values_are_found_also_in_an_included_file_beside_it(void **state)
{
	const char *text = NULL;
	HDF *conf = NULL;
	long number = 0;

	(void)state;
	write_file(path, "Db.Name = sbk\n#include \"rest.hdf\"\n");
	write_file(other, "Web {\n  Tries = 7\n  Low = -3\n}\n");
	assert_ptr_equal(conf_load(&conf), STATUS_OK);
	assert_ptr_equal(conf_text(conf, "Db.Name", &text), STATUS_OK);
	assert_string_equal(text, "sbk");
	assert_ptr_equal(conf_int(conf, "Web.Tries", 1, 7, &number), STATUS_OK);
	assert_int_equal(number, 7);
	assert_ptr_equal(conf_int(conf, "Web.Low", -3, 7, &number), STATUS_OK);
	assert_int_equal(number, -3);
	assert_null(hdf_get_obj(conf, "hdf"));
	hdf_destroy(&conf);
}

static void
a_missing_or_empty_key_is_named(void **state)
{
	const char *text = "untouched";
	HDF *conf = NULL;

	(void)state;
	write_file(path, "Db.Name =\n");
	assert_ptr_equal(conf_load(&conf), STATUS_OK);
	assert_refused(conf_text(conf, "Db.Name", &text), "Db.Name", NULL);
	assert_refused(conf_text(conf, "Db.User", &text), "Db.User", NULL);
	assert_string_equal(text, "untouched");
	hdf_destroy(&conf);
}

static void
a_number_is_whole_and_in_its_range(void **state)
{
	static const char *const bad[] = { "0", "11", "5x", "x5", "5.0", "0x5", "+5", "--5",
		"-", "5 5", "99999999999999999999" };
	char line[64];
	long number = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		HDF *conf = NULL;

		snprintf(line, sizeof(line), "Db.Tries = %s\n", bad[i]);
		write_file(path, line);
		assert_ptr_equal(conf_load(&conf), STATUS_OK);
		assert_refused(conf_int(conf, "Db.Tries", 1, 10, &number), "Db.Tries", NULL);
		assert_int_equal(number, 77);
		hdf_destroy(&conf);
	}
}

static void
a_missing_file_is_named(void **state)
{
	HDF *conf = NULL;

	(void)state;
	unlink(path);
	assert_refused(conf_load(&conf), path, NULL);
	assert_null(conf);
	write_file(path, "#include \"rest.hdf\"\n");
	unlink(other);
	assert_refused(conf_load(&conf), "rest.hdf", NULL);
	assert_null(conf);
}

static void
a_garbled_line_is_named_but_not_quoted(void **state)
{
	HDF *conf = NULL;

	(void)state;
	write_file(path, "Db.Name = sbk\nDb {\n  Password secret\n}\n");
	assert_refused(conf_load(&conf), ":3]", "secret");
	assert_null(conf);
	write_file(path, "Db {\n} secret\n");
	assert_refused(conf_load(&conf), ":2]", "secret");
	assert_null(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found_also_in_an_included_file_beside_it),
		cmocka_unit_test(a_missing_or_empty_key_is_named),
		cmocka_unit_test(a_number_is_whole_and_in_its_range),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(a_garbled_line_is_named_but_not_quoted),
	};

	return cmocka_run_group_tests_name("conf", tests, make_folder, remove_folder);
}
