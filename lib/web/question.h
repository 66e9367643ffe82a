/*
 * question.h - a field as a page asks it and as a form answers it.
 */
#ifndef SBK_QUESTION_H
#define SBK_QUESTION_H

#include <jansson.h>
#include <ClearSilver.h>

#include "apply/field.h"
#include "apply/flow.h"
#include "web/page.h"

/*
 * What the form says of the step's fields, as typed: object of name → text. Photos are not in it.  Of what the
 * roster knows (body is the draft's) only whether the citizen says that it is wrong: question_wrong → "1".
 */
json_t *question_typed(
    const struct flow_step *step, const json_t *body, const struct form *form);

/* "wrong_<name>": the tick that says so. Written to out, which is returned. */
#define QUESTION_WRONG_LEN 40
const char *question_wrong(const struct field *field, char out[QUESTION_WRONG_LEN]);

/*
 * Checks the step's fields: values (name → folded text or photo id; NULL: none) over answers.
 * Adds name → error key to faults.
 */
NEOERR *question_check(const struct page *page, const struct flow_step *step,
    const json_t *values, const json_t *answers, json_t *faults);

/* Are there fields that typed says are wrong, although the roster knows them? Adds "reported_wrong" to faults. */
bool question_check_wrong(const struct flow_step *step, const json_t *typed, json_t *faults);

/* Fills Field.* with typed, else answers; and Faults.* */
NEOERR *question_show(struct page *page, const struct flow_step *step, const json_t *typed,
    const json_t *answers, const json_t *faults);

/* How htdocs/check.js looks at what is typed: node.{typed, pattern, fault}, where node is Field.<name>. */
NEOERR *question_checks(struct page *page, const struct field *field, HDF *node);

/* Appends a line to Faults.*: what is wrong (Lang.error.<fault>) and where. */
NEOERR *question_fault(
    struct page *page, const char *name, const char *label, const char *fault);

/* The same, and marks the field for what is no step's: Field.<name>.{error, error_text}. */
NEOERR *question_refuse(
    struct page *page, const char *name, const char *label, const char *fault);

#endif
