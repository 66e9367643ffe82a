/*
 * reader_test.c - foreign XML in memory: what gets through the parser, byte by byte.
 */
#include <sys/resource.h>
#include <time.h>

#include <bank/reader.h>

#include "instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct schemas *schemas;

/* One good report of two entries; 1 is where the header's count stands. */
static const char good[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ProductionStatusReport xmlns=\"urn:bjssc:exchange:1\"><Header>"
    "<MsgId>102-BJSSC-20261122-000006</MsgId><MsgType>ProductionStatusReport</MsgType>"
    "<SchemaVersion>1.0</SchemaVersion><From>102</From><To>BJSSC</To>"
    "<BusinessDate>2026-11-22</BusinessDate>"
    "<CreationTime>2026-11-22T23:30:00+08:00</CreationTime><SeqNo>6</SeqNo>"
    "<PossibleDuplicate>false</PossibleDuplicate>"
    "<OriginalMsgId>BJSSC-102-20261122-000017</OriginalMsgId>"
    "<NumberOfRecords>1</NumberOfRecords>"
    "<ControlDigest>6be9c97ad0c83fab20ab2ef6efd65aef5bb1fbc9cba2f82b7f9ac76a0bfa3f8c"
    "</ControlDigest><Part>1</Part><LastInBusinessDate>true</LastInBusinessDate></Header>"
    "<Totals><Total><Status>ACCEPTED</Status><Number>1</Number></Total></Totals>"
    "<Entry><RecordNo>1</RecordNo><ApplicationNo>BJ261122K7M4QX2PC</ApplicationNo>"
    "<Attempt>1</Attempt><Status>ACCEPTED</Status>"
    "<StatusTime>2026-11-22T23:10:00+08:00</StatusTime></Entry></ProductionStatusReport>";

struct text {
	const char *at;
	size_t len;
	size_t step; /* bytes given at a time */
};

static ssize_t
read_text(void *from, void *buf, size_t len)
{
	struct text *text = from;
	size_t n = len < text->len ? len : text->len;

	if (text->step && n > text->step)
		n = text->step;
	memcpy(buf, text->at, n);
	text->at += n;
	text->len -= n;
	return (ssize_t)n;
}

static struct fault
judge(const char *data, size_t len, size_t step)
{
	struct text text = { data, len, step };
	struct document_source source = { read_text, &text };
	struct fault fault = { .code = "" };
	struct reader *reader = NULL;
	bool more = true;

	assert_ok(reader_init(
	    &reader, schemas, message_type("ProductionStatusReport"), &source, &fault));
	while (more)
		assert_ok(reader_next(reader, &more));
	reader_free(&reader);
	return fault;
}

static char *
control_right(void)
{
	struct message_control *control = NULL;
	char digest[MESSAGE_DIGEST_LEN], *text = strdup(good);

	assert_ok(message_control_init(&control));
	assert_ok(message_control_add(control, "BJ261122K7M4QX2PC"));
	assert_ok(message_control_finish(control, digest));
	message_control_free(&control);
	memcpy(strstr(text, "<ControlDigest>") + 15, digest, 64);
	return text;
}

static void
a_good_message_is_good_in_pieces_of_any_size(void **state)
{
	char *text = control_right();

	(void)state;
	for (size_t step = 1; step < 600; step += step < 16 ? 1 : 37)
		assert_string_equal(judge(text, strlen(text), step).code, "");
	free(text);
}

static void
cut_off_anywhere_it_is_not(void **state)
{
	char *text = control_right();

	(void)state;
	for (size_t cut = 0; cut < strlen(text); cut++)
		if (!fault_is((struct fault[]) { judge(text, cut, 0) }))
			fail_msg("good with %zu bytes", cut);
	free(text);
}

static void
a_fault_is_told_with_its_line_and_element_and_no_value(void **state)
{
	char *text = control_right(), *status = strstr(strstr(text, "<Entry>"), "ACCEPTED");
	struct fault fault;

	(void)state;
	memcpy(status, "SECRET  ", 8);
	fault = judge(text, strlen(text), 0);
	assert_string_equal(fault.code, "F05");
	assert_int_equal(fault.line, 2);
	assert_string_equal(fault.path, "/ProductionStatusReport/Entry/Status");
	free(text);
}

static void
a_fault_in_the_first_bytes_has_its_place_too(void **state)
{
	char *text = control_right();
	struct fault fault;

	(void)state;
	memcpy(strstr(text, "<From>102") + 6, "abc", 3);
	fault = judge(text, strlen(text), 0);
	assert_string_equal(fault.code, "F05");
	assert_string_equal(fault.path, "/ProductionStatusReport/Header/From");
	free(text);
}

static void
names_that_are_not_ours_are_not_repeated(void **state)
{
	static const char stranger[] = "<?xml "
				       "version=\"1.0\"?>\n<Wang.Fang_11010519491231002X><b/></"
				       "Wang.Fang_11010519491231002X>";
	struct fault fault = judge(stranger, sizeof(stranger) - 1, 0);

	(void)state;
	assert_string_equal(fault.code, "F05");
	assert_string_equal(fault.path, "/?");
}

static long
peak_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* name, and what is repeated between begin and end */
static void
bombs_are_refused_soon_and_in_little_memory(void **state)
{
	static const struct {
		const char *begin, *again, *end;
		size_t times;
		const char *code;
	} bombs[] = {
		{ "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
		  "\"&a;&a;&a;&a;&a;"
		  "&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d "
		  "\"&c;&c;&c;&c;"
		  "&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY "
		  "f \"&e;&e;&e;"
		  "&e;&e;&e;&e;&e;&e;&e;\">]><a>",
		    "&f;", "</a>", 1000, "F06" },
		{ "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"", "a",
		    "\">]><a>&a;&a;&a;</a>", 100000, "F06" },
		{ "<?xml version=\"1.0\"?>", "<a>", "", 300000, NULL },
		{ "<?xml version=\"1.0\"?><a b=\"", "x", "\"/>", 12000000, NULL },
		{ "<?xml version=\"1.0\"?><a>", "x", "</a>", 12000000, NULL },
		{ "<?xml version=\"1.0\"?><a ", " b='1'", "/>", 100000, NULL },
		{ "<?xml version=\"1.0\"?>", "<!-- - -->", "", 100000, NULL },
		{ "<?xml version=\"1.0\"?><", "n", "/>", 1000000, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		size_t b = strlen(bombs[i].begin), a = strlen(bombs[i].again),
		       e = strlen(bombs[i].end);
		size_t len = b + a * bombs[i].times + e;
		char *text = malloc(len);
		struct timespec begin, end;
		struct fault fault;
		long before, ms;

		memcpy(text, bombs[i].begin, b);
		for (size_t n = 0; n < bombs[i].times; n++)
			memcpy(text + b + n * a, bombs[i].again, a);
		memcpy(text + b + a * bombs[i].times, bombs[i].end, e);
		before = peak_kb();
		clock_gettime(CLOCK_MONOTONIC, &begin);
		fault = judge(text, len, 0);
		clock_gettime(CLOCK_MONOTONIC, &end);
		ms = (end.tv_sec - begin.tv_sec) * 1000 +
		     (end.tv_nsec - begin.tv_nsec) / 1000000;
		free(text);
		if (!fault_is(&fault) ||
		    (bombs[i].code && strcmp(fault.code, bombs[i].code) != 0))
			fail_msg("bomb %zu: %s", i, fault.code);
		if (ms > 1000)
			fail_msg("bomb %zu took %ld ms", i, ms);
		if (peak_kb() - before > 100 * 1024)
			fail_msg("bomb %zu took %ld KB", i, peak_kb() - before);
	}
}

static int
open_schemas(void **state)
{
	const char *dir;

	instance_open(state);
	assert_ok(conf_text(instance_conf, "Schema.Dir", &dir));
	assert_ok(schemas_init(&schemas, dir));
	return 0;
}

static int
close_schemas(void **state)
{
	schemas_free(&schemas);
	return instance_close(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_message_is_good_in_pieces_of_any_size),
		cmocka_unit_test(cut_off_anywhere_it_is_not),
		cmocka_unit_test(a_fault_is_told_with_its_line_and_element_and_no_value),
		cmocka_unit_test(a_fault_in_the_first_bytes_has_its_place_too),
		cmocka_unit_test(names_that_are_not_ours_are_not_repeated),
		cmocka_unit_test(bombs_are_refused_soon_and_in_little_memory),
	};

	return cmocka_run_group_tests_name("reader", tests, open_schemas, close_schemas);
}
