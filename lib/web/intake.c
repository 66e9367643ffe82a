#include "web/intake.h"
#include "web/picture.h"
#include "web/tick.h"

/* A picture that came: kept, and an answer if nothing is against it. */
static NEOERR *
take_picture(struct page *page, const struct field *field, const struct form_input *file,
    struct save *save, json_t *faults)
{
	struct picture picture;
	NEOERR *err;

	err = picture_take(page->site, page->session->person,
	    json_object_get(page->session->draft.body, "answers"), field, file, &picture);
	if (err == STATUS_OK && picture.fault)
		json_object_set_new(faults, field->name, json_string(picture.fault));
	else if (err == STATUS_OK)
		json_object_set_new(save->given, field->name, json_string(picture.id));
	if (err == STATUS_OK && picture.seen)
		json_object_set(save->seen, field->name, picture.seen);
	picture_release(&picture);
	return nerr_pass(err);
}

/* A picture that was refused and that she insists on. */
static void
take_insisted(const struct field *field, const json_t *seen, struct save *save)
{
	json_t *now = json_copy((json_t *)(uintptr_t)seen);

	json_object_set(save->given, field->name, json_object_get(seen, "photo"));
	json_object_del(now, "refused");
	json_object_set_new(save->seen, field->name, now);
}

NEOERR *
intake_pictures(struct page *page, const struct flow_step *step, struct save *save,
    json_t *faults, bool *came)
{
	const struct form *form = &page->request->form;
	const json_t *body = page->session->draft.body, *seen;
	const bool agreed = tick_agrees(page, step);
	NEOERR *err;

	*came = false;
	for (size_t i = 0; step->takes_files && step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const struct form_input *file = form_file(form, field->name);
		const char *refused = field_answer(
		    json_object_get(json_object_get(body, "seen"), field->name), "refused");

		if (field->kind != FIELD_PHOTO)
			continue;
		*came = *came || file;
		/* Nobody looks at it before she has agreed to that. */
		if (file && !agreed) {
			json_object_set_new(
			    faults, field->name, json_string("photo_unconsented"));
			continue;
		}
		if (file) {
			if ((err = take_picture(page, field, file, save, faults)))
				return nerr_pass(err);
			continue;
		}
		if ((seen = picture_insisted(form, body, field)) != NULL)
			take_insisted(field, seen, save);
		else if (*refused)
			json_object_set_new(faults, field->name, json_string(refused));
	}
	return STATUS_OK;
}

void
intake_adopt(struct page *page, const struct flow_step *step, struct save *save)
{
	const struct field *field;
	const char *text = picture_adopted(page, step, &field);
	bool here = false;

	for (size_t i = 0; text && step->fields[i]; i++)
		here = here || step->fields[i] == field;
	if (text)
		json_object_set_new(
		    here ? save->typed : save->given, field->name, json_string(text));
}
