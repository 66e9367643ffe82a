/*
 * retention.c - sbk retention: removes what may not be kept longer.
 *
 * Drafts untouched for Draft.Days and pictures that never became part of an application;
 * sessions, captchas, QR codes, hand-offs and counters that no longer mean anything.  In batches, each its own transaction.
 */
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "command.h"
#include "job.h"

#define BATCH "LIMIT 500"
#define DAY 86400

static const struct {
	struct db_sql sql;
	const char
	    *key;  /* of the configuration: how long it is kept, in units; NULL: not at all */
	long unit; /* seconds */
} rules[] = {
	{ { "drafts", "DELETE FROM draft WHERE saved_at < ? " BATCH }, "Draft.Days", DAY },
	{ { "photos",
	      "DELETE FROM photo WHERE application IS NULL AND received_at < ? " BATCH },
	    "Draft.Days", DAY },
	{ { "sessions", "DELETE FROM session WHERE seen_at < ? " BATCH }, "Session.Keep", 1 },
	{ { "captchas", "DELETE FROM captcha WHERE used_at < ? " BATCH }, "Captcha.Life", 1 },
	{ { "codes", "DELETE FROM otp WHERE tries_reset_at < ? " BATCH }, "Otp.Life", 1 },
	{ { "messages",
	      "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < ? " BATCH },
	    "Outbox.Days", DAY },
	{ { "qr_logins", "DELETE FROM qr_login WHERE scanned_at < ? " BATCH }, "Qr.Keep", 1 },
	{ { "handoffs", "DELETE FROM handoff WHERE created_at < ? " BATCH }, "Handoff.Keep",
	    1 },
	{ { "counters", "DELETE FROM throttle WHERE resets_at < ? " BATCH }, NULL, 0 },
};

struct retention {
	struct job job;
	bool dry_run;
};

static NEOERR *
apply(struct job *o, size_t rule, int64_t *removed)
{
	long keep = 0;
	int64_t affected;
	NEOERR *err;

	*removed = 0;
	if (rules[rule].key &&
	    (err = conf_int(o->conf, rules[rule].key, 0, 100L * 365 * DAY, &keep)))
		return nerr_pass(err);
	do {
		if ((err = db_run(o->db, &rules[rule].sql,
			 DB_WITH(db_int(clock_now() - keep * rules[rule].unit)), &affected)))
			return nerr_pass(err);
		*removed += affected;
	} while (affected > 0);
	return STATUS_OK;
}

/* All rules, told one by one. */
static NEOERR *
apply_all(struct db *db, void *context)
{
	struct retention *r = context;
	NEOERR *err = STATUS_OK;

	(void)db;
	for (size_t i = 0; err == STATUS_OK && i < sizeof rules / sizeof rules[0]; i++) {
		int64_t removed;

		if ((err = apply(&r->job, i, &removed)) == STATUS_OK)
			log_line("info", "retention",
			    (struct log_item[]) { LOG_TEXT("what", rules[i].sql.name),
				LOG_NUMBER("removed", removed), LOG_NUMBER("dry_run", 1) },
			    r->dry_run ? 3 : 2);
	}
	return nerr_pass(err);
}

int
cmd_retention(int argc, char **argv)
{
	struct retention r = { .dry_run = argc == 2 && strcmp(argv[1], "--dry-run") == 0 };
	NEOERR *err;

	if (argc > 2 || (argc == 2 && !r.dry_run))
		return 2;
	err = job_open(&r.job);
	if (err == STATUS_OK)
		err =
		    r.dry_run ? db_rehearse(r.job.db, apply_all, &r) : apply_all(r.job.db, &r);
	return job_close(&r.job, "retention", err);
}
