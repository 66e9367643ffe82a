#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "bank/envelope.h"

enum { CURRENT, NEXT, PAIRS };

struct envelope {
	const struct profile *profile;
	struct pair own[PAIRS], peer[PAIRS];
};

static void
name_pairs(
    struct pair pairs[PAIRS], const struct profile *profile, const char *dir, const char *name)
{
	static const char *const suffixes[PAIRS] = { [CURRENT] = "", [NEXT] = ".next" };

	for (int i = 0; i < PAIRS; i++) {
		pairs[i].dir = dir;
		pairs[i].curve = profile->curve;
		snprintf(pairs[i].name, sizeof(pairs[i].name), "%s%s", name, suffixes[i]);
	}
}

NEOERR *
envelope_init(struct envelope **envelope, const char *profile, const char *dir, const char *own,
    const char *peer)
{
	struct envelope *made;

	if (profile_find(profile) == NULL)
		return nerr_raise(FAIL_CONFIG, "Bank: no crypto profile %s", profile);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "envelope");
	made->profile = profile_find(profile);
	name_pairs(made->own, made->profile, dir, own);
	name_pairs(made->peer, made->profile, dir, peer);
	*envelope = made;
	return STATUS_OK;
}

void
envelope_free(struct envelope **envelope)
{
	if (*envelope == NULL)
		return;
	for (int i = 0; i < PAIRS; i++) {
		pair_release(&(*envelope)->own[i]);
		pair_release(&(*envelope)->peer[i]);
	}
	free(*envelope);
	*envelope = NULL;
}

const struct profile *
envelope_profile(const struct envelope *envelope)
{
	return envelope->profile;
}

/* How many of the pairs there are; their certificates are read. */
static NEOERR *
read_pairs(struct pair pairs[PAIRS], int *n)
{
	X509 *crt;
	NEOERR *err;

	*n = pair_exists(&pairs[NEXT]) ? PAIRS : 1;
	for (int i = 0; i < *n; i++)
		if ((err = pair_certificate(&pairs[i], &crt)))
			return nerr_pass(err);
	return STATUS_OK;
}

/* The pair to sign with or to seal to. */
static NEOERR *
pair_in_turn(struct pair pairs[PAIRS], struct pair **pair)
{
	NEOERR *err;
	int n;

	if ((err = read_pairs(pairs, &n)))
		return nerr_pass(err);
	for (int i = n - 1; i >= 0; i--)
		if (pair_is_valid(&pairs[i])) {
			*pair = &pairs[i];
			return STATUS_OK;
		}
	return nerr_raise(
	    FAIL_CONFIG, "Exchange.Keys: %s.crt is not valid now", pairs[CURRENT].name);
}

NEOERR *
envelope_sign(struct envelope *envelope, const void *data, size_t len, struct bytes *signature)
{
	struct pair *pair;
	NEOERR *err;

	if ((err = pair_in_turn(envelope->own, &pair)))
		return nerr_pass(err);
	return nerr_pass(envelope->profile->sign(pair, data, len, signature));
}

NEOERR *
envelope_verify(struct envelope *envelope, const void *data, size_t len, const void *signature,
    size_t signature_len, struct fault *fault)
{
	struct fault told = { .code = "" };
	NEOERR *err;
	int n;

	if ((err = read_pairs(envelope->peer, &n)))
		return nerr_pass(err);
	for (int i = 0; i < n; i++) {
		struct fault found = { .code = "" };

		if ((err = envelope->profile->verify(
			 &envelope->peer[i], data, len, signature, signature_len, &found)))
			return nerr_pass(err);
		if (!fault_is(&found)) {
			if (!pair_is_valid(&envelope->peer[i]))
				fault_set(fault, "S03", 0, NULL);
			return STATUS_OK;
		}
		/* S02 only says that it is not this one. */
		if (!fault_is(&told) || strcmp(told.code, "S02") == 0)
			told = found;
	}
	fault_set(fault, told.code, 0, NULL);
	return STATUS_OK;
}

NEOERR *
envelope_seal(struct envelope *envelope, const void *key, size_t len, struct bytes *sealed)
{
	struct pair *pair;
	NEOERR *err;

	if ((err = pair_in_turn(envelope->peer, &pair)))
		return nerr_pass(err);
	return nerr_pass(envelope->profile->seal(pair, key, len, sealed));
}

NEOERR *
envelope_open(struct envelope *envelope, const void *sealed, size_t len, struct bytes *key,
    struct fault *fault)
{
	NEOERR *err;
	int n;

	if ((err = read_pairs(envelope->own, &n)))
		return nerr_pass(err);
	for (int i = 0; i < n; i++) {
		struct fault found = { .code = "" };
		struct bytes opened = BYTES_INIT;

		if ((err = envelope->profile->open(
			 &envelope->own[i], sealed, len, &opened, &found)))
			return nerr_pass(err);
		if (!fault_is(&found) && opened.len == envelope->profile->key_len) {
			*key = opened;
			return STATUS_OK;
		}
		bytes_release(&opened);
	}
	fault_set(fault, "S04", 0, NULL);
	return STATUS_OK;
}

bool
envelope_verifies(const struct envelope *envelope)
{
	return pair_exists(&envelope->peer[CURRENT]);
}

bool
envelope_opens(const struct envelope *envelope)
{
	return pair_is_own(&envelope->own[CURRENT]);
}

/* The following certificate counts when it has begun, or begins before the first is over. */
static NEOERR *
days_left(struct pair pairs[PAIRS], int *left)
{
	const ASN1_TIME *end, *begin;
	int n, days, seconds;
	NEOERR *err;

	if ((err = read_pairs(pairs, &n)))
		return nerr_pass(err);
	end = X509_get0_notAfter(pairs[CURRENT].crt);
	if (n == PAIRS) {
		begin = X509_get0_notBefore(pairs[NEXT].crt);
		if (pair_has_begun(&pairs[NEXT]) || ASN1_TIME_compare(begin, end) <= 0)
			end = X509_get0_notAfter(pairs[NEXT].crt);
	}
	if (ASN1_TIME_diff(&days, &seconds, NULL, end) != 1)
		return nerr_pass(profile_foreign("ASN1_TIME_diff"));
	*left = seconds < 0 ? days - 1 : days;
	return STATUS_OK;
}

NEOERR *
envelope_days_left(struct envelope *envelope, int *own, int *peer)
{
	NEOERR *err;

	if ((err = days_left(envelope->own, own)) || (err = days_left(envelope->peer, peer)))
		return nerr_pass(err);
	return STATUS_OK;
}
