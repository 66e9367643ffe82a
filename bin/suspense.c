/*
 * suspense.c - sbk suspense [list [--bank CODE]]: what banks said of applications that we do not know, a line each;
 * sbk suspense resolve MSGID N --by NAME --why TEXT: settled, by whom and for what reason.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/suspense.h"
#include "base/clock.h"
#include "base/fail.h"
#include "command.h"
#include "job.h"

static NEOERR *
print(const struct suspense *s, void *context)
{
	char at[CLOCK_TIME_LEN];

	(void)context;
	clock_iso(s->noted_at, at);
	printf("%s  %-28s %6lld  %-40s %s\n", at, s->msg_id, (long long)s->n, s->application,
	    s->reason);
	return STATUS_OK;
}

static NEOERR *
resolve(struct db *db, const char *msg_id, const char *number, const char *by, const char *why)
{
	char *end;
	const long long n = strtoll(number, &end, 10);
	bool done = false;
	NEOERR *err = STATUS_OK;

	if (*number && *end == '\0')
		err = suspense_resolve(db, msg_id, n, by, why, &done);
	if (err == STATUS_OK && !done)
		err = nerr_raise(
		    FAIL_NOT_FOUND, "nothing of %s %s is in suspense", msg_id, number);
	return nerr_pass(err);
}

int
cmd_suspense(int argc, char **argv)
{
	static const struct option options[] = { { "bank", required_argument, NULL, 'b' },
		{ "by", required_argument, NULL, 'y' }, { "why", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 } };
	const char *bank = NULL, *by = NULL, *why = NULL;
	bool list, resolves;
	struct job o;
	NEOERR *err;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return 2;
		*(option == 'b' ? &bank : option == 'y' ? &by : &why) = optarg;
	}
	list = argc == optind || (argc == optind + 1 && strcmp(argv[optind], "list") == 0);
	resolves = argc == optind + 3 && strcmp(argv[optind], "resolve") == 0 && by && *by &&
		   why && *why;
	if (!list && !resolves)
		return 2;
	if ((err = job_open(&o)) == STATUS_OK)
		err = list ? suspense_list(o.db, bank, INT64_MAX, print, NULL)
			   : resolve(o.db, argv[optind + 1], argv[optind + 2], by, why);
	return job_close(&o, "suspense", err);
}
