/*
 * journal.h - the exchange as it went, for operators: the files of a bank's nights, and what was refused and why.
 * Numbers of files and counts of applications; nothing of a person.
 */
#ifndef SBK_JOURNAL_H
#define SBK_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/db.h"

struct journal_file {
	const char *msg_id, *date, *type, *state; /* type "": refused before it was known */
	const char *reason;                       /* "": none */
	const char *original;                     /* the file that it answers, "": none */
	const char *digest;  /* SHA-256 of the encrypted file, hex; "": not known */
	const char *receipt; /* of ours: the answer that it arrived, "": none */
	bool out;
	int64_t records, created_at, receipt_at;
};

typedef NEOERR *journal_see(const struct journal_file *file, void *context);

/* Calls see with at most max files of the business dates from … to, the newest night first, in it ours before the bank's. */
NEOERR *journal_files(struct db *db, const char *bank, const char *from, const char *to,
    int64_t max, journal_see *see, void *context);

enum journal_what {
	JOURNAL_SENT,         /* applications in orders; reason "" */
	JOURNAL_REFUSED,      /* applications that came back REJECTED, FAILED or RETURNED */
	JOURNAL_REFUSED_FILES /* files, of either direction */
};

typedef NEOERR *journal_count(
    const char *bank, const char *reason, int64_t number, void *context);

/* Calls count by bank and reason code, of the business dates since from. */
NEOERR *journal_counts(struct db *db, enum journal_what what, const char *from,
    journal_count *count, void *context);

#endif
