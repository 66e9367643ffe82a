/*
 * citizens.c - citizens PORTRAIT.jpg: does on $SBK_CONF's instance what invented citizens ask for, a line each, with what the pages
 * call.  Not a test: tests/month calls it.
 *
 *   apply N BANK BRANCH DELIVERY      on the roster, pictures, draft, submission; DELIVERY: branch or mail. Asked again, the number
 *                                     of the one that is there
 *   correct N NUMBER BRANCH           what came back, with that branch and a new portrait where these open again
 *   withdraw N NUMBER
 *
 * N names the citizen.  Answers with a line each: the number when it is done, "-" when it is not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apply/application.h>
#include <apply/correction.h>
#include <apply/draft.h>
#include <apply/person.h>
#include <apply/valid.h>
#include <apply/withdrawal.h>
#include <base/clock.h>
#include <base/conf.h>
#include <base/fail.h>
#include <base/log.h>

#define ACTOR "00112233445566778899aabbccddeeff"
#define PORTRAIT_MAX 65536 /* bytes */

static const struct db_sql add_photo = { "citizens_photo",
	"INSERT INTO photo (id, person, kind, body, width, height, received_at) "
	"VALUES (?, ?, 'portrait', ?, 358, 441, ?)" };

struct wish {
	HDF *conf;
	const struct seal *seal;
	const void *portrait;
	size_t portrait_len;
	long promise_days;
	char id_number[19], bank[4], branch[13], delivery[8];
	uint8_t person[PERSON_LEN];
	char no[APPLICATION_NO_LEN];
	bool done;
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

static NEOERR *
send_portrait(struct db *db, const struct wish *w, char hex[2 * SEAL_ID_LEN + 1])
{
	struct bytes body = BYTES_INIT;
	uint8_t id[SEAL_ID_LEN];
	NEOERR *err;

	if ((err = seal_random(id, sizeof(id))) == STATUS_OK &&
	    (err = seal_close(w->seal, "photo.body", id, sizeof(id), w->portrait,
		 w->portrait_len, &body)) == STATUS_OK)
		err = db_run(db, &add_photo,
		    DB_WITH(db_bytes(id, sizeof(id)), db_bytes(w->person, PERSON_LEN),
			db_bytes(body.data, body.len), db_int(clock_now())),
		    NULL);
	bytes_release(&body);
	seal_hex(id, sizeof(id), hex);
	return nerr_pass(err);
}

static json_t *
facts_of(const struct wish *w)
{
	char birth[CLOCK_DATE_LEN];

	snprintf(birth, sizeof(birth), "%.4s-%.2s-%.2s", w->id_number + 6, w->id_number + 10,
	    w->id_number + 12);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "name", "𠮷野·王",
	    "id_type", "01", "id_number", w->id_number, "id_valid_from", "2021-06-21",
	    "id_valid_to", "2041-06-21", "sex", "2", "birth_date", birth, "nationality", "CHN",
	    "phone", "14300000001");
}

static json_t *
answers_of(const struct wish *w, const char *portrait)
{
	json_t *answers = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "address",
	    "幸福路 <12> 号院 & 3 号楼", "occupation", "17", "bank", w->bank, "branch",
	    w->branch, "delivery", w->delivery, "portrait", portrait);
	json_t *mail = strcmp(w->delivery, "mail") != 0
			   ? NULL
			   : json_pack("{s:s, s:s, s:s}", "mail_name", "王芳", "mail_phone",
				 "13900000001", "mail_address", "东直门内大街 1 号");

	json_object_update(answers, mail);
	json_decref(mail);
	return answers;
}

/* What the steps before the last one leave behind. */
static NEOERR *
prepare(struct db *db, void *context)
{
	struct wish *w = context;
	json_t *facts = facts_of(w), *answers = NULL;
	char portrait[2 * SEAL_ID_LEN + 1];
	uint8_t form[SEAL_HASH_LEN] = { 0 };
	struct draft draft = { .body = NULL };
	bool stale;
	NEOERR *err;

	if ((err = draft_init(&draft)) || (err = draft_lock(&draft, db, w->seal, w->person)) ||
	    (err = insured_store(db, w->seal, facts, "employee", w->bank, 2, false)) ||
	    (err = send_portrait(db, w, portrait)))
		goto out;
	answers = answers_of(w, portrait);
	json_object_update(draft_answers(&draft), answers);
	err = draft_save(&draft, db, w->seal, w->person, draft.version, form, &stale);
out:
	draft_release(&draft);
	json_decref(answers);
	json_decref(facts);
	return nerr_pass(err);
}

