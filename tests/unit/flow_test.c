/*
 * flow_test.c - flows are read whole or not at all; a step is done when nothing is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apply/flow.h>

#include "instance.h"

#define TODAY "2026-11-22"

/* Reads flows out of text, by way of a file. */
static NEOERR *
read_text(const char *text, struct flows **flows)
{
	char path[] = "/tmp/flow_test.XXXXXX";
	int fd = mkstemp(path);
	HDF *conf = NULL;
	NEOERR *err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_ok(hdf_init(&conf));
	assert_ok(hdf_set_value(conf, "Flows.File", path));
	err = flows_init(flows, conf);
	hdf_destroy(&conf);
	unlink(path);
	return err;
}

#define CONSENT "Consent.rules.version = 7\n"
#define CHANNEL(steps)                                                                        \
	CONSENT "Channel.x {\nentry = /x/\nhall = /x/\nlogin = /login\nways = account\nstep " \
		"{\n" steps "}\n}"                                                            \
		"\n"
#define STEP(n, body) #n " {\nname = s" #n "\n" body "\n}\n"
#define LAST(a, b) STEP(a, "act = submit") STEP(b, "receipt = 1")

/* What is wrong, and what is said about it. */
static const struct {
	const char *text, *said;
} wrong[] = {
	{ "", "no channel" },
	{ CONSENT, "no channel" },
	{ CHANNEL(""), "no steps" },
	{ CHANNEL(STEP(0, "act = submit")), "end a flow" },
	{ CHANNEL(STEP(0, "fields = name") STEP(1, "receipt = 1")), "end a flow" },
	{ CHANNEL(STEP(0, "act = submit") LAST(1, 2)), "end a flow" },
	{ CHANNEL(LAST(0, 1) STEP(2, "fields = name")), "end a flow" },
	{ CHANNEL(STEP(0, "fields = name shoe_size") LAST(1, 2)), "no field shoe_size" },
	{ CHANNEL(STEP(0, "consents = all") LAST(1, 2)), "no consent all" },
	{ CHANNEL(STEP(0, "act = dance") LAST(1, 2)), "no act dance" },
	{ CHANNEL(STEP(0, "field = name") LAST(1, 2)), "no such key: field" },
	{ CHANNEL(STEP(0, "fields = name") STEP(1, "fields = name") LAST(2, 3)),
	    "s1: field name" },
	{ CHANNEL(STEP(0, "fields = mail_name delivery") LAST(1, 2)),
	    "mail_name before delivery" },
	{ CHANNEL("0 {\nfields = name\n}\n" LAST(1, 2)), "step 0 has no name" },
	{ CHANNEL("0 {\nname = s1\n}\n" LAST(1, 2)), "step 1 has no name, another's" },
	{ CHANNEL(STEP(0, "fields = name") LAST(2, 3)), "is not 1" },
	{ CHANNEL(STEP(0, "") STEP(1, "") STEP(2, "") STEP(3, "") STEP(4, "") STEP(5, "")
		  STEP(6, "") STEP(7, "") STEP(8, "") STEP(9, "") STEP(10, "") LAST(11, 12)),
	    "too many steps" },
	{ CHANNEL(STEP(0, "consents = rules rules rules rules rules") LAST(1, 2)), "too many" },
	{ "Consent.a = 1\n" CHANNEL(LAST(0, 1)), "consent a has no version" },
	{ "Chanel.x = 1\n" CHANNEL(LAST(0, 1)), "no such key: Chanel" },
	{ "Channel.x {\nentry = //x\nhall = /x\nlogin = /x\nstep {\n" LAST(0, 1) "}\n}\n",
	    "entry is no path" },
	{ "Channel.x {\nentry = /x\nhall = /x\nstep {\n" LAST(0, 1) "}\n}\n",
	    "login is no path" },
	{ "Channel.x {\nentry = /x\nhall = /x\nlogin = /x\nways = qr\nstep {\n" LAST(
	      0, 1) "}\n}\n",
	    "entry is no folder" },
	{ "Channel.x {\nentry = /x/\nhall = /x\nlogin = /x\nways = \nstep {\n" LAST(
	      0, 1) "}\n}\n",
	    "no ways" },
	{ CHANNEL(STEP(0, "fields = name\nknown = name sex") LAST(1, 2)),
	    "sex, is no field of the step" },
	{ "Channel\n", "no HDF" },
};

