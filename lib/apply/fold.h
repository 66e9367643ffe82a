/*
 * fold.h - what people type, as it is stored: one way for each kind of text.  What is not
 * understood stays as it was typed: the validator says so.
 */
#ifndef SBK_FOLD_H
#define SBK_FOLD_H

#include <stddef.h>

/* Pure. out has room for FOLD_SIZE(strlen(typed)) bytes and is not typed. */
typedef void folding(const char *typed, char *out);

/* One byte gives at most one code point; a date is short. */
#define FOLD_SIZE(len) ((len)*4 + 11)

#define FOLD_FOREVER "9999-12-31" /* an ID card's 长期 */

folding fold_text; /* without invisible marks and without blanks at both ends */

/* The others are given what fold_text has made. */
folding fold_line;   /* one blank for any number of them, line breaks among them */
folding fold_name;   /* one kind of blank (between Han none), dash and middle dot (U+00B7) */
folding fold_number; /* ASCII for full width, capitals, no blanks, no dashes */
folding fold_phone;  /* the same, without China's code before eleven digits */

/* YYYY-MM-DD of 20260131, 2026-1-31, 2026/1/31, 2026.1.31, 2026年1月31日; 长期 is FOLD_FOREVER */
folding fold_date;

#endif
