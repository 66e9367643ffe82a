/*
 * status.c - sbk status: how the exchange with each bank stands.
 *
 * A line a bank, or JSON, and a snapshot for the operators' page; alarms as lines of the log on stderr, and for Prometheus' textfile collector with --metrics.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>

#include "bank/snapshot.h"
#include "bank/standing.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "command.h"

struct wish {
	const char *bank; /* NULL: all */
	bool json;
	const char *metrics; /* a file, NULL: none */
};

static bool
read_options(struct wish *wish, int argc, char **argv)
{
	static const struct option options[] = { { "bank", required_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' }, { "metrics", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 } };
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'b')
			wish->bank = optarg;
		else if (option == 'j')
			wish->json = true;
		else if (option == 'm')
			wish->metrics = optarg;
		else
			return false;
	}
	return optind == argc;
}

static const char *
text_of(const json_t *of, const char *object, const char *key)
{
	const char *text = json_string_value(json_object_get(json_object_get(of, object), key));

	return text ? text : "-";
}

static long long
number_of(const json_t *of, const char *key)
{
	return json_integer_value(json_object_get(of, key));
}

/* The age of an object's moment, "3 h"; "-" when there is none. */
static const char *
age_of(const json_t *of, const char *object, char out[24])
{
	const json_t *at = json_object_get(json_object_get(of, object), "at");

	if (at == NULL)
		return "-";
	snprintf(out, 24, "%lld h", (long long)(clock_now() - json_integer_value(at)) / 3600);
	return out;
}

/* How many applications are under way. */
static long long
open_of(const json_t *standing)
{
	const json_t *one;
	long long sum = 0;
	size_t i;

	json_array_foreach(json_object_get(standing, "open"), i, one) sum +=
	    number_of(one, "number");
	return sum;
}

static void
print_head(void)
{
	printf("%-4s  %-26s %-9s %6s  %-26s %6s  %10s %7s %7s %8s  %6s %5s %5s  %6s %5s  %s\n",
	    "bank", "newest order", "", "age", "newest answer", "age", "unanswered", "refused",
	    "waiting", "suspense", "open", "near", "late", "bureau", "bank", "alarms");
}

static void
print_row(const json_t *standing)
{
	const json_t *promise = json_object_get(standing, "promise"), *one;
	const json_t *days = json_object_get(standing, "certificate");
	char order[24], answer[24];
	size_t i;

	printf("%-4s  %-26s %-9s %6s  %-26s %6s  %10lld %7lld %7lld %8lld  %6lld %5lld %5lld  "
	       "%6lld %5lld ",
	    json_string_value(json_object_get(standing, "bank")),
	    text_of(standing, "order", "msg_id"), text_of(standing, "order", "state"),
	    age_of(standing, "order", order), text_of(standing, "answer", "msg_id"),
	    age_of(standing, "answer", answer), number_of(standing, "unanswered"),
	    number_of(standing, "refused"), number_of(standing, "waiting"),
	    number_of(standing, "suspense"), open_of(standing), number_of(promise, "near"),
	    number_of(promise, "late"), number_of(days, "bureau"), number_of(days, "bank"));
	json_array_foreach(json_object_get(standing, "alarms"), i, one)
	    printf(" %s", json_string_value(json_object_get(one, "alarm")));
	printf("\n");
}

static void
tell_alarms(struct exchange *exchange, const json_t *standing)
{
	const char *bank = json_string_value(json_object_get(standing, "bank"));
	const json_t *one;
	char event[40];
	size_t i;

	json_array_foreach(json_object_get(standing, "alarms"), i, one)
	{
		snprintf(event, sizeof(event), "alarm_%s",
		    json_string_value(json_object_get(one, "alarm")));
		exchange_tell(
		    exchange, "error", event, bank, NULL, NULL, number_of(one, "number"));
	}
}

/* ---- Prometheus' text format ---- */

static void
metric(FILE *file, const char *name, const char *bank, const char *label, const char *value,
    long long number)
{
	if (label)
		fprintf(file, "sbk_exchange_%s{bank=\"%s\",%s=\"%s\"} %lld\n", name, bank,
		    label, value, number);
	else
		fprintf(file, "sbk_exchange_%s{bank=\"%s\"} %lld\n", name, bank, number);
}

