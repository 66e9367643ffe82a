/*
 * code.h - a code sent to a telephone, as a form asks for it: a field that says whose, a button that sends intent=code, and
 * the input "code".  The page's parts are the macros code_phone, code_get and code_typed.
 */
#ifndef SBK_CODE_H
#define SBK_CODE_H

#include <stdbool.h>

#include "web/page.h"

#define CODE_SUBJECT_LEN 25 /* a telephone, or what stands for it where nothing is sent */

struct code_request {
	const char *purpose;            /* login/otp.h */
	const char *field;              /* of the form: says to whom; faults stand there */
	char subject[CODE_SUBJECT_LEN]; /* folded; "": what was typed is none */
	const char *fault;              /* what is wrong with it then, a key of Lang.error */
	bool mute;                      /* goes through all of it and sends nothing */
};

/* To the telephone in the form's field "phone". */
void code_to_phone(const struct page *page, const char *purpose, struct code_request *code);

/* Does the form ask for a code? */
bool code_wanted(const struct page *page);

/* Sends one. *status: of the page to be shown again, 200 or a fault's. */
NEOERR *code_send(struct page *page, const struct code_request *code, int *status);

/* *filled false: the form has no telephone or no code, and what is missing has been marked. Nothing is spent. */
NEOERR *code_filled(struct page *page, const struct code_request *code, bool *filled);

/*
 * Spends the form's code.  *status 0: it was right, so the telephone is in the hands of who holds this browser; else that of
 * the page to be shown again with its faults.
 */
NEOERR *code_check(struct page *page, const struct code_request *code, int *status);

/* Fills Code.*: what was typed, and the code that waits. */
NEOERR *code_show(struct page *page, const struct code_request *code);

#endif
