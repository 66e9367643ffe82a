#include <stdio.h>
#include <string.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/throttle.h"
#include "web/operator.h"

#define NAME_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-"
#define PATH_LETTERS NAME_LETTERS "/"
#define DAY 86400

NEOERR *
operator_name(const struct request *request, char name[OPERATOR_LEN])
{
	const char *given = request_param(request, "OPERATOR");
	const size_t len = strlen(given);

	if (len == 0 || len >= OPERATOR_LEN || strspn(given, NAME_LETTERS) != len)
		return nerr_raise(FAIL_NOT_FOUND, "no operator");
	memcpy(name, given, len + 1);
	return STATUS_OK;
}

#define CSRF_DOMAIN "operator_csrf"
#define SUBJECT_LEN (OPERATOR_LEN + CLOCK_DATE_LEN)

static void
subject(const char *name, int64_t at, char out[SUBJECT_LEN])
{
	char day[CLOCK_DATE_LEN];

	clock_date(at, day);
	snprintf(out, SUBJECT_LEN, "%s/%s", name, day);
}

NEOERR *
operator_csrf(const struct seal *seal, const char *name, char out[CSRF_LEN])
{
	char today[SUBJECT_LEN];

	subject(name, clock_now(), today);
	return nerr_pass(csrf_token(seal, CSRF_DOMAIN, today, out));
}

NEOERR *
operator_check_csrf(const struct seal *seal, const struct settings *settings, const char *name,
    const struct request *request)
{
	const char *given = form_text(&request->form, "csrf");
	char today[SUBJECT_LEN], yesterday[SUBJECT_LEN];
	const int64_t now = clock_now();
	bool right, was_right;
	NEOERR *err;

	subject(name, now, today);
	subject(name, now - DAY, yesterday);
	if ((err = request_check_origin(request, settings->operators.origin)) ||
	    (err = csrf_check(seal, CSRF_DOMAIN, today, given, &right)) ||
	    (err = csrf_check(seal, CSRF_DOMAIN, yesterday, given, &was_right)))
		return nerr_pass(err);
	if (!right && !was_right)
		return nerr_raise(FAIL_FORBIDDEN, "CSRF token");
	return STATUS_OK;
}

struct record {
	const char *name;
	char what[sizeof((struct request *)0)->method + sizeof((struct request *)0)->path];
};

static NEOERR *
work(struct db *db, void *context)
{
	const struct record *record = context;

	return nerr_pass(audit_write(db, "operator", record->name, "", record->what));
}

NEOERR *
operator_record(struct db *db, const struct seal *seal, const struct settings *settings,
    const char *name, const struct request *request)
{
	struct record record = { .name = name };
	bool allowed;
	int64_t wait;
	NEOERR *err;

	if (strspn(request->path, PATH_LETTERS) != strlen(request->path))
		return nerr_raise(FAIL_NOT_FOUND, "no such page");
	if ((err = throttle_hit(db, seal, "operator", name, strlen(name),
		 &settings->operators.views, &allowed, &wait)))
		return nerr_pass(err);
	if (!allowed)
		return nerr_raise(FAIL_TOO_MANY, "operator %s has looked enough", name);
	snprintf(record.what, sizeof record.what, "%s %s", request->method, request->path);
	return nerr_pass(db_transact(db, work, &record));
}
