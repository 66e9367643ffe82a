/*
 * migrate.c - sbk migrate: applies the files schema/NNNN_*.sql that the database has not had
 * yet.
 *
 * Forward only, in order, each once.  A change of tables commits by itself, so no transaction
 * can hold a migration; instead its row is there from the beginning of the work (applied_at
 * NULL), and one that was begun and not finished needs a human.  Two at once are kept apart
 * by a lock on row 0, held by a second connection; on a cluster, where such a lock does not
 * reach far, by the primary key.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "command.h"
#include "job.h"

enum { CREATE, GATE, ENTER, FIND, NEWEST, BEGIN, FINISH };

static const struct db_sql sql[] = {
	[CREATE] = { "migration_create",
	    "CREATE TABLE IF NOT EXISTS schema_migration ("
	    "version INT NOT NULL, name VARCHAR(80) NOT NULL, sha256 BINARY(32) NOT NULL, "
	    "begun_at BIGINT NOT NULL, applied_at BIGINT NULL, PRIMARY KEY (version)) "
	    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin" },
	[GATE] = { "migration_gate",
	    "INSERT IGNORE INTO schema_migration (version, name, sha256, begun_at, applied_at) "
	    "VALUES (0, '', '', 0, 0)" },
	[ENTER] = { "migration_enter",
	    "SELECT version FROM schema_migration WHERE version = 0 FOR UPDATE" },
	[FIND] = { "migration_find",
	    "SELECT sha256, applied_at FROM schema_migration WHERE version = ?" },
	[NEWEST] = { "migration_newest", "SELECT MAX(version) FROM schema_migration" },
	[BEGIN] = { "migration_begin", "INSERT INTO schema_migration (version, name, sha256, "
				       "begun_at) VALUES (?, ?, ?, ?)" },
	[FINISH] = { "migration_finish",
	    "UPDATE schema_migration SET applied_at = ? WHERE version = ?" },
};

struct migration {
	int version;
	const char *name; /* of the file */
	char *text;       /* owned */
	uint8_t sha256[SHA256_DIGEST_LENGTH];
};

struct run {
	const struct job *o;
	const char *folder;
	int64_t applied;
};

static int
is_migration(const struct dirent *entry)
{
	const char *name = entry->d_name;
	size_t len = strlen(name);

	return strspn(name, "0123456789") == 4 && name[4] == '_' && len > 9 &&
	       strcmp(name + len - 4, ".sql") == 0;
}

static NEOERR *
read_migration(const char *folder, const char *name, struct migration *m)
{
	char path[4096];
	NEOERR *err;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	*m = (struct migration) { .version = (int)strtol(name, NULL, 10), .name = name };
	if ((err = ne_load_file(path, &m->text)))
		return nerr_pass(err);
	SHA256((const unsigned char *)m->text, strlen(m->text), m->sha256);
	return STATUS_OK;
}

/* *there: it has been applied. FAIL_CONFIG when it was changed since, or was not finished. */
static NEOERR *
look_up(struct db *db, const struct migration *m, bool *there)
{
	struct db_rows *rows = NULL;
	const void *sha256;
	size_t len;
	NEOERR *err;

	if ((err = db_select(db, &sql[FIND], DB_WITH(db_int(m->version)), &rows)) ||
	    (err = db_next(rows, there)) || !*there)
		goto out;
	sha256 = db_get_bytes(rows, 0, &len);
	if (len != sizeof(m->sha256) || memcmp(sha256, m->sha256, len) != 0)
		err = nerr_raise(FAIL_CONFIG, "%s was changed after it was begun", m->name);
	else if (db_is_null(rows, 1))
		err = nerr_raise(FAIL_CONFIG,
		    "%s was begun and not finished: see what it did, finish or undo it by "
		    "hand, "
		    "then set applied_at or delete its row in schema_migration",
		    m->name);
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
check_newest(struct db *db, const struct migration *m)
{
	struct db_rows *rows = NULL;
	bool more;
	NEOERR *err;

	err = db_select(db, &sql[NEWEST], DB_NONE, &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err == STATUS_OK && db_get_int(rows, 0) > m->version)
		err = nerr_raise(
		    FAIL_CONFIG, "%s is older than what the database has had", m->name);
	db_rows_free(&rows);
	return nerr_pass(err);
}

static NEOERR *
apply(struct run *run, const struct migration *m)
{
	struct db *db = run->o->db;
	bool there;
	NEOERR *err;

	if ((err = look_up(db, m, &there)))
		return nerr_pass(err);
	if (there)
		return STATUS_OK;
	if ((err = check_newest(db, m)) ||
	    (err = db_run(db, &sql[BEGIN],
		 DB_WITH(db_int(m->version), db_text(m->name),
		     db_bytes(m->sha256, sizeof(m->sha256)), db_int(clock_now())),
		 NULL)) ||
	    (err = db_script(db, m->name, m->text)) ||
	    (err = db_run(
		 db, &sql[FINISH], DB_WITH(db_int(clock_now()), db_int(m->version)), NULL)))
		return nerr_pass(err);
	run->applied++;
	log_line(
	    "info", "migrated", (const struct log_item[]) { LOG_TEXT("name", m->name) }, 1);
	return STATUS_OK;
}

/*
 * The work of the connection that keeps others out: the changes themselves go over another
 * one.
 */
static NEOERR *
migrate(struct db *keeper, void *context)
{
	struct run *run = context;
	struct db_rows *rows = NULL;
	struct dirent **files = NULL;
	int count = 0;
	NEOERR *err;

	if ((err = db_select(keeper, &sql[ENTER], DB_NONE, &rows)))
		return nerr_pass(err);
	db_rows_free(&rows);
	count = scandir(run->folder, &files, is_migration, alphasort);
	if (count < 0)
		return nerr_raise_errno(NERR_IO, "%s", run->folder);
	for (int i = 0; i < count && err == STATUS_OK; i++) {
		struct migration m;

		err = read_migration(run->folder, files[i]->d_name, &m);
		if (err == STATUS_OK)
			err = apply(run, &m);
		free(m.text);
	}
	for (int i = 0; i < count; i++)
		free(files[i]);
	free(files);
	return nerr_pass(err);
}

int
cmd_migrate(int argc, char **argv)
{
	struct run run = { .applied = 0 };
	struct db *keeper = NULL;
	struct job o;
	NEOERR *err;

	if (argc != 1)
		return 2;
	run.o = &o;
	if ((err = job_open(&o)) || (err = conf_text(o.conf, "Schema.Dir", &run.folder)) ||
	    (err = db_init(&keeper, o.conf)) ||
	    (err = db_run(o.db, &sql[CREATE], DB_NONE, NULL)) ||
	    (err = db_run(o.db, &sql[GATE], DB_NONE, NULL)) ||
	    (err = db_transact(keeper, migrate, &run)))
		goto out;
	log_line("info", "database is up to date",
	    (const struct log_item[]) { LOG_NUMBER("applied", run.applied) }, 1);
out:
	db_free(&keeper);
	return job_close(&o, argv[0], nerr_pass(err));
}
