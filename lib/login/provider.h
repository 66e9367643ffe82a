/*
 * provider.h - who vouches for citizens elsewhere: one provider, and what passes between it and us.
 */
#ifndef SBK_PROVIDER_H
#define SBK_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <ClearSilver.h>

#include "base/bytes.h"
#include "base/seal.h"

#define PROVIDER_SUBJECT_MAX 256 /* OpenID Connect Core 2: at most 255 characters */
#define PROVIDER_TOKEN_MAX 512   /* bytes of an access token that we use */
#define PROVIDER_SECRET_MAX 8192 /* bytes of a secret's file */

struct http;
struct oidc; /* what a process has learned of an OpenID provider: oidc.h */

struct provider_protocol;
struct provider {
	const char *key; /* borrowed from conf, as all texts here */
	const struct provider_protocol *protocol;
	HDF *row; /* borrowed from conf */
	const char *scope, *client;
	struct bytes secret;                  /* owned */
	const char *issuer;                   /* oidc */
	const char *authorize, *token, *user; /* oauth; user NULL: not asked */
	struct oidc *learned;                 /* owned by oidc.c */
};

/* One login, while she is away: random, new each time. */
struct provider_trip {
	char state[SEAL_TOKEN_LEN];    /* RFC 6749, 10.12 */
	char nonce[SEAL_TOKEN_LEN];    /* OpenID Connect Core, 3.1.2.1 */
	char verifier[SEAL_TOKEN_LEN]; /* PKCE, RFC 7636: 43 characters */
};

/* What the provider says; refused is not an error: anybody may send a code that is none. */
struct provider_answer {
	char subject[PROVIDER_SUBJECT_MAX]; /* "" when refused */
	char refused[40];                   /* why, a code for the log; "" when not */
};

struct provider_rules { /* conf Sso.*, seconds */
	long life;      /* of a login on its way */
	long leeway;    /* between two clocks */
	long keep_least,
	    keep_most; /* how long what a provider publishes about itself is kept */
};

/*
 * Where she is sent: appended to url.  FAIL_UNAVAILABLE: the provider does not say.
 * Then what the code that she comes back with says of her.  FAIL_UNAVAILABLE: nobody answers, or not with an answer.
 * redirect: the address she comes back to, the same in both.
 */
typedef NEOERR *provider_authorize(struct http *http, struct provider *provider,
    const struct provider_rules *rules, const struct provider_trip *trip, const char *redirect,
    STRING *url);
typedef NEOERR *provider_exchange(struct http *http, struct provider *provider,
    const struct provider_rules *rules, const struct provider_trip *trip, const char *redirect,
    const char *code, struct provider_answer *answer);

/* By the row's protocol. */
struct provider_protocol {
	const char *name; /* oidc, oauth */
	provider_authorize *authorize;
	provider_exchange *exchange;
};

/* Can this instance offer any? *lacks (NULL allowed): a key that is missing. */
bool provider_any(HDF *conf, const char **lacks);

/* The n-th row and the key of the instance that it lacks (*lacks NULL: offered); false after the last one. */
bool provider_row(HDF *conf, size_t n, const char **key, const char **lacks);

/* What the row says, without protocol and secret. */
void provider_read(struct provider *provider, HDF *row);

NEOERR *provider_trip_new(struct provider_trip *trip);

/* A code of somebody else for the log: what is no letter, digit, '.', '-' or '_' is left out. */
void provider_refuse(struct provider_answer *answer, const char *code);

#endif
