/*
 * sandbox.h - tells the sandbox what a person would have seen or been sent.
 *
 * Appends a line of JSON {to, kind, text, code, at} to the file Sandbox.Outbox.  Instances for
 * trying and testing have that key; production configuration does not, and then nothing is told.
 */
#ifndef SBK_SANDBOX_H
#define SBK_SANDBOX_H

#include <ClearSilver.h>

NEOERR *sandbox_tell(HDF *conf, const char *kind, const char *to, const char *code);

#endif
