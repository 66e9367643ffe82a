#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/fail.h"
#include "login/oauth.h"
#include "login/oidc.h"
#include "login/providers.h"

static const struct provider_protocol protocols[] = {
	{ "oidc", oidc_authorize, oidc_exchange },
	{ "oauth", oauth_authorize, oauth_exchange },
};

static NEOERR *
read_secret(const char *key, const char *path, struct bytes *secret)
{
	struct stat st;
	ssize_t got = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	NEOERR *err = STATUS_OK;

	if (fd == -1)
		return nerr_raise_errno(FAIL_CONFIG, "Provider.%s.Secret: %s", key, path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		err = nerr_raise(FAIL_CONFIG,
		    "Provider.%s.Secret: %s is not a file of its owner alone (mode 0400)", key,
		    path);
	else if ((secret->data = malloc(PROVIDER_SECRET_MAX + 1)) == NULL)
		err = nerr_raise(NERR_NOMEM, "secret");
	else if ((got = read(fd, secret->data, PROVIDER_SECRET_MAX)) <= 0)
		err = nerr_raise(FAIL_CONFIG, "Provider.%s.Secret: %s is empty", key, path);
	close(fd);
	if (err)
		return err;
	while (got > 0 && (secret->data[got - 1] == '\n' || secret->data[got - 1] == '\r'))
		got--;
	secret->len = (size_t)got;
	secret->data[secret->len] = '\0';
	return STATUS_OK;
}

static NEOERR *
take_row(struct provider *p, HDF *row)
{
	provider_read(p, row);
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(hdf_get_value(row, "protocol", ""), protocols[i].name) == 0)
			p->protocol = &protocols[i];
	if (p->protocol == NULL)
		return nerr_raise(FAIL_CONFIG, "Provider.%s.protocol", p->key);
	return nerr_pass(read_secret(p->key, hdf_get_value(row, "Secret", ""), &p->secret));
}

NEOERR *
providers_init(struct providers *providers, HDF *conf)
{
	struct provider_rules *rules = &providers->rules;
	const char *key, *lacks;
	size_t rows = 0;
	NEOERR *err;

	*providers = (struct providers) { .of = NULL };
	if ((err = conf_int(conf, "Sso.Life", 60, 3600, &rules->life)) ||
	    (err = conf_int(conf, "Sso.Leeway", 0, 600, &rules->leeway)) ||
	    (err = conf_int(conf, "Sso.KeepLeast", 1, 86400, &rules->keep_least)) ||
	    (err = conf_int(
		 conf, "Sso.KeepMost", rules->keep_least, 7 * 86400, &rules->keep_most)))
		return nerr_pass(err);
	while (provider_row(conf, rows, &key, &lacks))
		rows++;
	if (rows > 0 && (providers->of = calloc(rows, sizeof *providers->of)) == NULL)
		return nerr_raise(NERR_NOMEM, "providers");
	for (size_t n = 0; err == STATUS_OK && provider_row(conf, n, &key, &lacks); n++)
		if (lacks == NULL)
			err = take_row(&providers->of[providers->count++],
			    hdf_get_obj(hdf_get_obj(conf, "Provider"), key));
	if (err)
		providers_release(providers);
	return nerr_pass(err);
}

void
providers_release(struct providers *providers)
{
	for (size_t i = 0; i < providers->count; i++) {
		bytes_release(&providers->of[i].secret);
		oidc_forget(&providers->of[i]);
	}
	free(providers->of);
	*providers = (struct providers) { .of = NULL };
}

struct provider *
providers_find(const struct providers *providers, const char *key)
{
	for (size_t i = 0; i < providers->count; i++)
		if (strcmp(providers->of[i].key, key) == 0)
			return &providers->of[i];
	return NULL;
}
