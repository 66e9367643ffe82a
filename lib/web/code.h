/*
 * code.h - a telephone and the code sent to it, as a form asks for them: inputs "phone" and "code", and a button that
 * sends intent=code.  The page's part is macro code_fields.
 */
#ifndef SBK_CODE_H
#define SBK_CODE_H

#include <stdbool.h>

#include "web/page.h"

#define CODE_PHONE_LEN 12

/* The form's telephone, folded; false, and "", when it is none. */
bool code_phone(const struct page *page, char phone[CODE_PHONE_LEN]);

/* Does the form ask for a code? */
bool code_wanted(const struct page *page);

/*
 * Sends a code for the purpose (login/otp.h) to the form's telephone.  mute: goes through all of it and sends nothing.
 * *status: of the page to be shown again, 200 or a fault's.
 */
NEOERR *code_send(struct page *page, const char *purpose, bool mute, int *status);

/*
 * Spends the form's code.  *status 0: it was right, and phone (folded) is in the hands of who holds this browser; else that
 * of the page to be shown again with its faults.
 */
NEOERR *code_check(
    struct page *page, const char *purpose, char phone[CODE_PHONE_LEN], int *status);

/* Fills Code.*: what was typed, and the code that waits. */
NEOERR *code_show(struct page *page, const char *purpose);

#endif
