#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/fail.h"
#include "bank/profile.h"

NEOERR *
profile_foreign(const char *what)
{
	unsigned long code = ERR_peek_last_error();

	ERR_clear_error();
	return nerr_raise(FAIL_CRYPTO, "%s: openssl %lx", what, code);
}

static NEOERR *
open_pem(const struct envelope *envelope, const char *name, const char *suffix, bool secret,
    FILE **file)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s.%s", envelope->dir, name, suffix);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return nerr_raise(FAIL_CONFIG, "Exchange.Keys: %s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0 || (secret && (st.st_mode & S_IRWXO) != 0)) {
		close(fd);
		return nerr_raise(FAIL_CONFIG, "Exchange.Keys: %s: open to others", path);
	}
	*file = fdopen(fd, "r");
	if (*file == NULL) {
		close(fd);
		return nerr_raise(NERR_NOMEM, "fdopen");
	}
	return STATUS_OK;
}

NEOERR *
profile_key(struct envelope *envelope, EVP_PKEY **key)
{
	NEOERR *err;
	FILE *file;

	if (envelope->key == NULL) {
		err = open_pem(envelope, envelope->own, "key", true, &file);
		if (err != STATUS_OK)
			return nerr_pass(err);
		envelope->key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		fclose(file);
	}
	if (envelope->key == NULL) {
		ERR_clear_error();
		return nerr_raise(
		    FAIL_CONFIG, "Exchange.Keys: %s.key is no PEM key", envelope->own);
	}
	*key = envelope->key;
	return STATUS_OK;
}

static NEOERR *
load_crt(struct envelope *envelope, const char *name, X509 **crt)
{
	NEOERR *err;
	FILE *file;

	if (*crt)
		return STATUS_OK;
	err = open_pem(envelope, name, "crt", false, &file);
	if (err != STATUS_OK)
		return nerr_pass(err);
	*crt = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	if (*crt == NULL) {
		ERR_clear_error();
		return nerr_raise(
		    FAIL_CONFIG, "Exchange.Keys: %s.crt is no PEM certificate", name);
	}
	return STATUS_OK;
}

NEOERR *
profile_own(struct envelope *envelope, X509 **crt)
{
	NEOERR *err = load_crt(envelope, envelope->own, &envelope->own_crt);

	*crt = envelope->own_crt;
	return nerr_pass(err);
}

NEOERR *
profile_peer(struct envelope *envelope, X509 **crt)
{
	NEOERR *err = load_crt(envelope, envelope->peer, &envelope->peer_crt);

	*crt = envelope->peer_crt;
	return nerr_pass(err);
}

void
profile_check_time(const X509 *crt, struct fault *fault)
{
	if (X509_cmp_current_time(X509_get0_notBefore(crt)) >= 0 ||
	    X509_cmp_current_time(X509_get0_notAfter(crt)) <= 0)
		fault_set(fault, "S03", 0, NULL);
}

static const struct envelope_profile *const profiles[] = { &profile_intl, &profile_sm };

const struct envelope_profile *
envelope_profile(const char *name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(profiles[i]->name, name) == 0)
			return profiles[i];
	return NULL;
}

NEOERR *
envelope_init(struct envelope **envelope, const char *profile, const char *dir, const char *own,
    const char *peer)
{
	const struct envelope_profile *row = envelope_profile(profile);
	struct envelope *made;

	if (row == NULL)
		return nerr_raise(FAIL_CONFIG, "Bank: no crypto profile %s", profile);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "envelope");
	*made = (struct envelope) { .profile = row, .dir = dir, .own = own, .peer = peer };
	*envelope = made;
	return STATUS_OK;
}

void
envelope_free(struct envelope **envelope)
{
	if (*envelope == NULL)
		return;
	EVP_PKEY_free((*envelope)->key);
	X509_free((*envelope)->own_crt);
	X509_free((*envelope)->peer_crt);
	free(*envelope);
	*envelope = NULL;
}

const struct envelope_profile *
envelope_of(const struct envelope *envelope)
{
	return envelope->profile;
}

static int
days_left(const X509 *crt)
{
	int days = 0, seconds = 0;

	if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(crt)) != 1)
		return 0;
	return seconds < 0 ? days - 1 : days;
}

NEOERR *
envelope_days_left(struct envelope *envelope, int *own, int *peer)
{
	X509 *ours, *theirs;
	NEOERR *err;

	if ((err = profile_own(envelope, &ours)) || (err = profile_peer(envelope, &theirs)))
		return nerr_pass(err);
	*own = days_left(ours);
	*peer = days_left(theirs);
	return STATUS_OK;
}
