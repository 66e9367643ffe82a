#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/fail.h"
#include "bank/exchange.h"

NEOERR *
exchange_init_check(struct exchange *exchange, HDF *conf)
{
	struct exchange made = { .conf = conf, .tell = log_line };
	const char *schema;
	NEOERR *err;

	if ((err = conf_text(conf, "Exchange.Dir", &made.dir)) ||
	    (err = conf_text(conf, "Exchange.Keys", &made.keys)) ||
	    (err = conf_text(conf, "Schema.Dir", &schema)) ||
	    (err = conf_int(
		 conf, "Exchange.RecordsPerFile", 1, 1000000, &made.records_per_file)) ||
	    (err = conf_int(conf, "Exchange.LeaseSeconds", 1, 86400, &made.lease_seconds)) ||
	    (err = conf_int(conf, "Exchange.BatchRecords", 1, 1000, &made.batch_records)) ||
	    (err = conf_int(conf, "Exchange.FileMax", 1, 1L << 40, &made.file_max)) ||
	    (err = schemas_init(&made.schemas, schema)))
		return nerr_pass(err);
	*exchange = made;
	return STATUS_OK;
}

NEOERR *
exchange_init(struct exchange *exchange, HDF *conf)
{
	struct exchange made;
	NEOERR *err;

	err = exchange_init_check(&made, conf);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if ((err = seal_init(&made.seal, conf)) || (err = db_init(&made.db, conf)) ||
	    (err = db_init(&made.ahead, conf))) {
		exchange_release(&made);
		return nerr_pass(err);
	}
	*exchange = made;
	return STATUS_OK;
}

void
exchange_release(struct exchange *exchange)
{
	schemas_free(&exchange->schemas);
	seal_free(&exchange->seal);
	db_free(&exchange->db);
	db_free(&exchange->ahead);
}

bool
exchange_next_bank(const struct exchange *exchange, char bank[EXCHANGE_BANK_LEN])
{
	bool found = bank[0] == '\0';

	for (HDF *child = hdf_get_child(exchange->conf, "Bank"); child;
	     child = hdf_obj_next(child)) {
		const char *code = hdf_obj_name(child);

		if (found && strlen(code) == EXCHANGE_BANK_LEN - 1) {
			memcpy(bank, code, EXCHANGE_BANK_LEN);
			return true;
		}
		found = found || strcmp(code, bank) == 0;
	}
	return false;
}

NEOERR *
exchange_envelope(const struct exchange *exchange, const char *bank, struct envelope **envelope)
{
	char key[32];
	const struct profile *row;
	const char *profile;
	NEOERR *err;

	snprintf(key, sizeof(key), "Bank.%s.profile", bank);
	if ((err = conf_text(exchange->conf, key, &profile)))
		return nerr_pass(err);
	row = profile_find(profile);
	return nerr_pass(
	    envelope_init(envelope, profile, exchange->keys, row ? row->bureau : "", bank));
}

NEOERR *
desk_init(
    struct desk *desk, struct exchange *exchange, const char *job, const char *bank, bool *busy)
{
	struct desk made = { .exchange = exchange, .bank = bank, .folder = FOLDER_INIT };
	char name[41], held_by[LEASE_HOLDER_LEN] = "";
	NEOERR *err;

	*busy = false;
	snprintf(name, sizeof(name), "%s/%s", job, bank);
	if ((err = exchange_envelope(exchange, bank, &made.envelope)) ||
	    (err = folder_init(&made.folder, exchange->dir, bank)) ||
	    (err = lease_take(
		 &made.lease, exchange->db, name, exchange->lease_seconds, held_by)))
		goto out;
	*busy = held_by[0] != '\0';
	if (*busy) {
		const struct log_item items[] = { LOG_TEXT("lease", name),
			LOG_TEXT("held_by", held_by) };

		exchange->tell("info", "lease_held", items, 2);
		goto out;
	}
	*desk = made;
	return STATUS_OK;
out:
	envelope_free(&made.envelope);
	folder_release(&made.folder);
	return nerr_pass(err);
}

void
desk_release(struct desk *desk)
{
	NEOERR *err;

	/* If the lease cannot be given back it runs out. */
	err = lease_release(&desk->lease, desk->exchange->db);
	nerr_ignore(&err);
	folder_release(&desk->folder);
	envelope_free(&desk->envelope);
}

void
exchange_tell(struct exchange *exchange, const char *level, const char *event, const char *bank,
    const char *msg_id, const struct fault *fault, int64_t number)
{
	struct log_item items[7];
	size_t n = 0;

	items[n++] = (struct log_item)LOG_TEXT("bank", bank);
	if (msg_id)
		items[n++] = (struct log_item)LOG_TEXT("msg_id", msg_id);
	if (fault) {
		items[n++] = (struct log_item)LOG_TEXT("code", fault->code);
		items[n++] = (struct log_item)LOG_NUMBER("line", fault->line);
		items[n++] = (struct log_item)LOG_TEXT("path", fault->path);
	}
	if (number >= 0)
		items[n++] = (struct log_item)LOG_NUMBER("records", number);
	if (exchange->dry_run)
		items[n++] = (struct log_item)LOG_NUMBER("dry_run", 1);
	if (strcmp(level, "error") == 0)
		exchange->alarms++;
	exchange->tell(level, event, items, n);
}
