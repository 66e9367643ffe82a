#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "bank/marking.h"
#include "bank/standing.h"

#define HOUR 3600
#define DAY 86400
#define READY ".manifest.sig"

enum { ORDER, ANSWER, REPORT, COUNTS, OPEN };

static const struct db_sql sql[] = {
	[ORDER] = { "standing_order",
	    "SELECT msg_id, state, records, created_at FROM exchange_message "
	    "WHERE bank = ? AND direction = 'out' AND type = '" MARKING_TYPE "' "
	    "ORDER BY seq DESC LIMIT 1" },
	[ANSWER] = { "standing_answer",
	    "SELECT msg_id, type, created_at FROM exchange_message "
	    "WHERE bank = ? AND direction = 'in' AND state = 'APPLIED' "
	    "ORDER BY seq DESC LIMIT 1" },
	[REPORT] = { "standing_report",
	    "SELECT (SELECT MAX(created_at) FROM exchange_message WHERE bank = ? AND "
	    "direction = 'in' AND type = 'ProductionStatusReport' AND state = 'APPLIED'), "
	    "(SELECT MIN(created_at) FROM exchange_message WHERE bank = ? AND "
	    "direction = 'out' AND type = '" MARKING_TYPE "' AND state = 'ACCEPTED')" },
	[COUNTS] = { "standing_counts",
	    "SELECT (SELECT COUNT(*) FROM exchange_message WHERE bank = ? AND "
	    "direction = 'out' AND state IN ('MARKED', 'WRITTEN')), "
	    "(SELECT MIN(created_at) FROM exchange_message WHERE bank = ? AND "
	    "direction = 'out' AND state IN ('MARKED', 'WRITTEN')), "
	    "(SELECT COUNT(*) FROM exchange_message WHERE bank = ? AND direction = 'in' AND "
	    "state = 'REJECTED' AND created_at > ?), "
	    "(SELECT COUNT(*) FROM exchange_suspense s JOIN exchange_message m USING (msg_id) "
	    "WHERE m.bank = ? AND s.resolved_at IS NULL), "
	    "(SELECT MIN(s.noted_at) FROM exchange_suspense s JOIN exchange_message m "
	    "USING (msg_id) WHERE m.bank = ? AND s.resolved_at IS NULL)" },
	[OPEN] = { "standing_open",
	    "SELECT state, COUNT(*), MIN(submitted_at), SUM(promised_on < ?), "
	    "SUM(promised_on >= ? AND promised_on <= ?) FROM application "
	    "WHERE bank = ? AND live = 1 GROUP BY state ORDER BY state" },
};

NEOERR *
standing_rules_init(struct standing_rules *rules, HDF *conf)
{
	struct standing_rules found;
	const struct {
		const char *key;
		long *value;
	} keys[] = {
		{ "Exchange.Alarm.Night", &found.night },
		{ "Exchange.Alarm.Receipt", &found.receipt },
		{ "Exchange.Alarm.Report", &found.report },
		{ "Exchange.Alarm.Gap", &found.gap },
		{ "Exchange.Alarm.Suspense", &found.suspense },
		{ "Exchange.Alarm.Promise", &found.promise },
		{ "Exchange.Alarm.Certificate", &found.certificate },
	};
	NEOERR *err;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if ((err = conf_int(conf, keys[i].key, 0, 100000, keys[i].value)))
			return nerr_pass(err);
	*rules = found;
	return STATUS_OK;
}

struct look {
	struct exchange *exchange;
	const struct standing_rules *rules;
	const char *bank;
	int64_t now;
	json_t *standing; /* borrowed */
};

static void
alarm_of(const struct look *l, const char *alarm, int64_t number)
{
	json_array_append_new(json_object_get(l->standing, "alarms"),
	    json_pack("{s:s, s:I}", "alarm", alarm, "number", (json_int_t)number));
}

