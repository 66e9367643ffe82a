/*
 * answer.h - what a field is called and what was answered, in the page's language.
 */
#ifndef SBK_ANSWER_H
#define SBK_ANSWER_H

#include <jansson.h>

#include "apply/field.h"
#include "apply/flow.h"
#include "web/page.h"

/* What the step calls the field: Lang.step.<step>.label.<name>, else Lang.label.<name>. Borrowed. */
const char *answer_label(
    const struct page *page, const struct flow_step *step, const struct field *field);

/* The answer in words (the name of a code, bank or branch; 长期); "" when there is none. Written to out. */
void answer_words(const struct page *page, const struct field *field, const json_t *answers,
    char *out, size_t size);

#endif
