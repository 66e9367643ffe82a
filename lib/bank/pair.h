/*
 * pair.h - a certificate of Exchange.Keys and, where it is one's own, its key.
 */
#ifndef SBK_PAIR_H
#define SBK_PAIR_H

#include <stdbool.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <ClearSilver.h>

#define PAIR_NAME_LEN 40

struct pair {
	const char *dir, *curve;  /* borrowed; curve is OpenSSL's name */
	char name[PAIR_NAME_LEN]; /* dir/name.crt; dir/name.key, not readable by others */
	X509 *crt;                /* these two by the functions below only */
	EVP_PKEY *key;
};

/* Is there such a certificate? It may be unreadable nevertheless. */
bool pair_exists(const struct pair *pair);
/* Is the key here: is it one's own? */
bool pair_is_own(const struct pair *pair);

/* Read when first asked for, borrowed. FAIL_CONFIG when missing, malformed, of another curve, or not of each other. */
NEOERR *pair_certificate(struct pair *pair, X509 **crt);
NEOERR *pair_key(struct pair *pair, EVP_PKEY **key);

/* Of a certificate that has been read: has it begun, and is it not over? */
bool pair_has_begun(const struct pair *pair);
bool pair_is_valid(const struct pair *pair);

void pair_release(struct pair *pair);

#endif