static void
flows_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct flows *read = NULL;
		NEOERR *err = read_text(wrong[i].text, &read);
		STRING said;

		string_init(&said);
		if (err != STATUS_OK)
			nerr_error_string(err, &said);
		if (said.buf == NULL || strstr(said.buf, wrong[i].said) == NULL)
			fail_msg("%s: %s", wrong[i].said, said.buf ? said.buf : "accepted");
		string_clear(&said);
		assert_fails(err, FAIL_CONFIG);
		assert_null(read);
	}
}

static void
a_missing_file_is_refused(void **state)
{
	struct flows *read = NULL;
	HDF *conf = NULL;

	(void)state;
	assert_ok(hdf_init(&conf));
	assert_fails(flows_init(&read, conf), FAIL_CONFIG);
	assert_ok(hdf_set_value(conf, "Flows.File", "/nowhere/flows.hdf"));
	assert_fails(flows_init(&read, conf), FAIL_CONFIG);
	hdf_destroy(&conf);
}

static void
the_flows_of_this_instance_make_sense(void **state)
{
	struct flows *flows = NULL;
	const struct flow *web;

	(void)state;
	assert_ok(flows_init(&flows, instance_conf));
	web = flows_channel(flows, "web");
	assert_non_null(web);
	assert_null(flows_channel(flows, "telex"));
	assert_int_equal(flow_find(web, "disclaimer"), 0);
	assert_int_equal(flow_find(web, "done"), web->count - 1);
	assert_int_equal(flow_find(web, "telex"), -1);
	assert_true(web->steps[flow_find(web, "photos")].takes_files);
	assert_false(web->steps[flow_find(web, "details")].takes_files);
	assert_non_null(flows_consent_version(flows, "disclaimer"));
	assert_null(flows_consent_version(flows, "everything"));
	flows_free(&flows);
	assert_null(flows);
}

static void
a_path_names_a_channel_or_none(void **state)
{
	static const struct {
		const char *path, *channel;
	} paths[] = {
		{ "/web/", "web" },
		{ "/jingtong/card", "jingtong" },
		{ "/jingtong/scan/x", "jingtong" },
		{ "/jingtong", NULL },
		{ "/login", "web" },
		{ "/login/qr", "web" },
		{ "/login/qr/state/x", "web" },
		{ "/login/jingtong", "jingtong" },
		{ "/login/jingtong/face", "jingtong" },
		{ "/login/jingtong/qr", NULL },
		{ "/login/yikatong/sms", "yikatong" },
		{ "/login/captcha", NULL },
		{ "/login/extend", NULL },
		{ "/loginx", NULL },
		{ "/login/", NULL },
		{ "/apply/details", NULL },
		{ "/", NULL },
	};
	struct flows *flows = NULL;

	(void)state;
	assert_ok(flows_init(&flows, instance_conf));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct flow *found = flows_at(flows, paths[i].path);

		if (paths[i].channel == NULL
			? found != NULL
			: found == NULL || strcmp(found->channel, paths[i].channel) != 0)
			fail_msg("%s is %s", paths[i].path, found ? found->channel : "none");
	}
	flows_free(&flows);
}

static void
only_what_the_roster_has_said_is_read_back(void **state)
{
	struct flows *flows = NULL;
	const struct flow_step *step;
	json_t *body = json_pack("{s:{s:s}}", "eligibility", "known", "name id_number phone");

	(void)state;
	assert_ok(flows_init(&flows, instance_conf));
	step = flows_channel(flows, "jingtong")->steps;
	step += flow_find(flows_channel(flows, "jingtong"), "profile");
	assert_true(flow_known(step, field_find("name"), body));
	assert_false(flow_known(step, field_find("sex"), body));
	/* Known to the roster, and hers to change all the same. */
	assert_false(flow_known(step, field_find("phone"), body));
	assert_false(flow_known(step, field_find("name"), NULL));
	json_decref(body);
	flows_free(&flows);
}

/* One flow and a body that answers all of it. */
static struct flows *flows;
static const struct flow *flow;

static int
read_flow(void **state)
{
	(void)state;
	assert_ok(read_text(CHANNEL(STEP(0, "consents = rules\nact = eligibility") STEP(
				1, "fields = id_type id_number sex") STEP(2,
				"fields = delivery mail_name mail_postcode") LAST(3, 4)),
	    &flows));
	flow = flows_channel(flows, "x");
	return 0;
}

static int
free_flow(void **state)
{
	(void)state;
	flows_free(&flows);
	return 0;
}

