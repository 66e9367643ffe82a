/*
 * desk.h - the exchange with the banks as operators' pages show it: fills Bank.*, Night.*, Difference.* (page.h).
 */
#ifndef SBK_DESK_H
#define SBK_DESK_H

#include "web/page.h"

#define DESK_NIGHTS 7 /* that one page shows */

/* How the banks stand, as `sbk status` has seen it last. code: NULL for all. */
NEOERR *desk_banks(struct page *page, const char *code);

/* The files of the nights up to a business date. */
NEOERR *desk_nights(struct page *page, const char *code, const char *until);

/* Where the bank's figures and ours differ, as `sbk reconcile` has found it last. */
NEOERR *desk_differences(struct page *page, const char *code);

/* The bank's name in the page's language; the code when there is no such bank. Borrowed. */
const char *desk_bank_name(const struct page *page, const char *code);

/* A reason code of schema/README.md in the operators' words; "" when it has none. Borrowed. */
const char *desk_reason(const struct page *page, const char *code);

/* How long ago it was, in whole minutes, into <node>.<name>. */
NEOERR *desk_age(HDF *node, const char *name, int64_t at);

#endif
