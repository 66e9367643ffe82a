/*
 * seed.c - seed BANK BRANCH FIRST COUNT PORTRAIT.jpg…: submitted applications of invented people, from the FIRST on, each
 * sealed as the pages seal it, each with one of the portraits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/application.h"
#include "apply/person.h"
#include "apply/sealed.h"
#include "apply/valid.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"

#define BATCH 200          /* applications in a transaction */
#define PORTRAIT_MAX 65536 /* bytes */
#define PROMISE_DAYS 30

enum { PHOTO, APPLICATION, EVENT };

static const struct db_sql sql[] = {
	[PHOTO] = { "seed_photo", "INSERT INTO photo (id, person, kind, application, body, "
				  "width, height, received_at) "
				  "VALUES (?, ?, 'portrait', ?, ?, 358, 441, ?)" },
	[APPLICATION] = { "seed_application",
	    "INSERT INTO application (no, person, live, state, channel, bank, branch, body, "
	    "portrait, submitted_at, promised_on) "
	    "VALUES (?, ?, 1, 'SUBMITTED', 'web', ?, ?, ?, ?, ?, ?)" },
	[EVENT] = { "seed_event",
	    "INSERT INTO application_event (application, n, state, at, cause) "
	    "VALUES (?, 1, 'SUBMITTED', ?, 'citizen')" },
};

struct portrait {
	size_t len;
	uint8_t data[PORTRAIT_MAX];
};

struct seeding {
	const struct seal *seal;
	const char *bank, *branch;
	const struct portrait *portraits;
	size_t portraits_count;
	unsigned long next, end;
};

/* GB 11643: the n-th of the numbers that nobody has (sequence 990 and up, of many days and regions). */
static void
id_number(unsigned long n, char out[19])
{
	snprintf(out, 19, "1101%02lu%04lu%02lu%02lu%03lu", n / 120960 % 100,
	    1950 + n / 3360 % 36, 1 + n / 280 % 12, 1 + n / 10 % 28, 990 + n % 10);
	out[17] = valid_id_check(out);
	out[18] = '\0';
}

static json_t *
answers_of(const struct seeding *s, const char *number)
{
	char birth[CLOCK_DATE_LEN];

	snprintf(birth, sizeof(birth), "%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
	return json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
	    "s:s, s:s}",
	    "name", "王芳", "id_type", "01", "id_number", number, "id_valid_from", "2021-06-21",
	    "id_valid_to", "2041-06-21", "sex", "2", "birth_date", birth, "nationality", "CHN",
	    "ethnicity", "01", "occupation", "17", "district", "110105", "address",
	    "幸福路 12 号院 3 号楼 402", "phone", "14300000001", "bank", s->bank, "branch",
	    s->branch, "delivery", "branch");
}

static NEOERR *
add(struct db *db, const struct seeding *s, unsigned long n)
{
	const struct portrait *portrait = &s->portraits[n % s->portraits_count];
	struct bytes photo = BYTES_INIT, body = BYTES_INIT;
	uint8_t person[PERSON_LEN], id[SEAL_ID_LEN];
	char number[19], no[APPLICATION_NO_LEN], today[CLOCK_DATE_LEN],
	    promised[CLOCK_DATE_LEN];
	int64_t now = clock_now();
	json_t *answers = NULL;
	NEOERR *err;

	id_number(n, number);
	clock_date(now, today);
	clock_add_days(today, PROMISE_DAYS, promised);
	if ((answers = answers_of(s, number)) == NULL)
		return nerr_raise(NERR_NOMEM, "seed");
	if ((err = person_key(s->seal, number, person)) ||
	    (err = application_number(now, no)) || (err = seal_random(id, sizeof(id))) ||
	    (err = seal_close(s->seal, "photo.body", id, sizeof(id), portrait->data,
		 portrait->len, &photo)) ||
	    (err = sealed_close(s->seal, "application.body", no, strlen(no), answers, &body)) ||
	    (err = db_run(db, &sql[PHOTO],
		 DB_WITH(db_bytes(id, sizeof(id)), db_bytes(person, sizeof(person)),
		     db_text(no), db_bytes(photo.data, photo.len), db_int(now)),
		 NULL)) ||
	    (err = db_run(db, &sql[APPLICATION],
		 DB_WITH(db_text(no), db_bytes(person, sizeof(person)), db_text(s->bank),
		     db_text(s->branch), db_bytes(body.data, body.len),
		     db_bytes(id, sizeof(id)), db_int(now), db_text(promised)),
		 NULL)) ||
	    (err = db_run(db, &sql[EVENT], DB_WITH(db_text(no), db_int(now)), NULL)))
		goto out;
out:
	json_decref(answers);
	bytes_release(&photo);
	bytes_release(&body);
	return nerr_pass(err);
}

static NEOERR *
add_batch(struct db *db, void *context)
{
	const struct seeding *s = context;
	NEOERR *err = STATUS_OK;

	for (unsigned long n = s->next; err == STATUS_OK && n < s->end && n < s->next + BATCH;
	     n++)
		err = add(db, s, n);
	return nerr_pass(err);
}

static NEOERR *
load(struct portrait *portrait, const char *path)
{
	FILE *in = fopen(path, "rb");
	NEOERR *err = STATUS_OK;

	if (in == NULL)
		return nerr_raise_errno(NERR_IO, "portrait");
	portrait->len = fread(portrait->data, 1, sizeof(portrait->data), in);
	if (portrait->len == 0 || portrait->len == sizeof(portrait->data))
		err = nerr_raise(FAIL_TOO_LARGE, "portrait of %zu bytes", portrait->len);
	fclose(in);
	return nerr_pass(err);
}

int
main(int argc, char **argv)
{
	struct seeding s = { .portraits_count = argc > 5 ? (size_t)argc - 5 : 0 };
	struct portrait *portraits = calloc(s.portraits_count + 1, sizeof(*portraits));
	struct seal *seal = NULL;
	struct db *db = NULL;
	HDF *conf = NULL;
	NEOERR *err;
	int code;

	if (argc < 6 || portraits == NULL)
		return 2;
	s.bank = argv[1];
	s.branch = argv[2];
	s.next = strtoul(argv[3], NULL, 10);
	s.end = s.next + strtoul(argv[4], NULL, 10);
	s.portraits = portraits;
	if ((err = fail_init()) || (err = conf_load(&conf)) || (err = db_init(&db, conf)) ||
	    (err = seal_init(&seal, conf)))
		goto out;
	s.seal = seal;
	for (size_t i = 0; i < s.portraits_count; i++) {
		if ((err = load(&portraits[i], argv[5 + i])))
			goto out;
	}
	for (; s.next < s.end && err == STATUS_OK; s.next += BATCH)
		err = db_transact(db, add_batch, &s);
out:
	code = err == STATUS_OK ? 0 : 1;
	log_failure("seed", NULL, &err);
	seal_free(&seal);
	db_free(&db);
	hdf_destroy(&conf);
	free(portraits);
	return code;
}
