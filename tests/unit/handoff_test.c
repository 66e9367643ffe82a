/*
 * handoff_test.c - codes with which a phone takes pictures: whose they are, for how long, for how many.
 */
#include "citizen.h"

#include "photo/handoff.h"

static const struct db_sql find = { "test_find",
	"SELECT tries, pictures, live FROM handoff WHERE code = ?" };
static const struct handoff_rules rules = { .life = 600, .claim = 180, .pictures = 2 };
static const struct handoff_rules unclaimable = { .life = 600, .claim = 0, .pictures = 2 };
static const struct handoff_rules stillborn = { .life = 0, .claim = 180, .pictures = 2 };

/* A session, two phones, and a code of the session. */
struct scene {
	struct citizen citizen;
	uint8_t session[SEAL_HASH_LEN], phone[SEAL_HASH_LEN], other[SEAL_HASH_LEN];
	char code[HANDOFF_CODE_LEN];
	const struct handoff_rules *rules;
};

static NEOERR *
make(struct db *db, void *context)
{
	const struct scene *s = context;

	return nerr_pass(handoff_make(
	    db, instance_seal, s->rules, s->citizen.person, s->session, "photos", s->code));
}

static void
make_another(struct scene *s)
{
	assert_ok(seal_token(s->code));
	assert_ok(db_transact(instance_db, make, s));
}

static struct scene
scene_new(const struct handoff_rules *made_by)
{
	struct scene s = { .citizen = citizen_new(), .rules = made_by };

	assert_ok(seal_random(s.session, sizeof s.session));
	assert_ok(handoff_browser(instance_seal, "phone", s.phone));
	assert_ok(handoff_browser(instance_seal, "other", s.other));
	make_another(&s);
	return s;
}

static struct handoff
look(const struct scene *s, const struct handoff_rules *now)
{
	struct handoff handoff;

	assert_ok(handoff_look(instance_db, instance_seal, now, s->code, &handoff));
	return handoff;
}

static bool
claim(const struct scene *s, const uint8_t browser[SEAL_HASH_LEN])
{
	struct handoff handoff = look(s, &rules);
	bool done;

	assert_ok(handoff_claim(instance_db, &handoff, &rules, browser, &done));
	return done;
}

static bool
try(const struct scene *s, const uint8_t browser[SEAL_HASH_LEN])
{
	struct handoff handoff = look(s, &rules);
	bool done;

	assert_ok(handoff_try(instance_db, &handoff, &rules, browser, &done));
	return done;
}

static bool
end(const struct scene *s, const uint8_t session[SEAL_HASH_LEN])
{
	struct handoff handoff = look(s, &rules);
	bool done;

	assert_ok(handoff_end(instance_db, &handoff, session, &done));
	return done;
}

static void
a_new_code_waits_and_is_kept_only_as_a_hash(void **state)
{
	struct scene s = scene_new(&rules);
	struct handoff handoff = look(&s, &rules);

	(void)state;
	assert_int_equal(handoff.state, HANDOFF_WAITING);
	assert_in_range(handoff.left, 178, 180);
	assert_string_equal(handoff.step, "photos");
	assert_memory_equal(handoff.person, s.citizen.person, PERSON_LEN);
	assert_memory_equal(handoff.session, s.session, SEAL_HASH_LEN);
	assert_memory_not_equal(handoff.key, s.code, SEAL_HASH_LEN);
}

static void
any_other_text_is_no_code(void **state)
{
	static const char *const texts[] = { "", "x", "state",
		"0123456789012345678901234567890123456789012",
		"01234567890123456789012345678901234567890123456789" };
	struct scene s = scene_new(&rules);

	(void)state;
	s.code[5] = s.code[5] == 'A' ? 'B' : 'A';
	assert_int_equal(look(&s, &rules).state, HANDOFF_NONE);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct handoff handoff;

		assert_ok(handoff_look(instance_db, instance_seal, &rules, texts[i], &handoff));
		assert_int_equal(handoff.state, HANDOFF_NONE);
	}
}

static void
the_first_phone_has_it(void **state)
{
	struct scene s = scene_new(&rules);
	struct handoff handoff;

	(void)state;
	assert_false(try(&s, s.phone));
	assert_true(claim(&s, s.phone));
	assert_false(claim(&s, s.other));
	assert_false(claim(&s, s.phone));
	handoff = look(&s, &rules);
	assert_int_equal(handoff.state, HANDOFF_CLAIMED);
	assert_memory_equal(handoff.browser, s.phone, SEAL_HASH_LEN);
	assert_in_range(handoff.left, 598, 600);
	assert_false(try(&s, s.other));
	assert_true(try(&s, s.phone));
}

static void
nobody_claims_too_late_but_who_has_it_goes_on(void **state)
{
	struct scene s = scene_new(&rules);
	struct handoff handoff = look(&s, &unclaimable);
	bool done;

	(void)state;
	assert_int_equal(handoff.state, HANDOFF_EXPIRED);
	assert_int_equal(handoff.left, 0);
	assert_ok(handoff_claim(instance_db, &handoff, &unclaimable, s.phone, &done));
	assert_false(done);
	assert_true(claim(&s, s.phone));
	assert_int_equal(look(&s, &unclaimable).state, HANDOFF_CLAIMED);
}

