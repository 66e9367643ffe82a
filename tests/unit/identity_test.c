/*
 * identity_test.c - outside identities lead to accounts, and accounts of one person become one.
 */
#include "instance.h"

#include <string.h>

#include "apply/field.h"
#include "apply/person.h"
#include "login/account.h"
#include "login/identity.h"

static struct seal *seal;
static struct password_rules rules;
static char number[19], phone[12];

static int
open_all(void **state)
{
	instance_open(state);
	assert_ok(seal_init(&seal, instance_conf));
	assert_ok(password_rules_init(&rules, instance_conf));
	return 0;
}

static int
close_all(void **state)
{
	seal_free(&seal);
	return instance_close(state);
}

/* A passport and a telephone that nobody has had before. */
static int
invent(void **state)
{
	uint32_t random;

	(void)state;
	assert_ok(seal_random(&random, sizeof random));
	snprintf(number, sizeof number, "E%08u", random % 100000000u);
	snprintf(phone, sizeof phone, "198%08u", random % 100000000u);
	return 0;
}

static void
make(const struct account_new *new, struct account *account)
{
	bool made;

	assert_ok(account_create(instance_db, seal, &rules, new, &made));
	assert_true(made);
	assert_ok(new->phone ? account_by_phone(instance_db, seal, new->phone, account)
			     : account_find(instance_db, seal, new->id_number, account));
	assert_true(account->found);
}

struct proving {
	const uint8_t *id;
	struct account_proof proof;
	uint8_t into[SEAL_ID_LEN];
	bool joined;
};

static NEOERR *
prove(struct db *db, void *context)
{
	struct proving *p = context;

	return nerr_pass(account_prove(db, seal, p->id, &p->proof, p->into, &p->joined));
}

static void
an_account_may_begin_with_nothing_but_a_telephone(void **state)
{
	struct account account, again;
	bool made;

	(void)state;
	make(&(struct account_new) { .phone = phone }, &account);
	assert_false(account.has_person);
	assert_string_equal(account.password, "");
	assert_int_equal(strlen(account.masked), 11);
	assert_memory_equal(account.masked, "198****", 7);
	assert_string_equal(field_answer(account.body, "phone"), phone);
	assert_ok(account_create(
	    instance_db, seal, &rules, &(struct account_new) { .phone = phone }, &made));
	assert_false(made);
	assert_ok(account_load(instance_db, seal, account.id, &again));
	assert_memory_equal(again.id, account.id, SEAL_ID_LEN);
	account_release(&account);
	account_release(&again);
}

static void
who_is_proven_the_first_time_gets_her_name(void **state)
{
	struct account account, proven;
	struct proving p = { .proof = { "王芳", "06", number } };

	(void)state;
	make(&(struct account_new) { .phone = phone }, &account);
	p.id = account.id;
	assert_ok(db_transact(instance_db, prove, &p));
	assert_false(p.joined);
	assert_memory_equal(p.into, account.id, SEAL_ID_LEN);
	assert_ok(account_find(instance_db, seal, number, &proven));
	assert_true(proven.found && proven.has_person);
	assert_string_equal(proven.masked, "王*");
	assert_string_equal(field_answer(proven.body, "phone"), phone);
	account_release(&account);
	account_release(&proven);
}

static void
who_has_an_account_already_keeps_that_one(void **state)
{
	struct account old, fresh, found;
	struct proving p = { .proof = { "王芳", "06", number } };
	uint8_t id[SEAL_ID_LEN];
	bool linked;

	(void)state;
	make(
	    &(struct account_new) {
		.name = "王芳", .id_type = "06", .id_number = number, .realname = true },
	    &old);
	make(&(struct account_new) { .phone = phone }, &fresh);
	assert_ok(identity_link(instance_db, seal, "national", number, fresh.id));
	p.id = fresh.id;
	assert_ok(db_transact(instance_db, prove, &p));
	assert_true(p.joined);
	assert_memory_equal(p.into, old.id, SEAL_ID_LEN);
	/* The telephone and the outside identity lead to it; the other account is no more. */
	assert_ok(account_by_phone(instance_db, seal, phone, &found));
	assert_true(found.found);
	assert_memory_equal(found.id, old.id, SEAL_ID_LEN);
	account_release(&found);
	assert_ok(identity_find(instance_db, seal, "national", number, &linked, id));
	assert_true(linked);
	assert_memory_equal(id, old.id, SEAL_ID_LEN);
	assert_ok(account_load(instance_db, seal, fresh.id, &found));
	assert_false(found.found);
	account_release(&old);
	account_release(&fresh);
}

static void
an_account_is_never_somebody_elses_afterwards(void **state)
{
	struct account account;
	struct proving p = { .proof = { "王芳", "06", number } };
	char other[sizeof number];

	(void)state;
	make(&(struct account_new) { .phone = phone }, &account);
	p.id = account.id;
	assert_ok(db_transact(instance_db, prove, &p));
	snprintf(other, sizeof other, "F%s", number + 1);
	p.proof.id_number = other;
	assert_fails(db_transact(instance_db, prove, &p), FAIL_FORBIDDEN);
	p.id = p.into;
	memset(p.into, 7, sizeof p.into);
	assert_fails(db_transact(instance_db, prove, &p), FAIL_FORBIDDEN);
	account_release(&account);
}

static void
the_same_subject_at_two_providers_is_two_people(void **state)
{
	const uint8_t one[SEAL_ID_LEN] = { 1 }, two[SEAL_ID_LEN] = { 2 };
	uint8_t id[SEAL_ID_LEN];
	bool found;

	(void)state;
	assert_ok(identity_link(instance_db, seal, "alipay", number, one));
	assert_ok(identity_find(instance_db, seal, "wechat", number, &found, id));
	assert_false(found);
	assert_ok(identity_link(instance_db, seal, "wechat", number, two));
	assert_ok(identity_find(instance_db, seal, "alipay", number, &found, id));
	assert_true(found);
	assert_memory_equal(id, one, sizeof one);
	assert_ok(identity_link(instance_db, seal, "alipay", number, two));
	assert_ok(identity_find(instance_db, seal, "alipay", number, &found, id));
	assert_memory_equal(id, two, sizeof two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    an_account_may_begin_with_nothing_but_a_telephone, invent),
		cmocka_unit_test_setup(who_is_proven_the_first_time_gets_her_name, invent),
		cmocka_unit_test_setup(who_has_an_account_already_keeps_that_one, invent),
		cmocka_unit_test_setup(an_account_is_never_somebody_elses_afterwards, invent),
		cmocka_unit_test_setup(the_same_subject_at_two_providers_is_two_people, invent),
	};

	return cmocka_run_group_tests_name("identity", tests, open_all, close_all);
}
