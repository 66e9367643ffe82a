/*
 * refusal.h - what was refused and why, as bars: fills Reason.*, Refuser.*, File.* (page.h).
 */
#ifndef SBK_REFUSAL_H
#define SBK_REFUSAL_H

#include "web/page.h"

/* Of the business dates since from. bank: its reasons only; NULL: of all, and bank by bank. */
NEOERR *refusal_show(struct page *page, const char *from, const char *bank);

#endif
