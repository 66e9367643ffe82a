/*
 * draft_test.c - a draft loses nothing: versions, repeated forms, races, sealed columns.
 */
#include "crowd.h"

static const struct db_sql copy_draft = { "test_copy",
	"INSERT INTO draft SELECT ?, version, body, saved_by, saved_at FROM draft WHERE person "
	"= ?" };
static const struct db_sql load_draft = { "test_load",
	"SELECT version, body FROM draft WHERE person = ?" };

/* A form that answers one field. */
struct form {
	struct citizen citizen;
	const char *field, *value;
	int64_t based_on;
	uint8_t hash[SEAL_HASH_LEN];
	/* what came of it */
	bool stale;
	int64_t version;
};

static struct form
form_new(const struct citizen *citizen, const char *field, const char *value, int64_t based_on)
{
	struct form form = {
		.citizen = *citizen, .field = field, .value = value, .based_on = based_on
	};

	assert_ok(seal_hash(instance_seal, "test", value, strlen(value), form.hash));
	form.hash[0] = (uint8_t)based_on;
	return form;
}

static NEOERR *
save(struct db *db, void *context)
{
	struct form *form = context;
	struct draft draft;
	NEOERR *err;

	form->stale = false;
	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	if ((err = draft_lock(&draft, db, instance_seal, form->citizen.person)) ||
	    (err = draft_answer(&draft, field_find(form->field), form->value)) ||
	    (err = draft_save(&draft, db, instance_seal, form->citizen.person, form->based_on,
		 form->hash, &form->stale)))
		goto out;
	form->version = draft.version;
out:
	draft_release(&draft);
	return nerr_pass(err);
}

static void
send(struct form *form)
{
	assert_ok(db_transact(instance_db, save, form));
}

/* The answer as it is stored now. */
static void
assert_stored(
    const struct citizen *citizen, int64_t version, const char *field, const char *value)
{
	struct draft draft;

	assert_ok(draft_init(&draft));
	assert_ok(draft_lock(&draft, instance_db, instance_seal, citizen->person));
	assert_int_equal(draft.version, version);
	assert_string_equal(field_answer(draft_answers(&draft), field), value);
	draft_release(&draft);
}

static void
a_first_answer_makes_version_one(void **state)
{
	struct citizen citizen = citizen_new();
	struct form form = form_new(&citizen, "occupation", "17", 0);

	(void)state;
	assert_stored(&citizen, 0, "occupation", "");
	send(&form);
	assert_false(form.stale);
	assert_int_equal(form.version, 1);
	assert_stored(&citizen, 1, "occupation", "17");
}

static void
each_form_makes_the_next_version(void **state)
{
	struct citizen citizen = citizen_new();
	struct form first = form_new(&citizen, "occupation", "17", 0);
	struct form second = form_new(&citizen, "address", "朝阳门外大街1号", 1);

	(void)state;
	send(&first);
	send(&second);
	assert_int_equal(second.version, 2);
	assert_stored(&citizen, 2, "occupation", "17");
	assert_stored(&citizen, 2, "address", "朝阳门外大街1号");
}

static void
a_stale_tab_leaves_the_draft_as_it_was(void **state)
{
	struct citizen citizen = citizen_new();
	struct form first = form_new(&citizen, "occupation", "17", 0);
	struct form second = form_new(&citizen, "occupation", "24", 1);
	struct form stale = form_new(&citizen, "occupation", "31", 1);

	(void)state;
	send(&first);
	send(&second);
	send(&stale);
	assert_true(stale.stale);
	assert_stored(&citizen, 2, "occupation", "24");
}

static void
the_same_form_again_is_no_change_and_not_stale(void **state)
{
	struct citizen citizen = citizen_new();
	struct form first = form_new(&citizen, "occupation", "17", 0);
	struct form again = first;

	(void)state;
	send(&first);
	send(&again);
	assert_false(again.stale);
	assert_int_equal(again.version, 1);
	assert_stored(&citizen, 1, "occupation", "17");
}

