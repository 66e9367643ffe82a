/*
 * picture.h - a picture that was sent, on its way into the draft: asked about, judged, kept, shown.
 *
 * What the picture workers saw on the newest picture of a field stays in the draft, with its id and what came of it:
 *   seen { field: { photo, refused (key of Lang.error), and the facts of photo.h } }
 * A picture that is refused is kept too, so that the page can show what is wrong with it; it is no answer.  Nothing
 * that was recognised becomes an answer by itself: a field that stands empty on the step is filled in to be
 * looked over, a difference is shown, and the citizen decides.
 */
#ifndef SBK_PICTURE_H
#define SBK_PICTURE_H

#include <stdbool.h>
#include <jansson.h>
#include <ClearSilver.h>

#include "apply/field.h"
#include "apply/flow.h"
#include "web/form.h"
#include "web/page.h"

struct picture {
	const char *fault;            /* NULL, or a key of Lang.error: it is not to be used */
	char id[2 * SEAL_ID_LEN + 1]; /* "": nothing was kept */
	json_t *seen;                 /* owned; NULL: nothing was kept */
};

/*
 * Asks the picture workers about a file for this field of this person, judges what they saw by her answers, and keeps
 * it.  picture_release in any case.
 */
NEOERR *picture_take(const struct site *site, const uint8_t person[PERSON_LEN],
    const json_t *answers, const struct field *field, const struct form_input *file,
    struct picture *picture);
void picture_release(struct picture *picture);

/*
 * The refused picture of this field that she insists on (insist_<field> in the form names it), NULL: none.  Only where
 * a reader of cards may be wrong can be insisted.  Borrowed from body, which is the draft's.
 */
const json_t *picture_insisted(
    const struct form *form, const json_t *body, const struct field *field);

/* Fills what is empty, in typed as in the answers, with what the pictures of the step say; seen: the new ones. */
void picture_fill(
    const struct flow_step *step, const json_t *body, const json_t *seen, json_t *typed);

/*
 * What a picture of the step says of a field that she wants to take over ("adopt" in the form names it), where the
 * channel asks for it; NULL: none. *field is that field.
 */
const char *picture_adopted(
    const struct page *page, const struct flow_step *step, const struct field **field);

/* Field.<name>.* of a picture, and what was read off the step's pictures of any other field (page.h). */
NEOERR *picture_show(
    struct page *page, const struct flow_step *step, const struct field *field, HDF *node);
NEOERR *picture_show_read(struct page *page, const struct flow_step *step,
    const struct field *field, const char *value, HDF *node);

#endif
