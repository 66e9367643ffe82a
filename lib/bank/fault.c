#include <stdio.h>

#include "bank/fault.h"

void
fault_set(struct fault *fault, const char *code, int line, const char *path)
{
	if (fault_is(fault))
		return;
	snprintf(fault->code, sizeof(fault->code), "%s", code);
	snprintf(fault->path, sizeof(fault->path), "%s", path ? path : "");
	fault->line = line;
}

bool
fault_is(const struct fault *fault)
{
	return fault->code[0] != '\0';
}
