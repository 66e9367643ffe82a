/*
 * way.h - the ways of logging in, as a channel's pages have them.
 *
 * A channel's row in conf/flows.hdf names its ways in the order of the tabs.  Way <w> lies at <login>/<w>; the
 * login itself (<login>) is the way "account" where the channel has it, else it leads on to the first one that this instance
 * can offer.
 */
#ifndef SBK_WAY_H
#define SBK_WAY_H

#include <ClearSilver.h>

#include "login/offer.h"
#include "web/page.h"

/* The flow's first way that can be offered; "" if none. Written to out. */
void way_first(const struct page *page, char *out, size_t size);

/* FAIL_NOT_FOUND when the page's channel does not have this way, or it cannot be offered. */
NEOERR *way_check(const struct page *page, const char *name);

/* The same, and when the request's path is not at or below the way's own place, <login>/<name>. */
NEOERR *way_check_here(const struct page *page, const char *name);

/* Fills Login.tab.* with the channel's ways, and Login.back: where to go afterwards, and that one logs in first. */
NEOERR *way_show(struct page *page, const char *current);

#endif