static void
a_form_for_a_draft_that_is_gone_is_stale(void **state)
{
	struct citizen citizen = citizen_new();
	struct form first = form_new(&citizen, "occupation", "17", 0);
	struct form late = form_new(&citizen, "occupation", "24", 1);

	(void)state;
	send(&first);
	assert_ok(draft_delete(instance_db, citizen.person));
	send(&late);
	assert_true(late.stale);
	assert_stored(&citizen, 0, "occupation", "");
}

enum { SAVED = 1, STALE };

static int
send_in_crowd(struct db *db, int member, void *context)
{
	struct form form = *(struct form *)context;
	NEOERR *err;

	form.hash[1] = (uint8_t)member;
	err = db_transact(db, save, &form);
	if (err == STATUS_OK)
		return form.stale ? STALE : SAVED;
	log_failure("crowd", NULL, &err);
	return CROWD_FAILED;
}

static void
of_many_first_forms_at_once_one_is_saved_and_the_others_are_told(void **state)
{
	struct citizen citizen = citizen_new();
	struct form form = form_new(&citizen, "occupation", "17", 0);
	int results[40];

	(void)state;
	crowd_run(40, send_in_crowd, &form, results);
	assert_int_equal(crowd_count(40, results, SAVED), 1);
	assert_int_equal(crowd_count(40, results, STALE), 39);
	assert_stored(&citizen, 1, "occupation", "17");
}

static void
of_many_later_forms_at_once_one_is_saved_and_the_others_are_told(void **state)
{
	struct citizen citizen = citizen_new();
	struct form first = form_new(&citizen, "occupation", "17", 0);
	struct form form = form_new(&citizen, "occupation", "24", 1);
	int results[40];

	(void)state;
	send(&first);
	crowd_run(40, send_in_crowd, &form, results);
	assert_int_equal(crowd_count(40, results, SAVED), 1);
	assert_int_equal(crowd_count(40, results, STALE), 39);
	assert_stored(&citizen, 2, "occupation", "24");
}

static int
begin_in_crowd(struct db *db, int member, void *context)
{
	struct form *forms = context;

	return send_in_crowd(db, member, &forms[member]);
}

/* Locks on rows that are not there yet would set strangers against each other here. */
static void
strangers_who_begin_at_once_do_not_hinder_each_other(void **state)
{
	struct form forms[40];
	int results[40];

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct citizen citizen = citizen_new();

		forms[i] = form_new(&citizen, "occupation", "17", 0);
	}
	crowd_run(40, begin_in_crowd, forms, results);
	assert_int_equal(crowd_count(40, results, SAVED), 40);
}

static void
a_sealed_draft_opens_for_its_person_alone(void **state)
{
	struct citizen citizen = citizen_new(), thief = citizen_new();
	struct form form = form_new(&citizen, "address", "朝阳门外大街1号", 0);
	struct db_rows *rows = NULL;
	struct draft draft;
	const void *body;
	size_t len;
	bool more;

	(void)state;
	send(&form);
	assert_ok(db_run(instance_db, &copy_draft,
	    DB_WITH(db_bytes(thief.person, PERSON_LEN), db_bytes(citizen.person, PERSON_LEN)),
	    NULL));
	assert_ok(draft_init(&draft));
	assert_fails(draft_lock(&draft, instance_db, instance_seal, thief.person), FAIL_CRYPTO);
	assert_int_equal(draft.version, 0);
	assert_int_equal(json_object_size(draft.body), 0);
	assert_ok(db_select(
	    instance_db, &load_draft, DB_WITH(db_bytes(citizen.person, PERSON_LEN)), &rows));
	assert_ok(db_next(rows, &more));
	body = db_get_bytes(rows, 1, &len);
	assert_null(memmem(body, len, form.value, strlen(form.value)));
	assert_ok(draft_unseal(&draft, instance_seal, citizen.person, 1, 2, body, len));
	assert_string_equal(field_answer(draft_answers(&draft), "address"), form.value);
	assert_ok(draft_unseal(&draft, instance_seal, citizen.person, 0, 0, NULL, 0));
	assert_int_equal(draft.version, 0);
	assert_int_equal(json_object_size(draft.body), 0);
	db_rows_free(&rows);
	assert_ok(draft_delete(instance_db, thief.person));
	draft_release(&draft);
}