static NEOERR *
submit(struct db *db, void *context)
{
	struct wish *w = context;
	struct draft draft;
	NEOERR *err;

	w->done = false;
	if ((err = draft_init(&draft)))
		return nerr_pass(err);
	if ((err = draft_lock(&draft, db, w->seal, w->person)) == STATUS_OK)
		err = application_submit(
		    db, w->seal, w->person, ACTOR, &draft, "web", w->promise_days, w->no);
	w->done = err == STATUS_OK;
	draft_release(&draft);
	return nerr_pass(err);
}

static NEOERR *
correct(struct db *db, void *context)
{
	struct wish *w = context;
	char portrait[2 * SEAL_ID_LEN + 1];
	json_t *changed = NULL;
	NEOERR *err;

	if ((err = send_portrait(db, w, portrait)))
		return nerr_pass(err);
	changed = json_pack("{s:s, s:s}", "branch", w->branch, "portrait", portrait);
	err = application_correct(
	    db, w->seal, w->person, ACTOR, w->no, w->conf, changed, w->promise_days, &w->done);
	json_decref(changed);
	return nerr_pass(err);
}

static NEOERR *
withdraw(struct db *db, void *context)
{
	struct wish *w = context;

	w->done = false;
	return nerr_pass(application_withdraw(db, w->seal, w->person, ACTOR, w->no, &w->done));
}

/* False: no such wish. */
static bool
read_wish(struct wish *w, const char *line, char verb[10])
{
	unsigned long n;
	bool known;

	if (sscanf(line, "%9s %lu", verb, &n) != 2)
		return false;
	w->done = false;
	id_number(n, w->id_number);
	known = strcmp(verb, "apply") == 0
		    ? sscanf(line, "%*s %*u %3s %12s %7s", w->bank, w->branch, w->delivery) == 3
		: strcmp(verb, "correct") == 0
		    ? sscanf(line, "%*s %*u %20s %12s", w->no, w->branch) == 2
		    : sscanf(line, "%*s %*u %20s", w->no) == 1;
	return known;
}

/* The number of her live application, as 我的办事 shows it. */
static NEOERR *
look(struct db *db, struct wish *w)
{
	struct application live = { .body = NULL };
	size_t n = 0;
	NEOERR *err = application_list(db, w->seal, w->person, &live, 1, &n);

	w->done = err == STATUS_OK && n > 0;
	if (w->done)
		snprintf(w->no, sizeof(w->no), "%s", live.no);
	application_release(&live);
	return nerr_pass(err);
}

static NEOERR *
grant(struct db *db, struct wish *w, const char *verb)
{
	NEOERR *err;

	if ((err = person_key(w->seal, w->id_number, w->person)))
		return nerr_pass(err);
	if (strcmp(verb, "correct") == 0)
		return nerr_pass(db_transact(db, correct, w));
	if (strcmp(verb, "withdraw") == 0)
		return nerr_pass(db_transact(db, withdraw, w));
	if ((err = look(db, w)) || w->done || (err = db_transact(db, prepare, w)))
		return nerr_pass(err);
	return nerr_pass(db_transact(db, submit, w));
}

int
main(int argc, char **argv)
{
	static char portrait[PORTRAIT_MAX];
	struct wish w = { .portrait = portrait };
	char line[128], verb[10];
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	struct seal *seal = NULL;
	struct db *db = NULL;
	NEOERR *err;
	int code;

	if (file == NULL)
		return 2;
	w.portrait_len = fread(portrait, 1, sizeof(portrait), file);
	fclose(file);
	if ((err = fail_init()) || (err = conf_load(&w.conf)) ||
	    (err = conf_int(w.conf, "Application.PromiseDays", 1, 365, &w.promise_days)) ||
	    (err = seal_init(&seal, w.conf)) || (err = db_init(&db, w.conf)))
		goto out;
	w.seal = seal;
	while (fgets(line, sizeof(line), stdin)) {
		NEOERR *failed = read_wish(&w, line, verb)
				     ? grant(db, &w, verb)
				     : nerr_raise(FAIL_CONFIG, "no wish: %s", line);

		printf("%s\n", failed == STATUS_OK && w.done ? w.no : "-");
		fflush(stdout);
		log_failure("citizens", NULL, &failed);
	}
out:
	code = err == STATUS_OK ? 0 : 1;
	log_failure("citizens", NULL, &err);
	db_free(&db);
	seal_free(&seal);
	hdf_destroy(&w.conf);
	return code;
}
