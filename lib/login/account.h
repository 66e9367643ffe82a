/*
 * account.h - accounts of citizens: made, found by user name, phone or ID number, logged in to.
 */
#ifndef SBK_ACCOUNT_H
#define SBK_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "apply/draft.h"
#include "base/db.h"
#include "base/seal.h"
#include "login/password.h"

#define ACCOUNT_NAME_MAX 64 /* bytes of a user name */

struct account {
	bool found;
	uint8_t id[SEAL_ID_LEN];
	uint8_t person[PERSON_LEN];
	bool has_person;    /* real name proven */
	char masked[64];    /* 王*; before the name is proven 138****0001, or "" */
	char password[160]; /* encoded hash; "" none */
	json_t *body;       /* owned: username, phone, name, id_type, id_number */
};

struct account_new { /* phone and id_number as field_fold makes them; NULL: none (yet) */
	const char *username, *phone, *password, *name, *id_type, *id_number;
	bool realname; /* the name has been proven against an authority */
	uint8_t *id;   /* SEAL_ID_LEN: gets the new account's; NULL: not wanted */
};

/* Who somebody has been proven to be, as field_fold makes it. */
struct account_proof {
	const char *name, *id_type, *id_number;
};

/*
 * Makes an account (rules: of its password, NULL where there is none).  *made is false, and nothing changed, when user
 * name, phone or person have one already.
 */
NEOERR *account_create(struct db *db, const struct seal *seal,
    const struct password_rules *rules, const struct account_new *account, bool *made);

/* what: a user name, a mainland mobile number or an ID number, as typed; case of letters does not count. */
NEOERR *account_find(
    struct db *db, const struct seal *seal, const char *what, struct account *account);
/* By telephone: the account's own, or a further one that leads to it (identity.h). */
NEOERR *account_by_phone(
    struct db *db, const struct seal *seal, const char *phone, struct account *account);
/* The same, made when nobody has one. */
NEOERR *account_of_phone(
    struct db *db, const struct seal *seal, const char *phone, struct account *account);
NEOERR *account_by_person(struct db *db, const struct seal *seal,
    const uint8_t person[PERSON_LEN], struct account *account);
NEOERR *account_load(struct db *db, const struct seal *seal, const uint8_t id[SEAL_ID_LEN],
    struct account *account);

/*
 * The holder of the account (released already) has been proven to be somebody; inside a transaction.  Where that
 * person has an account, hers is that one: all that leads to this one leads there (its password too, where hers has
 * none), and this one goes.  into: the account that is hers now; *joined: it is another one.  FAIL_FORBIDDEN when the account is somebody else's.
 */
NEOERR *account_prove(struct db *db, const struct seal *seal, const uint8_t id[SEAL_ID_LEN],
    const struct account_proof *proof, uint8_t into[SEAL_ID_LEN], bool *joined);

/* A new password; inside a transaction. */
NEOERR *account_set_password(struct db *db, const struct seal *seal,
    const struct password_rules *rules, const uint8_t id[SEAL_ID_LEN], const char *password);

void account_release(struct account *account);

#endif
