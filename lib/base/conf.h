/*
 * conf.h - the configuration, read once at start.
 *
 * One HDF file named by $SBK_CONF (default /etc/sbk/sbk.hdf).  An instance's file
 * holds what is particular to it and includes the rest ("#include", beside it or by its
 * whole path).  A missing or
 * senseless key stops the start with FAIL_CONFIG naming key and file; no default
 * hides in C.
 */
#ifndef SBK_CONF_H
#define SBK_CONF_H

#include <ClearSilver.h>

/* Reads $SBK_CONF. *conf is owned by the caller (hdf_destroy). */
NEOERR *conf_load(HDF **conf);

/* *value is borrowed from conf. FAIL_CONFIG when missing or empty. */
NEOERR *conf_text(HDF *conf, const char *key, const char **value);

/* FAIL_CONFIG when missing, not a whole number, or outside min…max. */
NEOERR *conf_int(HDF *conf, const char *key, long min, long max, long *value);

#endif
