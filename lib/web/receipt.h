/*
 * receipt.h - applications as pages show them: what was answered, where it stands.
 */
#ifndef SBK_RECEIPT_H
#define SBK_RECEIPT_H

#include <jansson.h>

#include "web/page.h"

/* Fills Answer.* from a draft's body: what the roster knows, then each step's answers with the way back. */
NEOERR *receipt_answers(struct page *page, const json_t *body);

/* Fills Applicant.*: who applies, as the account of the session knows her. */
NEOERR *receipt_applicant(struct page *page);

/* Fills Application.* with the newest max of the citizen's applications and their events. */
NEOERR *receipt_applications(struct page *page, size_t max);

/*
 * Fills Application.0.* with the citizen's own application of that number and what a receipt on paper says besides; any
 * other number is unknown: FAIL_NOT_FOUND.
 */
NEOERR *receipt_application(struct page *page, const char *no);

#endif
