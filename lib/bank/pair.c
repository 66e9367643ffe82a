#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/fail.h"
#include "bank/pair.h"

static void
path_of(const struct pair *pair, const char *suffix, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s.%s", pair->dir, pair->name, suffix);
}

static bool
has(const struct pair *pair, const char *suffix)
{
	char path[PATH_MAX];

	path_of(pair, suffix, path);
	return access(path, F_OK) == 0;
}

bool
pair_exists(const struct pair *pair)
{
	return has(pair, "crt");
}

bool
pair_is_own(const struct pair *pair)
{
	return has(pair, "key");
}

static NEOERR *
open_pem(const struct pair *pair, const char *suffix, bool secret, FILE **file)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	path_of(pair, suffix, path);
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

static bool
is_of_curve(const X509 *crt, const char *curve)
{
	const EVP_PKEY *key = X509_get0_pubkey(crt);
	char name[32];

	return key && EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) == 1 &&
	       strcmp(name, curve) == 0;
}

NEOERR *
pair_certificate(struct pair *pair, X509 **crt)
{
	NEOERR *err = STATUS_OK;
	X509 *read;
	FILE *file;

	if (pair->crt == NULL) {
		err = open_pem(pair, "crt", false, &file);
		if (err != STATUS_OK)
			return nerr_pass(err);
		read = PEM_read_X509(file, NULL, NULL, NULL);
		fclose(file);
		if (read == NULL)
			err = nerr_raise(FAIL_CONFIG,
			    "Exchange.Keys: %s.crt is no PEM certificate", pair->name);
		else if (!is_of_curve(read, pair->curve))
			err = nerr_raise(FAIL_CONFIG, "Exchange.Keys: %s.crt has no %s key",
			    pair->name, pair->curve);
		ERR_clear_error();
		if (err != STATUS_OK) {
			X509_free(read);
			return nerr_pass(err);
		}
		pair->crt = read;
	}
	*crt = pair->crt;
	return STATUS_OK;
}

NEOERR *
pair_key(struct pair *pair, EVP_PKEY **key)
{
	NEOERR *err;
	EVP_PKEY *read;
	FILE *file;
	X509 *crt;

	if (pair->key == NULL) {
		if ((err = pair_certificate(pair, &crt)) ||
		    (err = open_pem(pair, "key", true, &file)))
			return nerr_pass(err);
		read = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		fclose(file);
		if (read == NULL)
			err = nerr_raise(
			    FAIL_CONFIG, "Exchange.Keys: %s.key is no PEM key", pair->name);
		else if (X509_check_private_key(crt, read) != 1)
			err = nerr_raise(FAIL_CONFIG,
			    "Exchange.Keys: %s.key is not the key of %s.crt", pair->name,
			    pair->name);
		ERR_clear_error();
		if (err != STATUS_OK) {
			EVP_PKEY_free(read);
			return nerr_pass(err);
		}
		pair->key = read;
	}
	*key = pair->key;
	return STATUS_OK;
}

bool
pair_has_begun(const struct pair *pair)
{
	return X509_cmp_current_time(X509_get0_notBefore(pair->crt)) < 0;
}

bool
pair_is_valid(const struct pair *pair)
{
	return pair_has_begun(pair) && X509_cmp_current_time(X509_get0_notAfter(pair->crt)) > 0;
}

void
pair_release(struct pair *pair)
{
	EVP_PKEY_free(pair->key);
	X509_free(pair->crt);
	pair->key = NULL;
	pair->crt = NULL;
}
