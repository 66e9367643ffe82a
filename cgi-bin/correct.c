/*
 * correct.c - an application that came back: only what is wrong opens again, and it goes out anew (lib/apply/correction.h).
 *
 *   GET  /my/correct/<no>   the reason and the fields that open
 *   POST /my/correct/<no>   as of a step (lib/web/step.h); when all is right 303 to /my
 */
#include <stdlib.h>
#include <string.h>

#include "apply/correction.h"
#include "apply/words.h"
#include "base/fail.h"
#include "web/page.h"
#include "web/step.h"

#define CORRECT "/my/correct/"
#define LOOKED_AT 20

/* The fields of opens that the application has, as a step: in no flow, of any channel. */
static struct flow_step
step_of(const struct page *page, const char *opens, const json_t *application)
{
	struct flow_step step = {
		.name = "correct", .flows = page->site->flows, .known = "", .act = FLOW_CORRECT
	};
	size_t n = 0;

	for (size_t i = 0; i < fields_count && n < FLOW_MAX_FIELDS; i++)
		if (words_have(opens, fields[i].name) && field_asked(&fields[i], application)) {
			step.fields[n++] = &fields[i];
			step.takes_files = step.takes_files || fields[i].kind == FIELD_PHOTO;
		}
	return step;
}

/*
 * The answers that the form stands on: the application's, and what she has sent since.  What has to be chosen or taken
 * anew stands empty.
 */
static json_t *
answers_of(const struct flow_step *step, const json_t *application, const json_t *draft)
{
	json_t *answers = json_copy((json_t *)(uintptr_t)application);

	for (size_t i = 0; answers && step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *sent = field_answer(draft, field->name);

		if (*sent)
			json_object_set_new(answers, field->name, json_string(sent));
		else if (field->kind == FIELD_PHOTO || field->kind == FIELD_CHOICE)
			json_object_del(answers, field->name);
	}
	return answers;
}

/* Has she begun another application meanwhile?  Its draft is not to be lost over this one. */
static bool
begun_anew(const struct application *application, const json_t *body)
{
	const struct application_state *state = application_state(application->state);

	return !state->live && json_object_size(json_object_get(body, "answers")) > 0 &&
	       json_object_get(json_object_get(body, "typed"), "correct") == NULL;
}

/* *opens NULL: there is nothing to correct. */
static NEOERR *
open_again(struct page *page, struct flow_step *step, const char **opens)
{
	const char *no = page->request->path + sizeof CORRECT - 1;
	struct application *list = calloc(LOOKED_AT, sizeof *list);
	json_t *body = page->session->draft.body, *answers;
	size_t count = 0;
	NEOERR *err;

	*opens = NULL;
	if (list == NULL)
		return nerr_raise(NERR_NOMEM, "correct");
	err = application_list(
	    page->site->db, page->site->seal, page->session->person, list, LOOKED_AT, &count);
	for (size_t i = 0; err == STATUS_OK && i < count; i++) {
		if (strcmp(list[i].no, no) != 0)
			continue;
		*opens = correction_opens(page->site->conf, list[i].state, list[i].reason);
		if (begun_anew(&list[i], body))
			*opens = NULL;
		if (*opens == NULL)
			break;
		*step = step_of(page, *opens, list[i].body);
		answers = answers_of(step, list[i].body, json_object_get(body, "answers"));
		if (answers == NULL || json_object_set_new(body, "answers", answers) != 0)
			err = nerr_raise(NERR_NOMEM, "correct");
	}
	for (size_t i = 0; i < count; i++)
		application_release(&list[i]);
	free(list);
	return nerr_pass(err);
}

static NEOERR *
run(struct page *page, NEOERR *(*handle)(struct page *page, const struct flow_step *step))
{
	struct flow_step step;
	const char *opens = NULL;
	NEOERR *err = STATUS_OK;

	if (page->session->has_person)
		err = open_again(page, &step, &opens);
	if (err != STATUS_OK)
		return nerr_pass(err);
	/* Corrected meanwhile, or somebody else's: what there is stands in the list. */
	if (opens == NULL)
		return nerr_pass(request_redirect(page->request, "/my"));
	return nerr_pass(handle(page, &step));
}

static NEOERR *
show(struct page *page)
{
	return nerr_pass(run(page, step_show));
}

static NEOERR *
take(struct page *page)
{
	return nerr_pass(run(page, step_take));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET",
		    .path = CORRECT "*",
		    .handle = show,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true },
		{ .method = "POST",
		    .path = CORRECT "*",
		    .handle = take,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true,
		    .files = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
