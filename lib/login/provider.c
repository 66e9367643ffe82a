#include <string.h>

#include "login/provider.h"

/* What the instance has to say of each. */
static const struct need {
	const char *key;
	bool oidc, oauth;
	const char *only; /* the row has this node */
	size_t at;
} needs[] = {
	{ "Client", true, true, NULL, offsetof(struct provider, client) },
	{ "Secret", true, true, NULL, 0 },
	{ "Issuer", true, false, NULL, offsetof(struct provider, issuer) },
	{ "Authorize", false, true, NULL, offsetof(struct provider, authorize) },
	{ "Token", false, true, NULL, offsetof(struct provider, token) },
	{ "User", false, true, "user", offsetof(struct provider, user) },
};

#define NEEDS (sizeof(needs) / sizeof(needs[0]))

static bool
is_oidc(HDF *row)
{
	return strcmp(hdf_get_value(row, "protocol", ""), "oidc") == 0;
}

static bool
needed(HDF *row, const struct need *need)
{
	return (is_oidc(row) ? need->oidc : need->oauth) &&
	       (need->only == NULL || hdf_get_obj(row, need->only) != NULL);
}

bool
provider_row(HDF *conf, size_t n, const char **key, const char **lacks)
{
	HDF *row = hdf_get_child(conf, "Provider");

	while (row && n-- > 0)
		row = hdf_obj_next(row);
	if (row == NULL)
		return false;
	*key = hdf_obj_name(row);
	*lacks = NULL;
	for (size_t i = 0; i < NEEDS && *lacks == NULL; i++)
		if (needed(row, &needs[i]) && *hdf_get_value(row, needs[i].key, "") == '\0')
			*lacks = needs[i].key;
	return true;
}

bool
provider_any(HDF *conf, const char **lacks)
{
	const char *key, *lack;

	for (size_t n = 0; provider_row(conf, n, &key, &lack); n++)
		if (lack == NULL)
			return true;
	if (lacks)
		*lacks = "Provider.<key>.Client, or more of each provider";
	return false;
}

void
provider_read(struct provider *provider, HDF *row)
{
	char *base = (char *)provider;

	*provider = (struct provider) {
		.key = hdf_obj_name(row),
		.row = row,
		.scope = hdf_get_value(row, "scope", ""),
	};
	for (size_t i = 0; i < NEEDS; i++)
		if (needs[i].at && needed(row, &needs[i]))
			*(const char **)(void *)(base + needs[i].at) =
			    hdf_get_value(row, needs[i].key, NULL);
}

NEOERR *
provider_trip_new(struct provider_trip *trip)
{
	NEOERR *err;

	if ((err = seal_token(trip->state)) || (err = seal_token(trip->nonce)))
		return nerr_pass(err);
	return nerr_pass(seal_token(trip->verifier));
}

void
provider_refuse(struct provider_answer *answer, const char *code)
{
	size_t n = 0;

	answer->subject[0] = '\0';
	for (const char *p = code; *p && n + 1 < sizeof(answer->refused); p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr(".-_", *p))
			answer->refused[n++] = *p;
	answer->refused[n] = '\0';
	if (n == 0)
		memcpy(answer->refused, "unsaid", sizeof "unsaid");
}
