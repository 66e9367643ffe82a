/*
 * reconcile.c - sbk reconcile: each order on which a bank and we differ, figure by figure, and its applications; the
 * figures as a snapshot for the operators' page too; and our own report of the day to the bank.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "bank/reconciliation.h"
#include "bank/snapshot.h"
#include "bank/statement.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "command.h"

struct telling {
	struct exchange *exchange;
	json_t *found; /* of one bank, as in snapshot.h */
};

static json_t *
figures(const int64_t of[FIGURES])
{
	json_t *all = of ? json_object() : NULL;

	for (size_t i = 0; all && i < FIGURES; i++)
		json_object_set_new(all, figures_names[i], json_integer((json_int_t)of[i]));
	return all;
}

static void
keep_difference(const struct telling *t, const struct difference *d)
{
	json_array_append_new(t->found,
	    json_pack("{s:s, s:s*, s:o*, s:o*}", "order", d->order, "report", d->report, "ours",
		figures(d->ours), "theirs", d->report ? figures(d->theirs) : NULL));
}

static NEOERR *
print_difference(const struct difference *d, void *context)
{
	const struct telling *t = context;

	printf("%s  %s  %s\n", d->bank, d->order,
	    d->report == NULL ? "the bank says nothing of it"
	    : d->ours == NULL ? "is no order of ours"
			      : d->report);
	for (size_t i = 0; d->report && d->ours && i < FIGURES; i++)
		if (d->ours[i] != d->theirs[i])
			printf("  %-14s ours %lld, the bank's %lld\n", figures_names[i],
			    (long long)d->ours[i], (long long)d->theirs[i]);
	exchange_tell(t->exchange, "error", "difference", d->bank, d->order, NULL, -1);
	keep_difference(t, d);
	return STATUS_OK;
}

static NEOERR *
print_record(const struct difference_record *record, void *context)
{
	(void)context;
	printf("  %6lld  %s/%lld  %s\n", (long long)record->n, record->application,
	    (long long)record->attempt, *record->status ? record->status : "no report yet");
	return STATUS_OK;
}

static NEOERR *
compare_one(struct exchange *exchange, const char *bank)
{
	struct telling t = { exchange, json_array() };
	const struct reconciliation_sink sink = { print_difference, print_record, &t };
	NEOERR *err;

	if ((err = reconciliation_compare(exchange, bank, &sink)) == STATUS_OK)
		err = snapshot_keep(exchange->db, bank, SNAPSHOT_DIFFERENCES, t.found);
	json_decref(t.found);
	return nerr_pass(err);
}

static NEOERR *
reconcile(struct exchange *exchange, const char *only)
{
	char bank[EXCHANGE_BANK_LEN] = "";
	char today[CLOCK_DATE_LEN];
	bool any = false;
	NEOERR *err = STATUS_OK;

	clock_date(clock_now(), today);
	while (err == STATUS_OK && exchange_next_bank(exchange, bank)) {
		if (only && strcmp(only, bank) != 0)
			continue;
		any = true;
		if ((err = compare_one(exchange, bank)) == STATUS_OK)
			err = statement_run(exchange, bank, today);
	}
	if (err == STATUS_OK && !any)
		err = nerr_raise(FAIL_CONFIG, "no such bank in Bank");
	return nerr_pass(err);
}

int
cmd_reconcile(int argc, char **argv)
{
	static const struct option options[] = { { "bank", required_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 } };
	struct exchange exchange = { .conf = NULL };
	const char *bank = NULL;
	HDF *conf = NULL;
	NEOERR *err;
	int option, code;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'b')
			return 2;
		bank = optarg;
	}
	if (optind != argc)
		return 2;
	if ((err = fail_init()) == STATUS_OK && (err = conf_load(&conf)) == STATUS_OK &&
	    (err = exchange_init(&exchange, conf)) == STATUS_OK)
		err = reconcile(&exchange, bank);
	code = err == STATUS_OK && exchange.alarms == 0 ? 0 : 1;
	log_failure(argv[0], NULL, &err);
	exchange_release(&exchange);
	hdf_destroy(&conf);
	return code;
}
