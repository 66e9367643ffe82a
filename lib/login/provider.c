#include <string.h>

#include "login/provider.h"

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