static json_t *
full_body(void)
{
	json_t *body = json_pack("{s:{s:{s:s}}, s:{s:s}, s:{s:s, s:s, s:s, s:s, s:s, s:s}}",
	    "consents", "rules", "version", "7", "eligibility", "answer", "ok", "answers",
	    "id_type", "01", "id_number", "11010519491231002X", "sex", "2", "delivery", "mail",
	    "mail_name", "王芳", "mail_postcode", "100020");

	assert_non_null(body);
	return body;
}

static void
set(json_t *body, const char *group, const char *key, const char *value)
{
	json_t *object = json_object_get(body, group);

	if (value == NULL)
		json_object_del(object, key);
	else
		json_object_set_new(object, key, json_string(value));
}

static void
an_empty_draft_begins_at_the_beginning(void **state)
{
	json_t *body = json_object();

	(void)state;
	assert_int_equal(flow_first_open(flow, body, TODAY), 0);
	assert_false(flow_step_done(&flow->steps[0], body, TODAY));
	json_decref(body);
}

static void
a_full_draft_waits_before_the_submission(void **state)
{
	json_t *body = full_body();

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_true(flow_step_done(&flow->steps[i], body, TODAY));
	assert_int_equal(flow_first_open(flow, body, TODAY), 3);
	assert_false(flow_step_done(&flow->steps[3], body, TODAY));
	assert_false(flow_step_done(&flow->steps[4], body, TODAY));
	json_decref(body);
}

static void
what_opens_again_is_where_one_resumes(void **state)
{
	static const struct {
		const char *group, *key, *value;
		size_t open;
	} changes[] = {
		{ "eligibility", "answer", "deceased", 0 },
		{ "eligibility", "answer", NULL, 0 },
		{ "consents", "rules", NULL, 0 },
		{ "answers", "sex", NULL, 1 },
		{ "answers", "sex", "", 1 },
		{ "answers", "sex", "1", 1 },      /* the number says otherwise */
		{ "answers", "id_type", "03", 1 }, /* no number of that type */
		{ "answers", "mail_name", NULL, 2 },
		{ "answers", "mail_postcode", "999999", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *body = full_body();

		set(body, changes[i].group, changes[i].key, changes[i].value);
		assert_int_equal(flow_first_open(flow, body, TODAY), changes[i].open);
		json_decref(body);
	}
}

static void
what_is_not_asked_may_be_missing(void **state)
{
	json_t *body = full_body();

	(void)state;
	set(body, "answers", "mail_name", NULL);
	set(body, "answers", "mail_postcode", "wrong");
	assert_int_equal(flow_first_open(flow, body, TODAY), 2);
	set(body, "answers", "delivery", "branch");
	assert_int_equal(flow_first_open(flow, body, TODAY), 3);
	json_decref(body);
}

static void
a_consent_to_another_text_does_not_count(void **state)
{
	json_t *body = full_body();

	(void)state;
	json_object_set_new(json_object_get(json_object_get(body, "consents"), "rules"),
	    "version", json_string("6"));
	assert_int_equal(flow_first_open(flow, body, TODAY), 0);
	json_decref(body);
}

static void
an_earlier_step_comes_first_whatever_later_ones_say(void **state)
{
	json_t *body = full_body();

	(void)state;
	set(body, "answers", "sex", NULL);
	set(body, "answers", "mail_name", NULL);
	assert_int_equal(flow_first_open(flow, body, TODAY), 1);
	assert_false(flow_step_done(&flow->steps[2], body, TODAY));
	json_decref(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_that_make_no_sense_are_refused),
		cmocka_unit_test(a_missing_file_is_refused),
		cmocka_unit_test(the_flows_of_this_instance_make_sense),
		cmocka_unit_test(a_path_names_a_channel_or_none),
		cmocka_unit_test(only_what_the_roster_has_said_is_read_back),
		cmocka_unit_test_setup_teardown(
		    an_empty_draft_begins_at_the_beginning, read_flow, free_flow),
		cmocka_unit_test_setup_teardown(
		    a_full_draft_waits_before_the_submission, read_flow, free_flow),
		cmocka_unit_test_setup_teardown(
		    what_opens_again_is_where_one_resumes, read_flow, free_flow),
		cmocka_unit_test_setup_teardown(
		    what_is_not_asked_may_be_missing, read_flow, free_flow),
		cmocka_unit_test_setup_teardown(
		    a_consent_to_another_text_does_not_count, read_flow, free_flow),
		cmocka_unit_test_setup_teardown(
		    an_earlier_step_comes_first_whatever_later_ones_say, read_flow, free_flow),
	};

	return cmocka_run_group_tests_name("flow", tests, instance_open, instance_close);
}