static void
answer(struct draft *draft, const char *field, const char *value)
{
	assert_ok(draft_answer(draft, field_find(field), value));
}

static void
assert_answers(struct draft *draft, const char *expected)
{
	json_t *wanted = json_loads(expected, 0, NULL);

	assert_non_null(wanted);
	if (!json_equal(draft_answers(draft), wanted))
		fail_msg("%s", json_dumps(draft_answers(draft), 0));
	json_decref(wanted);
}

static void
a_changed_answer_opens_those_that_hang_on_it(void **state)
{
	struct draft draft;

	(void)state;
	assert_ok(draft_init(&draft));
	answer(&draft, "branch", "1020001");
	answer(&draft, "bank", "102");
	assert_answers(&draft, "{\"bank\": \"102\", \"branch\": \"1020001\"}");
	answer(&draft, "bank", "102");
	assert_answers(&draft, "{\"bank\": \"102\", \"branch\": \"1020001\"}");
	answer(&draft, "bank", "103");
	assert_answers(&draft, "{\"bank\": \"103\"}");
	answer(&draft, "bank", "");
	assert_answers(&draft, "{}");
	draft_release(&draft);
}

static void
another_document_opens_number_sex_birth_date_and_eligibility(void **state)
{
	struct draft draft;

	(void)state;
	assert_ok(draft_init(&draft));
	answer(&draft, "id_type", "01");
	answer(&draft, "id_number", "11010519491231002X");
	answer(&draft, "sex", "2");
	answer(&draft, "birth_date", "1949-12-31");
	answer(&draft, "name", "王芳");
	json_object_set_new(draft.body, "eligibility", json_pack("{s:s}", "answer", "ok"));
	answer(&draft, "id_type", "06");
	assert_answers(&draft, "{\"id_type\": \"06\", \"name\": \"王芳\"}");
	assert_null(json_object_get(draft.body, "eligibility"));
	draft_release(&draft);
}

static void
choosing_the_branch_forgets_where_to_mail(void **state)
{
	struct draft draft;

	(void)state;
	assert_ok(draft_init(&draft));
	answer(&draft, "delivery", "mail");
	answer(&draft, "mail_name", "王芳");
	answer(&draft, "mail_postcode", "100020");
	answer(&draft, "delivery", "branch");
	assert_answers(&draft, "{\"delivery\": \"branch\"}");
	draft_release(&draft);
}

static void
the_objects_of_a_body_are_made_once(void **state)
{
	struct draft draft;

	(void)state;
	assert_ok(draft_init(&draft));
	assert_ptr_equal(draft_typed(&draft, "details"), draft_typed(&draft, "details"));
	assert_ptr_not_equal(draft_typed(&draft, "details"), draft_typed(&draft, "photos"));
	assert_ptr_equal(draft_consents(&draft), draft_consents(&draft));
	draft_release(&draft);
	draft_release(&draft);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_answer_makes_version_one),
		cmocka_unit_test(each_form_makes_the_next_version),
		cmocka_unit_test(a_stale_tab_leaves_the_draft_as_it_was),
		cmocka_unit_test(the_same_form_again_is_no_change_and_not_stale),
		cmocka_unit_test(a_form_for_a_draft_that_is_gone_is_stale),
		cmocka_unit_test(
		    of_many_first_forms_at_once_one_is_saved_and_the_others_are_told),
		cmocka_unit_test(
		    of_many_later_forms_at_once_one_is_saved_and_the_others_are_told),
		cmocka_unit_test(strangers_who_begin_at_once_do_not_hinder_each_other),
		cmocka_unit_test(a_sealed_draft_opens_for_its_person_alone),
		cmocka_unit_test(a_changed_answer_opens_those_that_hang_on_it),
		cmocka_unit_test(another_document_opens_number_sex_birth_date_and_eligibility),
		cmocka_unit_test(choosing_the_branch_forgets_where_to_mail),
		cmocka_unit_test(the_objects_of_a_body_are_made_once),
	};

	return cmocka_run_group_tests_name(
	    "draft", tests, sealed_instance_open, sealed_instance_close);
}
