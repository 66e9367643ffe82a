/*
 * news.h - what a citizen is told by message when her application has moved.
 */
#ifndef SBK_NEWS_H
#define SBK_NEWS_H

#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

/*
 * Inside the transaction of the move: puts the message of this state into the outbox, to the telephone of the
 * application; where she has nothing to know or do, none.
 */
NEOERR *news_put(struct db *db, const struct seal *seal, const char *no, const char *state);

#endif
