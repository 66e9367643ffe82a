/*
 * photo_test.c - asking the picture workers, played here by a child that says what it is told;
 * and pictures in the database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/seal.h>
#include <photo/photo.h>
#include <photo/wire.h>

#include "instance.h"

#define UPLOAD 30000
#define LARGE 8000000

static char folder[] = "/tmp/photo_test.XXXXXX";
static char path[sizeof(folder) + 2];
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static const struct photo_limits limits = {
	.socket = path,
	.min = 20480,
	.max = 9175040,
	.pixels = 60000000,
	.portrait_width = 358,
	.portrait_height = 441,
	.side_max = 1600,
	.timeout = 1,
};
static uint8_t upload[LARGE];
static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 0xff, 0xd9 };
static const char facts[] = "{}";

static int
open_all(void **state)
{
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
	memcpy(address.sun_path, path, sizeof(path));
	return instance_open(state);
}

static int
close_all(void **state)
{
	unlink(path);
	rmdir(folder);
	return instance_close(state);
}

/* What a worker answers to a portrait. */
struct script {
	struct wire_answer answer;
	uint8_t bytes[256];
	size_t len;     /* of bytes, to be sent */
	size_t step;    /* bytes a send, 0: all at once */
	size_t ignored; /* bytes of the request that are not read */
	bool silent;    /* keeps the connection without an answer */
};

static struct script
script(void)
{
	struct script s = { .answer = {
				WIRE_FINE, 358, 441, sizeof(facts) - 1, sizeof(jpeg) } };

	s.len = WIRE_ANSWER_LEN;
	memcpy(s.bytes + s.len, facts, s.answer.facts_len);
	s.len += s.answer.facts_len;
	memcpy(s.bytes + s.len, jpeg, sizeof(jpeg));
	s.len += sizeof(jpeg);
	wire_pack_answer(&s.answer, s.bytes);
	return s;
}

static int
listener(int backlog)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	assert_int_not_equal(s, -1);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(s, backlog), 0);
	return s;
}

/* Takes one request and answers it by the script; never returns. */
static _Noreturn void
play(int s, const struct script *script, size_t len)
{
	size_t wanted = WIRE_REQUEST_LEN + len - script->ignored, step;
	uint8_t *request = malloc(wanted);
	int conn = accept(s, NULL, NULL);
	int64_t deadline = wire_now() + 5000;

	wire_receive(conn, request, wanted, deadline);
	if (script->silent) /* until the other side hangs up */
		poll(&(struct pollfd) { .fd = conn }, 1, 5000);
	for (size_t at = 0; at < script->len; at += step) {
		step = script->step > 0 ? script->step : script->len;
		if (step > script->len - at)
			step = script->len - at;
		wire_send(conn, script->bytes + at, step, deadline);
	}
	_exit(0);
}

/* Asks a worker that plays the script. */
static NEOERR *
ask(const struct script *script, size_t len, struct photo *photo)
{
	int s = listener(1);
	pid_t worker = fork();
	NEOERR *err;

	assert_int_not_equal(worker, -1);
	if (worker == 0)
		play(s, script, len);
	close(s);
	err = photo_normalise(&limits, "portrait", upload, len, photo);
	assert_int_equal(waitpid(worker, NULL, 0), worker);
	return err;
}

static void
assert_busy(struct photo *photo)
{
	assert_string_equal(photo->fault, "photo_busy");
	assert_null(photo->jpeg.data);
	photo_release(photo);
}

static void
a_good_answer_comes_whole_however_it_is_sliced(void **state)
{
	static const size_t steps[] = { 0, 1, 7, WIRE_ANSWER_LEN };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct script s = script();
		struct photo photo = { .width = 0 };

		s.step = steps[i];
		assert_ok(ask(&s, i == 0 ? LARGE : UPLOAD, &photo));
		assert_null(photo.fault);
		assert_int_equal(photo.width, 358);
		assert_int_equal(photo.height, 441);
		assert_int_equal(photo.jpeg.len, sizeof(jpeg));
		assert_memory_equal(photo.jpeg.data, jpeg, sizeof(jpeg));
		photo_release(&photo);
	}
}

