/*
 * exchange.c - sbk export, import, resend MSGID, check FILE: the nightly exchange with the banks.
 *
 * One bank's trouble does not stop the others; any trouble makes the exit code 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <getopt.h>
#include <limits.h>

#include "bank/check.h"
#include "bank/exchange.h"
#include "bank/export.h"
#include "bank/import.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "command.h"

struct night {
	const char *bank; /* NULL: all */
	bool past_gaps, dry_run;
	char date[CLOCK_DATE_LEN];
};

/* False: called wrongly. */
static bool
read_options(struct night *night, int argc, char **argv, bool dated)
{
	static const struct option options[] = { { "bank", required_argument, NULL, 'b' },
		{ "date", required_argument, NULL, 'd' },
		{ "past-gaps", no_argument, NULL, 'g' }, { "dry-run", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 } };
	int option;

	clock_date(clock_now(), night->date);
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'b')
			night->bank = optarg;
		else if (option == 'd' && dated && clock_parse_date(optarg, NULL, NULL, NULL))
			snprintf(night->date, sizeof(night->date), "%s", optarg);
		else if (option == 'g' && !dated)
			night->past_gaps = true;
		else if (option == 'n')
			night->dry_run = true;
		else
			return false;
	}
	return optind == argc;
}

typedef NEOERR *(*bank_job)(struct exchange *exchange, const char *bank, const char *date);

static NEOERR *
import_bank(struct exchange *exchange, const char *bank, const char *date)
{
	(void)date;
	return nerr_pass(import_run(exchange, bank));
}

struct rehearsal {
	struct exchange *exchange;
	const char *bank, *date;
	bank_job job;
};

static NEOERR *
rehearse(struct db *db, void *context)
{
	const struct rehearsal *r = context;

	(void)db;
	return nerr_pass(r->job(r->exchange, r->bank, r->date));
}

/* The job itself; in a dry run nothing of it stays. */
static NEOERR *
for_bank(struct exchange *exchange, const char *bank, const char *date, bank_job job)
{
	struct rehearsal r = { exchange, bank, date, job };

	if (exchange->dry_run)
		return nerr_pass(db_rehearse(exchange->db, rehearse, &r));
	return nerr_pass(job(exchange, bank, date));
}

static NEOERR *
for_banks(struct exchange *exchange, const struct night *night, bank_job job)
{
	char bank[EXCHANGE_BANK_LEN] = "";
	int64_t done = 0;

	while (exchange_next_bank(exchange, bank)) {
		NEOERR *err;

		if (night->bank && strcmp(night->bank, bank) != 0)
			continue;
		done++;
		err = for_bank(exchange, bank, night->date, job);
		if (err != STATUS_OK) {
			exchange_tell(exchange, "error", "bank_failed", bank, NULL, NULL, -1);
			log_failure("bank_failed", NULL, &err);
		}
	}
	if (done == 0)
		return nerr_raise(FAIL_CONFIG, "no such bank in Bank");
	return STATUS_OK;
}

static int
run(const char *command, const struct night *night, bank_job job)
{
	struct exchange exchange = { .conf = NULL };
	HDF *conf = NULL;
	NEOERR *err;
	int code;

	if ((err = fail_init()) || (err = conf_load(&conf)) ||
	    (err = exchange_init(&exchange, conf)))
		goto out;
	exchange.past_gaps = night->past_gaps;
	exchange.dry_run = night->dry_run;
	err = for_banks(&exchange, night, job);
out:
	code = err == STATUS_OK && exchange.alarms == 0 ? 0 : 1;
	log_failure(command, NULL, &err);
	exchange_release(&exchange);
	hdf_destroy(&conf);
	return code;
}

int
cmd_export(int argc, char **argv)
{
	struct night night = { .bank = NULL };

	if (!read_options(&night, argc, argv, true))
		return 2;
	return run(argv[0], &night, export_run);
}

int
cmd_import(int argc, char **argv)
{
	struct night night = { .bank = NULL };

	if (!read_options(&night, argc, argv, false))
		return 2;
	return run(argv[0], &night, import_bank);
}

