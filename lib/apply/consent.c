/*
 * consent.c - the proof of a consent.
 */
#include "apply/consent.h"

static const struct db_sql give = { "consent_give",
	"INSERT INTO consent (person, consent, given_at, text_version, channel, detail) "
	"VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE text_version = "
	"VALUES(text_version), "
	"channel = VALUES(channel), detail = VALUES(detail)" };

NEOERR *
consent_give(struct db *db, const uint8_t person[PERSON_LEN], const char *key,
    const char *version, const char *channel, const char *detail, int64_t at)
{
	return nerr_pass(db_run(db, &give,
	    DB_WITH(db_bytes(person, PERSON_LEN), db_text(key), db_int(at), db_text(version),
		db_text(channel), db_text(detail)),
	    NULL));
}