static void
an_expired_code_takes_nothing(void **state)
{
	struct scene s = scene_new(&stillborn);

	(void)state;
	assert_int_equal(look(&s, &rules).state, HANDOFF_EXPIRED);
	assert_true(claim(&s, s.phone)); /* by its age alone it could be claimed */
	assert_int_equal(look(&s, &rules).state, HANDOFF_EXPIRED);
	assert_false(try(&s, s.phone));
}

static void
it_carries_so_many_uploads(void **state)
{
	struct scene s = scene_new(&rules);

	(void)state;
	assert_true(claim(&s, s.phone));
	assert_true(try(&s, s.phone));
	assert_int_equal(look(&s, &rules).state, HANDOFF_CLAIMED);
	assert_true(try(&s, s.phone));
	assert_int_equal(look(&s, &rules).state, HANDOFF_FULL);
	assert_false(try(&s, s.phone));
}

static NEOERR *
count(struct db *db, void *context)
{
	struct handoff *handoff = context;
	NEOERR *err = handoff_lock(db, &rules, handoff);

	return nerr_pass(err ? err : handoff_count(db, handoff));
}

static void
pictures_that_came_are_counted(void **state)
{
	struct scene s = scene_new(&rules);
	struct handoff handoff = look(&s, &rules);

	(void)state;
	assert_true(claim(&s, s.phone));
	assert_ok(db_transact(instance_db, count, &handoff));
	assert_int_equal(handoff.state, HANDOFF_CLAIMED);
	assert_int_equal(look(&s, &rules).pictures, 1);
}

static void
only_its_session_ends_it_and_once(void **state)
{
	struct scene s = scene_new(&rules);

	(void)state;
	assert_true(claim(&s, s.phone));
	assert_false(end(&s, s.other));
	assert_int_equal(look(&s, &rules).state, HANDOFF_CLAIMED);
	assert_true(end(&s, s.session));
	assert_false(end(&s, s.session));
	assert_int_equal(look(&s, &rules).state, HANDOFF_ENDED);
	assert_int_equal(look(&s, &rules).left, 0);
	assert_false(try(&s, s.phone));
	assert_false(claim(&s, s.other));
}

static void
a_session_has_one_code_at_a_time(void **state)
{
	struct scene s = scene_new(&rules), before = s, stranger = scene_new(&rules);
	struct db_rows *rows;
	struct handoff handoff;
	bool more;

	(void)state;
	make_another(&s);
	assert_int_equal(look(&before, &rules).state, HANDOFF_ENDED);
	assert_int_equal(look(&s, &rules).state, HANDOFF_WAITING);
	assert_int_equal(look(&stranger, &rules).state, HANDOFF_WAITING);
	handoff = look(&before, &rules);
	assert_ok(db_select(
	    instance_db, &find, DB_WITH(db_bytes(handoff.key, SEAL_HASH_LEN)), &rows));
	assert_ok(db_next(rows, &more));
	assert_true(more);
	assert_true(db_is_null(rows, 2));
	db_rows_free(&rows);
}

static void
its_rules_are_read_and_must_make_sense(void **state)
{
	struct handoff_rules read;
	HDF *conf;

	(void)state;
	assert_ok(handoff_rules_init(&read, instance_conf));
	assert_int_equal(read.life, 600);
	assert_int_equal(read.claim, 180);
	assert_int_equal(read.pictures, 20);
	assert_ok(hdf_init(&conf));
	assert_ok(hdf_set_value(conf, "Handoff.Life", "60"));
	assert_ok(hdf_set_value(conf, "Handoff.Claim", "61"));
	assert_fails(handoff_rules_init(&read, conf), FAIL_CONFIG);
	assert_ok(hdf_set_value(conf, "Handoff.Pictures", "5"));
	assert_fails(handoff_rules_init(&read, conf), FAIL_CONFIG);
	assert_ok(hdf_set_value(conf, "Handoff.Claim", "60"));
	assert_ok(handoff_rules_init(&read, conf));
	hdf_destroy(&conf);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_code_waits_and_is_kept_only_as_a_hash),
		cmocka_unit_test(any_other_text_is_no_code),
		cmocka_unit_test(the_first_phone_has_it),
		cmocka_unit_test(nobody_claims_too_late_but_who_has_it_goes_on),
		cmocka_unit_test(an_expired_code_takes_nothing),
		cmocka_unit_test(it_carries_so_many_uploads),
		cmocka_unit_test(pictures_that_came_are_counted),
		cmocka_unit_test(only_its_session_ends_it_and_once),
		cmocka_unit_test(a_session_has_one_code_at_a_time),
		cmocka_unit_test(its_rules_are_read_and_must_make_sense),
	};

	return cmocka_run_group_tests(tests, sealed_instance_open, sealed_instance_close);
}