static NEOERR *
resend(struct exchange *exchange, const char *msg_id)
{
	struct message_header header;
	bool known = false;
	NEOERR *err = STATUS_OK;

	if (message_name(&header, msg_id))
		err = export_again(exchange, header.to, msg_id, &known);
	if (err == STATUS_OK && !known)
		err = nerr_raise(
		    FAIL_NOT_FOUND, "%s is no message of ours, or is accepted", msg_id);
	return nerr_pass(err);
}

int
cmd_resend(int argc, char **argv)
{
	struct exchange exchange = { .conf = NULL };
	HDF *conf = NULL;
	NEOERR *err;
	int code;

	if (argc != 2)
		return 2;
	if ((err = fail_init()) == STATUS_OK && (err = conf_load(&conf)) == STATUS_OK &&
	    (err = exchange_init(&exchange, conf)) == STATUS_OK)
		err = resend(&exchange, argv[1]);
	code = err == STATUS_OK && exchange.alarms == 0 ? 0 : 1;
	log_failure(argv[0], NULL, &err);
	exchange_release(&exchange);
	hdf_destroy(&conf);
	return code;
}

/* What a code means stands once, in the interface document: a table's row "| F01 | … |". */
static void
explain(const char *schema_dir, const char *code)
{
	char path[PATH_MAX], line[512], row[16];
	FILE *document;

	snprintf(path, sizeof(path), "%s/README.md", schema_dir);
	snprintf(row, sizeof(row), "| %s | ", code);
	document = fopen(path, "r");
	while (document != NULL && fgets(line, sizeof(line), document) != NULL) {
		const char *text = line + strlen(row);
		const char *end =
		    strncmp(line, row, strlen(row)) == 0 ? strstr(text, " |") : NULL;

		if (end != NULL)
			printf("  %.*s\n", (int)(end - text), text);
	}
	if (document != NULL)
		fclose(document);
}

struct checking {
	const char *schema_dir;
	int code; /* 1 once something was refused, or could not be checked */
};

static void
say(void *to, const char *file, const struct check *check)
{
	struct checking *checking = to;
	const struct fault *fault = &check->fault;
	const struct message_header *header = &check->header;
	char line[24] = "";

	if (fault_is(fault) || check->reach == CHECK_NOTHING)
		checking->code = 1;
	if (fault_is(fault)) {
		if (fault->line > 0)
			snprintf(line, sizeof(line), " line %d", fault->line);
		printf("%s: %s%s%s%s\n", file, fault->code, line, *fault->path ? " " : "",
		    fault->path);
		explain(checking->schema_dir, fault->code);
		return;
	}
	if (check->reach == CHECK_NOTHING) {
		printf("%s: not checked\n  Exchange.Keys has no certificate of %s\n", file,
		    header->from);
		return;
	}
	printf("%s: good, %s of %s, %lld records\n", file, header->type, header->business_date,
	    (long long)header->records);
	if (check->reach == CHECK_CLEAR)
		printf(
		    "  not checked: signature, manifest and digests; this is the XML alone\n");
	if (check->reach == CHECK_SEALED)
		printf("  not checked: the content; Exchange.Keys has no private key of %s\n",
		    header->to);
}

int
cmd_check(int argc, char **argv)
{
	struct exchange exchange = { .conf = NULL };
	struct checking checking = { .schema_dir = "" };
	struct checker *checker = NULL;
	HDF *conf = NULL;
	NEOERR *err;

	if (argc < 2 || argv[1][0] == '-')
		return 2;
	if ((err = fail_init()) || (err = conf_load(&conf)) ||
	    (err = conf_text(conf, "Schema.Dir", &checking.schema_dir)) ||
	    (err = exchange_init_check(&exchange, conf)) ||
	    (err = checker_init(&checker, &exchange, say, &checking)))
		goto out;
	for (int i = 1; i < argc && err == STATUS_OK; i++)
		err = checker_take(checker, argv[i]);
out:
	checking.code = err == STATUS_OK ? checking.code : 1;
	log_failure(argv[0], NULL, &err);
	checker_free(&checker);
	exchange_release(&exchange);
	hdf_destroy(&conf);
	return checking.code;
}
