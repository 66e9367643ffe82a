/*
 * command.h - the subcommands of sbk; each gets its own arguments, argv[0] being its name,
 * and returns the exit code: 0 done, 1 failed (said on stderr), 2 called wrongly.
 */
#ifndef SBK_COMMAND_H
#define SBK_COMMAND_H

int cmd_migrate(int argc, char **argv);
int cmd_dictionary(int argc, char **argv);
int cmd_roster(int argc, char **argv);
int cmd_account(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_resend(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_reconcile(int argc, char **argv);
int cmd_suspense(int argc, char **argv);
int cmd_outbox(int argc, char **argv);
int cmd_retention(int argc, char **argv);

#endif
