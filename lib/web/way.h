/*
 * way.h - the ways of logging in: which there are, and which this instance can offer.
 *
 * A channel's row in conf/flows.hdf names its ways in the order of the tabs.  Way <w> lies at <login>/<w>; the
 * login itself (<login>) is the way "account" where the channel has it, else it leads on to the first one.  A way whose
 * provider is not configured is not offered, and the log says so at start.
 */
#ifndef SBK_WAY_H
#define SBK_WAY_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "web/page.h"

#define WAY_ACCOUNT "account"
#define WAY_OTHER "other"

/* Can this instance offer it? *lacks (NULL allowed): the key of the configuration that is missing. */
bool way_ready(HDF *conf, const char *name, const char **lacks);

/* The flow's first way that can be offered; "" if none. Written to out. */
void way_first(const struct page *page, char *out, size_t size);

/* A line in the log for each way that the flows name and this instance cannot offer. */
void way_log(HDF *conf, const struct flows *flows);

/* FAIL_NOT_FOUND when the page's channel does not have this way, or it cannot be offered. */
NEOERR *way_check(const struct page *page, const char *name);

/* The same, and when the request's path is not at or below the way's own place, <login>/<name>. */
NEOERR *way_check_here(const struct page *page, const char *name);

/* Fills Login.tab.* with the channel's ways, and Login.back: where to go afterwards, and that one logs in first. */
NEOERR *way_show(struct page *page, const char *current);

#endif
