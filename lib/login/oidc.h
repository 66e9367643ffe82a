/*
 * oidc.h - OpenID Connect Core 1.0, code flow with PKCE (RFC 7636, S256), against one provider.
 *
 * Its addresses come from Discovery 1.0 under Provider.<key>.Issuer, its keys from there (RFC 7517).  A process keeps both as
 * long as their Cache-Control lets it, within Sso.KeepLeast and .KeepMost; a key that is not in the set has it fetched
 * anew, at most every KeepLeast seconds.
 */
#ifndef SBK_OIDC_H
#define SBK_OIDC_H

#include "base/http.h"
#include "login/provider.h"

provider_authorize oidc_authorize;
provider_exchange oidc_exchange;

/* What has been learned of the provider. */
void oidc_forget(struct provider *provider);

#endif
