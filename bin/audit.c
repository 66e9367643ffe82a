/*
 * audit.c - sbk audit verify: are the audit chains whole?
 */
#include <stdio.h>
#include <string.h>

#include "base/audit.h"
#include "command.h"
#include "job.h"

int
cmd_audit(int argc, char **argv)
{
	struct job o;
	int64_t rows = 0, bad = 0;
	char where[160] = "";
	NEOERR *err;
	int code;

	if (argc != 2 || strcmp(argv[1], "verify") != 0)
		return 2;
	if ((err = job_open(&o)) == STATUS_OK)
		err = audit_verify(o.db, &rows, &bad, where, sizeof where);
	code = job_close(&o, "audit", err);
	if (code != 0)
		return code;
	printf("%lld rows, %lld broken chains%s%s\n", (long long)rows, (long long)bad,
	    bad ? ", first at " : "", where);
	return bad ? 1 : 0;
}
