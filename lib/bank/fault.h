/*
 * fault.h - what is wrong with somebody's file: a reason code of schema/README.md and the place.
 *
 * Data, not an error: the file is refused and the work goes on.  Never holds a value out of the
 * file; path is made of element names only.
 */
#ifndef SBK_FAULT_H
#define SBK_FAULT_H

#include <stdbool.h>

struct fault {
	char code[4];   /* "" = none */
	int line;       /* 0: not about a line */
	char path[160]; /* "/FileReceipt/Header/SeqNo", "" */
};

/* The first fault stays. path may be NULL. */
void fault_set(struct fault *fault, const char *code, int line, const char *path);
bool fault_is(const struct fault *fault);

#endif
