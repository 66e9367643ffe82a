/*
 * oauth.h - OAuth 2 (RFC 6749) as the big platforms speak it: names, order, signature and answers are a row of
 * conf/providers.hdf.
 */
#ifndef SBK_OAUTH_H
#define SBK_OAUTH_H

#include "base/http.h"
#include "login/provider.h"

provider_authorize oauth_authorize;
provider_exchange oauth_exchange;

/* Who an answer is about, by the row's "answer": into answer->subject or ->refused, else FAIL_UNAVAILABLE. token: the access token, "" if none. */
NEOERR *oauth_read(const struct provider *provider, const struct bytes *body,
    struct provider_answer *answer, char token[PROVIDER_TOKEN_MAX]);

#endif