/* Is it longer ago than so many hours? The age in hours is the alarm's number. */
static void
alarm_after(const struct look *l, const char *alarm, int64_t since, long hours)
{
	if (l->now - since > hours * HOUR)
		alarm_of(l, alarm, (l->now - since) / HOUR);
}

/* The first row of a statement that wants the bank once; *found false: there is none. */
static NEOERR *
first(const struct look *l, int statement, struct db_rows **rows, bool *found)
{
	NEOERR *err;

	err = db_select(l->exchange->db, &sql[statement], DB_WITH(db_text(l->bank)), rows);
	if (err == STATUS_OK)
		err = db_next(*rows, found);
	return nerr_pass(err);
}

static NEOERR *
look_at_order(const struct look *l)
{
	struct db_rows *rows = NULL;
	bool found;
	NEOERR *err = first(l, ORDER, &rows, &found);

	if (err == STATUS_OK && found) {
		json_object_set_new(l->standing, "order",
		    json_pack("{s:s, s:s, s:I, s:I}", "msg_id", db_get_text(rows, 0), "state",
			db_get_text(rows, 1), "records", (json_int_t)db_get_int(rows, 2), "at",
			(json_int_t)db_get_int(rows, 3)));
		alarm_after(l, "night", db_get_int(rows, 3), l->rules->night);
	} else if (err == STATUS_OK)
		alarm_of(l, "night", -1);
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
look_at_answer(const struct look *l)
{
	struct db_rows *rows = NULL;
	bool found;
	NEOERR *err = first(l, ANSWER, &rows, &found);

	if (err == STATUS_OK && found)
		json_object_set_new(l->standing, "answer",
		    json_pack("{s:s, s:s, s:I}", "msg_id", db_get_text(rows, 0), "type",
			db_get_text(rows, 1), "at", (json_int_t)db_get_int(rows, 2)));
	db_rows_free(&rows);
	return nerr_pass(err);
}

/* A bank that has taken an order reports every night. */
static NEOERR *
look_at_report(const struct look *l)
{
	struct db_val bank = db_text(l->bank);
	struct db_rows *rows = NULL;
	bool found;
	NEOERR *err;

	err = db_select(l->exchange->db, &sql[REPORT], DB_WITH(bank, bank), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	if (err == STATUS_OK && !db_is_null(rows, 1))
		alarm_after(l, "report", db_get_int(rows, db_is_null(rows, 0) ? 1 : 0),
		    l->rules->report);
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
look_at_counts(const struct look *l)
{
	struct db_val bank = db_text(l->bank);
	struct db_rows *rows = NULL;
	bool found;
	NEOERR *err;

	err = db_select(l->exchange->db, &sql[COUNTS],
	    DB_WITH(bank, bank, bank, db_int(l->now - DAY), bank, bank), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	if (err == STATUS_OK) {
		json_object_set_new(
		    l->standing, "unanswered", json_integer((json_int_t)db_get_int(rows, 0)));
		json_object_set_new(
		    l->standing, "refused", json_integer((json_int_t)db_get_int(rows, 2)));
		json_object_set_new(
		    l->standing, "suspense", json_integer((json_int_t)db_get_int(rows, 3)));
		if (!db_is_null(rows, 1))
			alarm_after(l, "receipt", db_get_int(rows, 1), l->rules->receipt);
		if (db_get_int(rows, 2) > 0)
			alarm_of(l, "refused", db_get_int(rows, 2));
		if (!db_is_null(rows, 4))
			alarm_after(l, "suspense", db_get_int(rows, 4), l->rules->suspense);
	}
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
look_at_applications(const struct look *l)
{
	json_t *open = json_array();
	char today[CLOCK_DATE_LEN], soon[CLOCK_DATE_LEN];
	struct db_rows *rows = NULL;
	int64_t late = 0, near = 0;
	bool more = true;
	NEOERR *err;

	clock_date(l->now, today);
	clock_add_days(today, (int)l->rules->promise, soon);
	err = db_select(l->exchange->db, &sql[OPEN],
	    DB_WITH(db_text(today), db_text(today), db_text(soon), db_text(l->bank)), &rows);
	while (err == STATUS_OK && (err = db_next(rows, &more)) == STATUS_OK && more) {
		json_array_append_new(
		    open, json_pack("{s:s, s:I, s:I}", "state", db_get_text(rows, 0), "number",
			      (json_int_t)db_get_int(rows, 1), "since",
			      (json_int_t)db_get_int(rows, 2)));
		late += db_get_int(rows, 3);
		near += db_get_int(rows, 4);
	}
	db_rows_free(&rows);
	json_object_set_new(l->standing, "open", open);
	json_object_set_new(l->standing, "promise",
	    json_pack("{s:I, s:I}", "near", (json_int_t)near, "late", (json_int_t)late));
	if (err == STATUS_OK && late + near > 0)
		alarm_of(l, "promise", late + near);
	return nerr_pass(err);
}

/* Complete messages in the bank's folder of that name: how many, and the oldest. */
static void
count_ready(const struct look *l, const char *folder, int64_t *count, int64_t *oldest)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s/%s", l->exchange->dir, l->bank, folder);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL) {
		const size_t len = strlen(entry->d_name), tail = sizeof(READY) - 1;
		struct stat st;

		if (len <= tail || strcmp(entry->d_name + len - tail, READY) != 0 ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		(*count)++;
		*oldest = st.st_mtime < *oldest ? st.st_mtime : *oldest;
	}
	if (dir)
		closedir(dir);
}

/* What has come and is not taken yet, or is held since one before it is missing. */
static NEOERR *
look_at_inbound(const struct look *l)
{
	int64_t waiting = 0, oldest = l->now;

	count_ready(l, "inbound", &waiting, &oldest);
	count_ready(l, "work", &waiting, &oldest);
	json_object_set_new(l->standing, "waiting", json_integer((json_int_t)waiting));
	if (waiting > 0)
		alarm_after(l, "gap", oldest, l->rules->gap);
	return STATUS_OK;
}

/* Keys that cannot be read are an alarm, not the end of the list. */
static NEOERR *
look_at_certificates(const struct look *l)
{
	struct envelope *envelope = NULL;
	int bureau = 0, bank = 0;
	NEOERR *err;

	if ((err = exchange_envelope(l->exchange, l->bank, &envelope)) == STATUS_OK)
		err = envelope_days_left(envelope, &bureau, &bank);
	envelope_free(&envelope);
	if (nerr_handle(&err, FAIL_CONFIG)) {
		alarm_of(l, "certificate", -1);
		return STATUS_OK;
	}
	if (err != STATUS_OK)
		return nerr_pass(err);
	json_object_set_new(l->standing, "certificate",
	    json_pack("{s:i, s:i}", "bureau", bureau, "bank", bank));
	if (bureau < l->rules->certificate || bank < l->rules->certificate)
		alarm_of(l, "certificate", bureau < bank ? bureau : bank);
	return STATUS_OK;
}

NEOERR *
standing_of(struct exchange *exchange, const struct standing_rules *rules, const char *bank,
    json_t **standing)
{
	static NEOERR *(*const looks[])(const struct look *l) = {
		look_at_order,
		look_at_answer,
		look_at_report,
		look_at_counts,
		look_at_applications,
		look_at_inbound,
		look_at_certificates,
	};
	struct look l = {
		.exchange = exchange, .rules = rules, .bank = bank, .now = clock_now()
	};
	NEOERR *err = STATUS_OK;

	l.standing = json_pack("{s:s, s:[]}", "bank", bank, "alarms");
	if (l.standing == NULL)
		return nerr_raise(NERR_NOMEM, "standing");
	for (size_t i = 0; err == STATUS_OK && i < sizeof(looks) / sizeof(looks[0]); i++)
		err = looks[i](&l);
	if (err == STATUS_OK)
		*standing = l.standing;
	else
		json_decref(l.standing);
	return nerr_pass(err);
}
