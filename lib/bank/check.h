/*
 * check.h - is this file good?  For operators, and for a bank that builds its side.
 */
#ifndef SBK_CHECK_H
#define SBK_CHECK_H

#include <ClearSilver.h>

#include "bank/exchange.h"
#include "bank/message.h"

struct check {
	struct fault fault;           /* what is wrong */
	struct message_header header; /* as far as it was read */
	bool
	    opened; /* false: the receiver's key is not here, so the content was not looked at */
};

/*
 * path: a message in clear (….xml), or one of a message's three files, which are then all checked, with
 * the keys that Exchange.Keys has.  F01 when the name says neither or there is no such file.
 */
NEOERR *check_file(struct exchange *exchange, const char *path, struct check *check);

#endif
