/*
 * providers.h - the rows of conf/providers.hdf that this instance can offer.
 *
 * A row is merged with the instance's own keys (Client, Secret, Issuer …).  One that lacks any of them is not
 * offered.
 */
#ifndef SBK_PROVIDERS_H
#define SBK_PROVIDERS_H

#include "login/provider.h"

struct providers {
	struct provider *of; /* owned */
	size_t count;
	struct provider_rules rules;
};

/* Reads those that can be offered and their secrets. FAIL_CONFIG: a senseless row, a secret that is not its owner's alone. */
NEOERR *providers_init(struct providers *providers, HDF *conf);
void providers_release(struct providers *providers);

/* NULL: not offered. Borrowed. */
struct provider *providers_find(const struct providers *providers, const char *key);

#endif