static void
a_workers_fault_is_passed_on(void **state)
{
	(void)state;
	for (enum wire_fault fault = WIRE_TOO_SMALL; fault <= WIRE_BUSY; fault++) {
		struct script s = script();
		struct photo photo = { .width = 0 };

		s.answer = (struct wire_answer) { .fault = fault };
		wire_pack_answer(&s.answer, s.bytes);
		s.len = WIRE_ANSWER_LEN;
		assert_ok(ask(&s, UPLOAD, &photo));
		assert_string_equal(photo.fault, wire_fault_name(fault));
		photo_release(&photo);
	}
}

static void
too_small_and_too_large_are_known_without_asking(void **state)
{
	struct photo photo = { .width = 0 };

	(void)state;
	unlink(path);
	assert_ok(photo_normalise(&limits, "portrait", upload, 0, &photo));
	assert_string_equal(photo.fault, "photo_too_small");
	assert_ok(photo_normalise(&limits, "portrait", upload, 20479, &photo));
	assert_string_equal(photo.fault, "photo_too_small");
	assert_ok(photo_normalise(&limits, "portrait", upload, 9175041, &photo));
	assert_string_equal(photo.fault, "photo_too_large");
}

static void
workers_that_are_away_are_busy(void **state)
{
	struct photo photo = { .width = 0 };

	(void)state;
	unlink(path);
	assert_ok(photo_normalise(&limits, "portrait", upload, UPLOAD, &photo));
	assert_busy(&photo);
	close(listener(1)); /* a socket file that nobody listens at */
	assert_ok(photo_normalise(&limits, "portrait", upload, UPLOAD, &photo));
	assert_busy(&photo);
}

static void
a_worker_that_hangs_up_anywhere_is_busy(void **state)
{
	const struct script whole = script();

	(void)state;
	for (size_t len = 0; len < whole.len; len++) {
		struct script s = whole;
		struct photo photo = { .width = 0 };

		s.len = len;
		assert_ok(ask(&s, UPLOAD, &photo));
		assert_busy(&photo);
	}
}

static void
a_worker_that_does_not_read_or_answer_is_busy_after_the_timeout(void **state)
{
	struct script s = { .silent = true };
	struct photo photo = { .width = 0 };
	int64_t begun = wire_now();

	(void)state;
	assert_ok(ask(&s, UPLOAD, &photo));
	assert_busy(&photo);
	s.ignored = LARGE;
	assert_ok(ask(&s, LARGE, &photo));
	assert_busy(&photo);
	assert_true(wire_now() - begun >= 2000);
}

