#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "bank/lease.h"

#define PLACE_LEN 60

enum { LOOK, MAKE, TAKE, RENEW, RELEASE };

/* The database's clock: machines may disagree. */
static const struct db_sql sql[] = {
	[LOOK] = { "lease_look",
	    "SELECT holder, fence, expires_at > UNIX_TIMESTAMP() FROM lease WHERE name = ?" },
	[MAKE] = { "lease_make", "INSERT INTO lease (name, holder, fence, expires_at) "
				 "VALUES (?, ?, 1, UNIX_TIMESTAMP() + ?)" },
	[TAKE] = { "lease_take",
	    "UPDATE lease SET holder = ?, fence = fence + 1, expires_at = UNIX_TIMESTAMP() + ? "
	    "WHERE name = ? AND fence = ?" },
	[RENEW] = { "lease_renew", "UPDATE lease SET expires_at = UNIX_TIMESTAMP() + ? "
				   "WHERE name = ? AND holder = ? AND fence = ?" },
	[RELEASE] = { "lease_release",
	    "UPDATE lease SET expires_at = 0 WHERE name = ? AND holder = ? AND fence = ?" },
};

static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* When the process began, in ticks since boot: with its pid this names it, also after pids wrapped. */
static bool
began(long pid, char out[24])
{
	char path[48], line[1024], *at;
	FILE *file;
	bool got;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	got = fgets(line, sizeof(line), file) != NULL;
	fclose(file);
	/* The name in parentheses may hold anything; 20 fields follow it to the 22nd. */
	at = got ? strrchr(line, ')') : NULL;
	for (int i = 0; at && i < 20; i++)
		at = strchr(at + 1, ' ');
	if (at == NULL)
		return false;
	snprintf(out, 24, "%.*s", (int)strcspn(at + 1, " \n"), at + 1);
	return true;
}

/* This boot of this machine, and this table of pids. */
static void
place(char out[PLACE_LEN])
{
	char host[25] = "?", boot[9] = "?", pids[24] = "?";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	ssize_t n;

	gethostname(host, sizeof(host) - 1);
	if (file) {
		if (fgets(boot, sizeof(boot), file) == NULL)
			boot[0] = '\0';
		fclose(file);
	}
	n = readlink("/proc/self/ns/pid", pids, sizeof(pids) - 1);
	pids[n > 0 ? n : 0] = '\0';
	snprintf(out, PLACE_LEN, "%s/%s/%.*s", host, boot, (int)strspn(pids + 5, "0123456789"),
	    n > 5 ? pids + 5 : "");
}

static void
own_name(char out[LEASE_HOLDER_LEN])
{
	char here[PLACE_LEN], start[24] = "?";

	place(here);
	began(getpid(), start);
	snprintf(out, LEASE_HOLDER_LEN, "%s/%d/%s", here, (int)getpid(), start);
}

/* Did the holder run here, and is it gone? Only then may its lease be taken before it ends. */
static bool
is_dead(const char *holder)
{
	char here[PLACE_LEN], start[24];
	size_t len;
	char *end;
	long pid;

	place(here);
	len = strlen(here);
	if (strncmp(holder, here, len) != 0 || holder[len] != '/')
		return false;
	pid = strtol(holder + len + 1, &end, 10);
	if (pid <= 0 || *end != '/')
		return false;
	if (kill((pid_t)pid, 0) != 0)
		return errno == ESRCH;
	return began(pid, start) && strcmp(start, end + 1) != 0;
}

struct taking {
	struct lease *lease;
	char *held_by;
};

static NEOERR *
take(struct db *db, void *context)
{
	struct taking *taking = context;
	struct lease *lease = taking->lease;
	struct db_rows *rows = NULL;
	int64_t fence = 0, affected = 0;
	bool more;
	NEOERR *err;

	taking->held_by[0] = '\0';
	err = db_select(db, &sql[LOOK], DB_WITH(db_text(lease->name)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &more);
	if (err != STATUS_OK)
		goto out;
	if (!more) {
		err = db_run(db, &sql[MAKE],
		    DB_WITH(
			db_text(lease->name), db_text(lease->holder), db_int(lease->seconds)),
		    NULL);
		/* Somebody made it at the same moment: look again. */
		if (nerr_handle(&err, FAIL_DUPLICATE))
			err = nerr_raise(FAIL_RETRY, "lease was just made");
		lease->fence = 1;
		goto out;
	}
	fence = db_get_int(rows, 1);
	if (db_get_int(rows, 2) && !is_dead(db_get_text(rows, 0))) {
		snprintf(taking->held_by, LEASE_HOLDER_LEN, "%s", db_get_text(rows, 0));
		goto out;
	}
	err = db_run(db, &sql[TAKE],
	    DB_WITH(db_text(lease->holder), db_int(lease->seconds), db_text(lease->name),
		db_int(fence)),
	    &affected);
	if (err == STATUS_OK && affected != 1)
		err = nerr_raise(FAIL_RETRY, "lease was just taken");
	lease->fence = fence + 1;
out:
	db_rows_free(&rows);
	return nerr_pass(err);
}

NEOERR *
lease_take(struct lease *lease, struct db *db, const char *name, long seconds,
    char held_by[LEASE_HOLDER_LEN])
{
	NEOERR *err;
	struct lease made = { .seconds = seconds, .renewed = monotonic() };
	struct taking taking = { &made, held_by };

	snprintf(made.name, sizeof(made.name), "%s", name);
	own_name(made.holder);
	err = db_transact(db, take, &taking);
	if (err == STATUS_OK && held_by[0] == '\0')
		*lease = made;
	return nerr_pass(err);
}

NEOERR *
lease_renew(struct lease *lease, struct db *db)
{
	int64_t affected = 0, now = monotonic();
	NEOERR *err;

	err = db_run(db, &sql[RENEW],
	    DB_WITH(db_int(lease->seconds), db_text(lease->name), db_text(lease->holder),
		db_int(lease->fence)),
	    &affected);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (affected != 1)
		return nerr_raise(FAIL_FORBIDDEN, "lease %s lost", lease->name);
	lease->renewed = now;
	return STATUS_OK;
}

NEOERR *
lease_keep(struct lease *lease, struct db *db)
{
	if ((monotonic() - lease->renewed) * 3 < lease->seconds)
		return STATUS_OK;
	return nerr_pass(lease_renew(lease, db));
}

NEOERR *
lease_release(struct lease *lease, struct db *db)
{
	NEOERR *err;

	if (lease->fence == 0)
		return STATUS_OK;
	err = db_run(db, &sql[RELEASE],
	    DB_WITH(db_text(lease->name), db_text(lease->holder), db_int(lease->fence)), NULL);
	lease->fence = 0;
	return nerr_pass(err);
}