static void
write_bank(FILE *file, const json_t *standing)
{
	static const char *const counts[] = { "unanswered", "refused", "waiting", "suspense" };
	const char *bank = json_string_value(json_object_get(standing, "bank")), *key;
	const json_t *order = json_object_get(standing, "order");
	const json_t *answer = json_object_get(standing, "answer"), *one;
	json_t *value;
	size_t i;

	if (order)
		metric(file, "order_age_seconds", bank, NULL, NULL,
		    clock_now() - number_of(order, "at"));
	if (answer)
		metric(file, "answer_age_seconds", bank, NULL, NULL,
		    clock_now() - number_of(answer, "at"));
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		metric(file, counts[i], bank, NULL, NULL, number_of(standing, counts[i]));
	json_array_foreach(json_object_get(standing, "open"), i, one)
	    metric(file, "open", bank, "state",
		json_string_value(json_object_get(one, "state")), number_of(one, "number"));
	json_object_foreach(json_object_get(standing, "promise"), key, value)
	    metric(file, "promise", bank, "is", key, json_integer_value(value));
	json_object_foreach(json_object_get(standing, "certificate"), key, value)
	    metric(file, "certificate_days", bank, "of", key, json_integer_value(value));
	json_array_foreach(json_object_get(standing, "alarms"), i, one) metric(
	    file, "alarm", bank, "alarm", json_string_value(json_object_get(one, "alarm")), 1);
}

/* Whole or not at all: the collector may read at any time. */
static NEOERR *
write_metrics(const char *path, const json_t *all)
{
	char tmp[PATH_MAX];
	const json_t *one;
	FILE *file;
	size_t i;
	bool bad;

	snprintf(tmp, sizeof(tmp), "%s.tmp", path);
	if ((file = fopen(tmp, "we")) == NULL)
		return nerr_raise_errno(NERR_IO, "%s", tmp);
	json_array_foreach(all, i, one) write_bank(file, one);
	bad = fflush(file) != 0 || fsync(fileno(file)) != 0;
	bad = fclose(file) != 0 || bad;
	if (bad || rename(tmp, path) != 0)
		return nerr_raise_errno(NERR_IO, "%s", path);
	return STATUS_OK;
}

static NEOERR *
collect(struct exchange *exchange, const struct wish *wish, json_t *all)
{
	struct standing_rules rules;
	char bank[EXCHANGE_BANK_LEN] = "";
	NEOERR *err;

	if ((err = standing_rules_init(&rules, exchange->conf)))
		return nerr_pass(err);
	while (exchange_next_bank(exchange, bank)) {
		json_t *standing;

		if (wish->bank && strcmp(wish->bank, bank) != 0)
			continue;
		if ((err = standing_of(exchange, &rules, bank, &standing)))
			return nerr_pass(err);
		json_array_append_new(all, standing);
		if ((err = snapshot_keep(exchange->db, bank, SNAPSHOT_STANDING, standing)))
			return nerr_pass(err);
	}
	return json_array_size(all) > 0 ? STATUS_OK
					: nerr_raise(FAIL_CONFIG, "no such bank in Bank");
}

static void
say(struct exchange *exchange, const struct wish *wish, const json_t *all)
{
	const json_t *one;
	size_t i;

	if (wish->json) {
		json_dumpf(all, stdout, JSON_INDENT(1));
		printf("\n");
	} else {
		print_head();
		json_array_foreach(all, i, one) print_row(one);
	}
	json_array_foreach(all, i, one) tell_alarms(exchange, one);
}

int
cmd_status(int argc, char **argv)
{
	struct exchange exchange = { .conf = NULL };
	struct wish wish = { .bank = NULL };
	json_t *all = json_array();
	HDF *conf = NULL;
	NEOERR *err;
	int code = 2;

	if (!read_options(&wish, argc, argv))
		goto out;
	if ((err = fail_init()) == STATUS_OK && (err = conf_load(&conf)) == STATUS_OK &&
	    (err = exchange_init(&exchange, conf)) == STATUS_OK &&
	    (err = collect(&exchange, &wish, all)) == STATUS_OK) {
		say(&exchange, &wish, all);
		err = wish.metrics ? write_metrics(wish.metrics, all) : STATUS_OK;
	}
	code = err == STATUS_OK && exchange.alarms == 0 ? 0 : 1;
	log_failure(argv[0], NULL, &err);
out:
	exchange_release(&exchange);
	hdf_destroy(&conf);
	json_decref(all);
	return code;
}