static void
a_full_queue_is_busy_at_once(void **state)
{
	int s = listener(0), waiting = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct photo photo = { .width = 0 };
	const int64_t begun = wire_now();

	(void)state;
	assert_int_equal(connect(waiting, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_ok(photo_normalise(&limits, "portrait", upload, UPLOAD, &photo));
	assert_busy(&photo);
	assert_true(wire_now() - begun < limits.timeout * 1000);
	close(waiting);
	close(s);
}

/* Each row puts one byte into a good answer. */
static void
an_answer_that_makes_no_sense_is_an_error(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} rows[] = {
		{ 0, 'X' },                   /* magic */
		{ 5, 9 },                     /* version */
		{ 7, 99 },                    /* fault beyond the table */
		{ 7, WIRE_TYPE },             /* a fault and a picture */
		{ 11, 1 },                    /* width */
		{ 15, 0 },                    /* height */
		{ 16, 1 },                    /* facts longer than allowed */
		{ 20, 1 },                    /* JPEG longer than allowed */
		{ WIRE_ANSWER_LEN + 2, 'P' }, /* no JPEG at its start */
		{ WIRE_ANSWER_LEN + 11, 0 },  /* nor at its end */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script s = script();
		struct photo photo = { .width = -1 };

		s.bytes[rows[i].at] = rows[i].byte;
		assert_fails(ask(&s, UPLOAD, &photo), FAIL_UNAVAILABLE);
		assert_int_equal(photo.width, -1);
		assert_null(photo.jpeg.data);
	}
}

static void
an_unknown_kind_is_our_own_mistake(void **state)
{
	struct photo photo = { .width = 0 };

	(void)state;
	assert_fails(photo_normalise(&limits, "selfie", upload, UPLOAD, &photo), NERR_ASSERT);
}

static void
every_limit_must_stand_in_the_configuration(void **state)
{
	struct photo_limits found = { .min = -1 };
	HDF *photo = hdf_get_obj(instance_conf, "Photo"), *conf;

	(void)state;
	assert_ok(photo_limits_init(&found, instance_conf));
	assert_int_equal(found.portrait_width, 358);
	assert_ok(hdf_init(&conf));
	assert_ok(hdf_copy(conf, "Photo", photo));
	assert_ok(hdf_set_value(conf, "Photo.SideMax", "no"));
	assert_fails(photo_limits_init(&found, conf), FAIL_CONFIG);
	assert_ok(hdf_remove_tree(conf, "Photo.SideMax"));
	assert_fails(photo_limits_init(&found, conf), FAIL_CONFIG);
	hdf_destroy(&conf);
}

static const struct db_sql misplace = { "misplace",
	"UPDATE photo SET id = ? WHERE id = ? AND person = ?" };

static void
a_picture_is_its_owners_and_only_in_its_own_row(void **state)
{
	uint8_t bytes[] = "\xff\xd8\xff picture \xff\xd9";
	struct photo photo = { .jpeg = { bytes, sizeof(bytes) }, .width = 358, .height = 441 };
	uint8_t owner[PERSON_LEN], other[PERSON_LEN], id[SEAL_ID_LEN], moved[SEAL_ID_LEN];
	struct bytes loaded = BYTES_INIT;
	struct seal *seal = NULL;
	bool found;

	(void)state;
	assert_ok(seal_init(&seal, instance_conf));
	assert_ok(seal_random(owner, sizeof(owner)));
	assert_ok(seal_random(other, sizeof(other)));
	assert_ok(seal_random(moved, sizeof(moved)));
	assert_ok(photo_store(instance_db, seal, owner, "portrait", &photo, id));

	assert_ok(photo_load(instance_db, seal, owner, id, &found, &loaded));
	assert_true(found);
	assert_int_equal(loaded.len, sizeof(bytes));
	assert_memory_equal(loaded.data, bytes, sizeof(bytes));
	bytes_release(&loaded);

	assert_ok(photo_load(instance_db, seal, other, id, &found, &loaded));
	assert_false(found);
	assert_ok(photo_load(instance_db, seal, owner, moved, &found, &loaded));
	assert_false(found);

	assert_ok(db_run(instance_db, &misplace,
	    DB_WITH(db_bytes(moved, sizeof(moved)), db_bytes(id, sizeof(id)),
		db_bytes(owner, sizeof(owner))),
	    NULL));
	assert_fails(photo_load(instance_db, seal, owner, moved, &found, &loaded), FAIL_CRYPTO);
	assert_null(loaded.data);
	seal_free(&seal);
}

static void
what_is_no_normalised_picture_is_not_kept(void **state)
{
	struct photo faulty = { .fault = "photo_type" }, empty = { .width = 358 };
	uint8_t owner[PERSON_LEN] = { 1 }, id[SEAL_ID_LEN];

	(void)state;
	assert_fails(
	    photo_store(instance_db, NULL, owner, "portrait", &faulty, id), NERR_ASSERT);
	assert_fails(
	    photo_store(instance_db, NULL, owner, "portrait", &empty, id), NERR_ASSERT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_comes_whole_however_it_is_sliced),
		cmocka_unit_test(a_workers_fault_is_passed_on),
		cmocka_unit_test(too_small_and_too_large_are_known_without_asking),
		cmocka_unit_test(workers_that_are_away_are_busy),
		cmocka_unit_test(a_worker_that_hangs_up_anywhere_is_busy),
		cmocka_unit_test(
		    a_worker_that_does_not_read_or_answer_is_busy_after_the_timeout),
		cmocka_unit_test(a_full_queue_is_busy_at_once),
		cmocka_unit_test(an_answer_that_makes_no_sense_is_an_error),
		cmocka_unit_test(an_unknown_kind_is_our_own_mistake),
		cmocka_unit_test(every_limit_must_stand_in_the_configuration),
		cmocka_unit_test(a_picture_is_its_owners_and_only_in_its_own_row),
		cmocka_unit_test(what_is_no_normalised_picture_is_not_kept),
	};

	return cmocka_run_group_tests_name("photo", tests, open_all, close_all);
}
