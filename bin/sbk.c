/*
 * sbk.c - the operators' command: a table of subcommands.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
	const char *about;
} commands[] = {
	{ "migrate", cmd_migrate, "", "bring the database to this version" },
	{ "dictionary", cmd_dictionary, "load DIR [BRANCHES.json]",
	    "load code lists, banks, branches" },
	{ "roster", cmd_roster, "import FILE.json", "import the roster of the insured" },
	{ "account", cmd_account, "import FILE.json", "create accounts" },
	{ "export", cmd_export, "[--bank CODE] [--date YYYY-MM-DD] [--dry-run]",
	    "write the night's orders to the banks" },
	{ "import", cmd_import, "[--bank CODE] [--past-gaps] [--dry-run]",
	    "apply the banks' answers" },
	{ "resend", cmd_resend, "MSGID", "write what the bank has not got once more" },
	{ "check", cmd_check, "FILE|FOLDER...",
	    "say what is wrong with exchange files; 1 when something is" },
	{ "status", cmd_status, "[--bank CODE] [--json] [--metrics FILE]",
	    "how the exchange stands; 1 when something is an alarm" },
	{ "reconcile", cmd_reconcile, "[--bank CODE]",
	    "where the banks' figures and ours differ; sends ours" },
	{ "suspense", cmd_suspense,
	    "[list [--bank CODE] | resolve MSGID N --by NAME --why TEXT]",
	    "what banks said of what we do not know" },
	{ "outbox", cmd_outbox, "[--follow]", "send the messages that wait" },
	{ "audit", cmd_audit, "verify", "verify the audit chains" },
	{ "retention", cmd_retention, "[--dry-run]", "remove what may not be kept longer" },
};

#define COUNT (sizeof commands / sizeof commands[0])

static void
usage(FILE *to)
{
	fprintf(to, "usage: sbk COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < COUNT; i++)
		fprintf(to, "  %-11s %-36s %s\n", commands[i].name, commands[i].usage,
		    commands[i].about);
	fprintf(to,
	    "\nsbk COMMAND --help says it of one.  Exit codes: 0 done, 1 failed or an alarm, 2 "
	    "called wrongly."
	    "\nThe instance is the configuration that $SBK_CONF names (/etc/sbk/sbk.hdf).\n");
}

/* One command's line. */
static void
usage_of(FILE *to, size_t i)
{
	fprintf(to, "usage: sbk %s%s%s\n\n%s\n", commands[i].name,
	    *commands[i].usage ? " " : "", commands[i].usage, commands[i].about);
}

static int
run(size_t i, int argc, char **argv)
{
	int code;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		usage_of(stdout, i);
		return 0;
	}
	code = commands[i].run(argc, argv);
	if (code == 2)
		usage_of(stderr, i);
	return code;
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(i, argc - 1, argv + 1);
	fprintf(stderr, "sbk: no command %s\n", argv[1]);
	usage(stderr);
	return 2;
}
