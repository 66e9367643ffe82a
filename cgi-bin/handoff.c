/*
 * handoff.c - a phone takes the pictures for the draft that is open on this screen: the code, and the page on the phone.
 *
 *   GET  /handoff                 the screen: the code, how it stands, the pictures; ?step= offers to make one
 *   POST /handoff                 intent=make: a new code, 303 back here; intent=end: 303 to the step
 *   GET  /handoff/state           how it stands, as JSON {state, left, pictures}: what the page asks again and again
 *   GET  /handoff/<code>          the phone: whose pictures, and the question; then what is done and what is missing
 *   POST /handoff/<code>          this phone takes them
 *   POST /handoff/<code>/<field>  one picture
 *
 * The screen knows its code by a cookie, which is worth nothing without the session that made it; the phone proves by its
 * own cookie that it is the one that came first.  It has no session of the person, sees nothing of the draft but which
 * pictures there are, and changes nothing else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "login/sandbox.h"
#include "photo/handoff.h"
#include "web/answer.h"
#include "web/page.h"
#include "web/picture.h"
#include "web/qrcode.h"
#include "web/question.h"

#define HERE "/handoff"
#define COOKIE "handoff"

/* The step of that name with its pictures only; false: there are none, it comes too early, or she has not agreed to them. */
static bool
pictures_of(
    const struct flow *flow, const char *name, const json_t *body, struct flow_step *out)
{
	const int at = name ? flow_find(flow, name) : -1;
	char today[CLOCK_DATE_LEN];
	size_t n = 0;

	clock_date(clock_now(), today);
	if (at < 0 || (size_t)at > flow_first_open(flow, body, today) ||
	    !flow_consented(&flow->steps[at], body))
		return false;
	*out = flow->steps[at];
	for (size_t i = 0; out->fields[i]; i++)
		if (out->fields[i]->kind == FIELD_PHOTO)
			out->fields[n++] = out->fields[i];
	out->fields[n] = NULL;
	return n > 0;
}

static NEOERR *
record(struct db *db, const uint8_t account[SEAL_ID_LEN], const char *detail)
{
	char actor[2 * SEAL_ID_LEN + 1];

	seal_hex(account, SEAL_ID_LEN, actor);
	return nerr_pass(audit_write(db, "handoff", actor, "", detail));
}

/* Handoff.picture.*; photos: the screen may see them. */
static NEOERR *
show_pictures(struct page *page, const struct flow_step *step, const json_t *body, bool photos)
{
	const json_t *answers = json_object_get(body, "answers");
	int missing = 0;
	HDF *node;
	NEOERR *err;

	for (int i = 0; step->fields[i]; i++) {
		const struct field *field = step->fields[i];
		const char *refused = field_answer(
		    json_object_get(json_object_get(body, "seen"), field->name), "refused");
		const char *id = *refused ? "" : field_answer(answers, field->name);
		char name[32];

		snprintf(name, sizeof name, "Handoff.picture.%d", i);
		if ((err = hdf_get_node(page->hdf, name, &node)) ||
		    (err = hdf_set_value(node, "name", field->name)) ||
		    (err = hdf_set_value(node, "label", answer_label(page, step, field))) ||
		    (*id && (err = hdf_set_value(node, "have", "1"))) ||
		    (*refused && (err = hdf_set_value(node, "refused",
				      page_word(page, "error.%s", refused)))) ||
		    (*id && photos && (err = hdf_set_valuef(node, "photo=/photo/%s", id))))
			return nerr_pass(err);
		missing += *id == '\0';
	}
	return nerr_pass(hdf_set_int_value(page->hdf, "Handoff.missing", missing));
}

/* ---- the screen ---- */

static NEOERR *
set_cookie(struct page *page, const char *code, long life)
{
	char line[256];

	snprintf(line, sizeof line,
	    COOKIE "=%s; Path=" HERE "; Max-Age=%ld; HttpOnly; SameSite=Lax%s", code, life,
	    page->site->settings.session.secure ? "; Secure" : "");
	return nerr_pass(request_header(page->request, "Set-Cookie", line));
}

/* The code of the screen's cookie, if this session has made it; else HANDOFF_NONE. */
static NEOERR *
own(const struct page *page, const uint8_t session[SEAL_HASH_LEN], char code[HANDOFF_CODE_LEN],
    struct handoff *handoff)
{
	const struct site *site = page->site;
	NEOERR *err;

	*handoff = (struct handoff) { .state = HANDOFF_NONE };
	if (request_cookie(page->request, COOKIE, code, HANDOFF_CODE_LEN) == NULL)
		return STATUS_OK;
	if ((err = handoff_look(site->db, site->seal, &site->settings.handoff, code, handoff)))
		return nerr_pass(err);
	if (!seal_equal(handoff->session, session, SEAL_HASH_LEN))
		*handoff = (struct handoff) { .state = HANDOFF_NONE };
	return STATUS_OK;
}

static NEOERR *
address(const struct page *page, const char *code, STRING *out)
{
	return nerr_pass(
	    string_appendf(out, "%s" HERE "/%s", page->site->settings.origin, code));
}

static NEOERR *
show_code(struct page *page, const char *code)
{
	STRING text;
	NEOERR *err;

	string_init(&text);
	if ((err = address(page, code, &text)) == STATUS_OK)
		err = qrcode_show(page, text.buf);
	string_clear(&text);
	return nerr_pass(err);
}

static NEOERR *
to_step(struct page *page, const char *step)
{
	char path[64];

	snprintf(path, sizeof path, "/apply/%.16s", step);
	return nerr_pass(request_redirect(page->request, path));
}

static NEOERR *
show(struct page *page)
{
	const struct session *s = page->session;
	const char *asked = form_text(&page->request->query, "step");
	char code[HANDOFF_CODE_LEN];
	struct handoff handoff;
	struct flow_step step;
	NEOERR *err;

	if ((err = own(page, s->hash, code, &handoff)))
		return nerr_pass(err);
	if (asked == NULL && handoff.state == HANDOFF_NONE)
		return nerr_pass(request_redirect(page->request, page->flow->hall));
	if (asked && (handoff.state >= HANDOFF_ENDED || strcmp(asked, handoff.step) != 0))
		handoff.state = HANDOFF_NONE;
	if (asked == NULL)
		asked = handoff.step;
	if (flow_find(page->flow, asked) < 0)
		return nerr_raise(FAIL_NOT_FOUND, "no such step on this channel");
	if (s->live_no[0] != '\0' || !pictures_of(page->flow, asked, s->draft.body, &step))
		return nerr_pass(to_step(page, asked));
	if ((err = hdf_set_value(page->hdf, "Handoff.state", handoff_states[handoff.state])) ||
	    (err = hdf_set_value(page->hdf, "Handoff.step", step.name)) ||
	    (err = hdf_set_valuef(page->hdf, "Handoff.back=/apply/%s", step.name)) ||
	    (err = hdf_set_int_value(page->hdf, "Handoff.left", (int)handoff.left)) ||
	    (err = hdf_set_int_value(page->hdf, "Handoff.count", (int)handoff.pictures)) ||
	    (err = show_pictures(page, &step, s->draft.body, true)))
		return nerr_pass(err);
	if ((handoff.left > 0 && handoff.state != HANDOFF_NONE &&
		(err = hdf_set_value(page->hdf, "Handoff.poll", HERE "/state"))) ||
	    (handoff.state == HANDOFF_WAITING && (err = show_code(page, code))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "handoff", 200));
}

/* Without session and frame: two cookies, their keyed hashes and a row by its primary key. */
static NEOERR *
state(struct page *page)
{
	struct request *r = page->request;
	char token[SEAL_TOKEN_LEN], code[HANDOFF_CODE_LEN];
	uint8_t session[SEAL_HASH_LEN];
	struct handoff handoff;
	NEOERR *err;

	if (request_cookie(r, page->site->settings.session.cookie, token, sizeof token) == NULL)
		token[0] = '\0';
	if ((err = session_hash(page->site->seal, token, session)) ||
	    (err = own(page, session, code, &handoff)))
		return nerr_pass(err);
	r->type = "application/json";
	return nerr_pass(
	    string_appendf(&r->body, "{\"state\":\"%s\",\"left\":%lld,\"pictures\":%lld}\n",
		handoff_states[handoff.state], (long long)handoff.left,
		(long long)handoff.pictures));
}

struct change {
	const struct page *page;
	const struct handoff *handoff;
	const char *step, *code;
	const uint8_t *account, *browser;
	bool done;
};

static NEOERR *
make_work(struct db *db, void *context)
{
	const struct change *c = context;
	const struct site *site = c->page->site;
	const struct session *s = c->page->session;
	NEOERR *err;

	if ((err = handoff_make(db, site->seal, &site->settings.handoff, s->person, s->hash,
		 c->step, c->code)))
		return nerr_pass(err);
	return nerr_pass(record(db, s->account, "make"));
}

static NEOERR *
tell_sandbox(const struct page *page, const char *code)
{
	STRING text;
	NEOERR *err;

	string_init(&text);
	if ((err = address(page, code, &text)) == STATUS_OK)
		err = sandbox_tell(page->site->conf, "handoff", code, text.buf);
	string_clear(&text);
	return nerr_pass(err);
}

static NEOERR *
make(struct page *page, const char *name)
{
	const struct site *site = page->site;
	const struct session *s = page->session;
	char code[HANDOFF_CODE_LEN];
	struct flow_step step;
	NEOERR *err;

	if (s->live_no[0] != '\0' || !pictures_of(page->flow, name, s->draft.body, &step))
		return nerr_pass(to_step(page, name));
	if ((err = seal_token(code)) ||
	    (err = db_transact(site->db, make_work,
		 &(struct change) { .page = page, .step = step.name, .code = code })) ||
	    (err = tell_sandbox(page, code)) ||
	    (err = set_cookie(page, code, site->settings.handoff.life)))
		return nerr_pass(err);
	return nerr_pass(request_redirect(page->request, HERE));
}

static NEOERR *
end_work(struct db *db, void *context)
{
	struct change *c = context;
	const struct session *s = c->page->session;
	NEOERR *err;

	if ((err = handoff_end(db, c->handoff, s->hash, &c->done)) || !c->done)
		return nerr_pass(err);
	return nerr_pass(record(db, s->account, "end"));
}

static NEOERR *
change(struct page *page)
{
	const char *intent = form_text(&page->request->form, "intent");
	const char *step = form_text(&page->request->form, "step");
	char code[HANDOFF_CODE_LEN];
	struct handoff handoff;
	NEOERR *err;

	if (step == NULL || flow_find(page->flow, step) < 0)
		return nerr_raise(FAIL_NOT_FOUND, "no such step on this channel");
	if (intent == NULL || strcmp(intent, "end") != 0)
		return nerr_pass(make(page, step));
	if ((err = own(page, page->session->hash, code, &handoff)) ||
	    (handoff.state != HANDOFF_NONE &&
		(err = db_transact(page->site->db, end_work,
		     &(struct change) { .page = page, .handoff = &handoff }))) ||
	    (err = set_cookie(page, "", 0)))
		return nerr_pass(err);
	return nerr_pass(to_step(page, step));
}

/* ---- the phone ---- */

struct phone {
	struct handoff handoff;
	struct session maker; /* of the code, as it stands now */
	struct flow_step step;
	uint8_t browser[SEAL_HASH_LEN];
	char code[HANDOFF_CODE_LEN];
	const char *
	    state; /* of handoff_states, or "other", "gone", "submitted": key of Lang.handoff.phone */
};

static void
phone_release(struct phone *phone)
{
	session_release(&phone->maker);
}

static bool
may_go_on(const struct phone *phone)
{
	return strcmp(phone->state, handoff_states[HANDOFF_CLAIMED]) == 0;
}

/* What the maker's session makes of the code; NULL: it still stands behind it. */
static const char *
objection(const struct page *page, struct phone *phone)
{
	const struct session *maker = &phone->maker;
	const struct flow *flow = flows_channel(page->site->flows, maker->channel);

	if (maker->state != SESSION_LIVE || !maker->has_person || flow == NULL ||
	    memcmp(maker->person, phone->handoff.person, PERSON_LEN) != 0)
		return "gone";
	if (maker->live_no[0] != '\0')
		return "submitted";
	return pictures_of(flow, phone->handoff.step, maker->draft.body, &phone->step)
		   ? NULL
		   : handoff_states[HANDOFF_ENDED];
}

/* How the code of the path stands for this phone. phone_release in any case. */
static NEOERR *
look(struct page *page, struct phone *phone)
{
	const struct site *site = page->site;
	const char *path = page->request->path + sizeof HERE, *objected;
	struct handoff *handoff = &phone->handoff;
	NEOERR *err;

	*phone = (struct phone) { .state = handoff_states[HANDOFF_NONE] };
	if (strcspn(path, "/") >= sizeof phone->code)
		return STATUS_OK;
	memcpy(phone->code, path, strcspn(path, "/"));
	if ((err = handoff_look(
		 site->db, site->seal, &site->settings.handoff, phone->code, handoff)) ||
	    (err = handoff_browser(site->seal, page->session->token, phone->browser)))
		return nerr_pass(err);
	phone->state = handoff_states[handoff->state];
	if (handoff->state == HANDOFF_NONE || handoff->state >= HANDOFF_ENDED)
		return STATUS_OK;
	if ((err = session_look(
		 &phone->maker, site->db, site->seal, &site->settings, handoff->session)))
		return nerr_pass(err);
	if ((objected = objection(page, phone)) != NULL)
		phone->state = objected;
	else if (handoff->state != HANDOFF_WAITING &&
		 !seal_equal(handoff->browser, phone->browser, SEAL_HASH_LEN))
		phone->state = "other";
	if (objected == NULL)
		page_follow(page, flows_channel(site->flows, phone->maker.channel));
	return STATUS_OK;
}

static int
status_of(const struct phone *phone)
{
	return strcmp(phone->state, handoff_states[HANDOFF_NONE]) == 0 ? 404
	       : strcmp(phone->state, "other") == 0                    ? 409
								       : 410;
}

/* faults: of the picture that was sent. */
static NEOERR *
show_phone(struct page *page, const struct phone *phone, const json_t *faults)
{
	const bool waits = strcmp(phone->state, handoff_states[HANDOFF_WAITING]) == 0;
	NEOERR *err;

	if ((err = hdf_set_value(page->hdf, "Handoff.state", phone->state)))
		return nerr_pass(err);
	if (!waits && !may_go_on(phone))
		return nerr_pass(page_render(page, "shoot", status_of(phone)));
	if ((err = hdf_set_valuef(page->hdf, "Handoff.here=" HERE "/%s", phone->code)) ||
	    (err = hdf_set_value(page->hdf, "Handoff.person", phone->maker.masked)) ||
	    (err = show_pictures(page, &phone->step, phone->maker.draft.body, false)) ||
	    (!waits && (err = question_show(page, &phone->step, NULL, NULL, faults))))
		return nerr_pass(err);
	return nerr_pass(page_render(page, "shoot", faults ? 422 : 200));
}

static NEOERR *
opened(struct page *page)
{
	struct phone phone;
	NEOERR *err = look(page, &phone);

	if (err == STATUS_OK)
		err = show_phone(page, &phone, NULL);
	phone_release(&phone);
	return nerr_pass(err);
}

static NEOERR *
to_phone(struct page *page, const struct phone *phone, const char *query)
{
	char path[128];

	snprintf(path, sizeof path, HERE "/%s%s", phone->code, query);
	return nerr_pass(request_redirect(page->request, path));
}

static NEOERR *
claim_work(struct db *db, void *context)
{
	struct change *c = context;
	NEOERR *err;

	if ((err = handoff_claim(
		 db, c->handoff, &c->page->site->settings.handoff, c->browser, &c->done)) ||
	    !c->done)
		return nerr_pass(err);
	return nerr_pass(record(db, c->account, "claim"));
}

/* Whoever came first has it; the page says who that was. */
static NEOERR *
claim(struct page *page)
{
	struct phone phone;
	NEOERR *err = look(page, &phone);

	if (err == STATUS_OK && strcmp(phone.state, handoff_states[HANDOFF_WAITING]) == 0)
		err = db_transact(page->site->db, claim_work,
		    &(struct change) { .page = page,
			.handoff = &phone.handoff,
			.account = phone.maker.account,
			.browser = phone.browser });
	if (err == STATUS_OK)
		err = to_phone(page, &phone, "");
	phone_release(&phone);
	return nerr_pass(err);
}

struct arrival {
	const struct page *page;
	struct phone *phone;
	const struct field *field;
	const struct picture *picture;
	bool done;
};

/* What came, refused or not; the page it came for is filled in with what it says. */
static NEOERR *
put(const struct arrival *a, const struct phone *now, struct draft *draft)
{
	const struct flow *flow = flows_channel(a->page->site->flows, now->maker.channel);
	const struct flow_step *step = &flow->steps[flow_find(flow, now->handoff.step)];

	json_object_set(draft_seen(draft), a->field->name, a->picture->seen);
	picture_fill(step, draft->body, NULL, draft_typed(draft, step->name));
	return a->picture->fault ? STATUS_OK
				 : nerr_pass(draft_answer(draft, a->field, a->picture->id));
}

/* The draft is locked first, as everywhere; then everything that the phone may rely on is asked again. */
static NEOERR *
arrive_with(struct arrival *a, struct db *db, struct draft *draft, struct session *maker)
{
	const struct site *site = a->page->site;
	const char *photo = a->picture->id;
	struct phone now = *a->phone;
	uint8_t form[SEAL_HASH_LEN];
	bool stale = false;
	NEOERR *err;

	if ((err = draft_lock(draft, db, site->seal, now.handoff.person)) ||
	    (err = handoff_lock(db, &site->settings.handoff, &now.handoff)) ||
	    (err = session_look(maker, db, site->seal, &site->settings, now.handoff.session)))
		return nerr_pass(err);
	now.maker = *maker;
	if ((now.handoff.state != HANDOFF_CLAIMED && now.handoff.state != HANDOFF_FULL) ||
	    memcmp(now.handoff.browser, now.browser, SEAL_HASH_LEN) != 0 ||
	    objection(a->page, &now) != NULL)
		return STATUS_OK;
	a->done = true;
	/* Put there by the run before this one, whose answer was lost. */
	if (strcmp(field_answer(json_object_get(draft_seen(draft), a->field->name), "photo"),
		photo) == 0)
		return STATUS_OK;
	if ((err = seal_hash(site->seal, "form", photo, strlen(photo), form)) ||
	    (err = put(a, &now, draft)) ||
	    (err = draft_save(
		 draft, db, site->seal, now.handoff.person, draft->version, form, &stale)))
		return nerr_pass(err);
	if (stale)
		return nerr_raise(FAIL_RETRY, "the draft has moved on");
	return nerr_pass(handoff_count(db, &now.handoff));
}

static NEOERR *
arrive(struct db *db, void *context)
{
	struct arrival *a = context;
	struct draft draft = { .body = NULL };
	struct session maker = { .state = SESSION_NONE };
	NEOERR *err;

	a->done = false;
	if ((err = draft_init(&draft)) == STATUS_OK)
		err = arrive_with(a, db, &draft, &maker);
	draft_release(&draft);
	session_release(&maker);
	return nerr_pass(err);
}

static NEOERR *
put_into_draft(struct page *page, struct phone *phone, const struct field *field,
    const struct picture *picture, bool *done)
{
	struct arrival a = { .page = page, .phone = phone, .field = field, .picture = picture };
	NEOERR *err = db_transact(page->site->db, arrive, &a);

	/* Was it saved? The same again tells. */
	if (nerr_handle(&err, FAIL_UNKNOWN))
		err = db_transact(page->site->db, arrive, &a);
	*done = a.done;
	return nerr_pass(err);
}

/* The picture workers' faults as the phone's page says them. */
static const char *
in_words_of_the_phone(const char *fault)
{
	return strcmp(fault, "photo_busy") == 0 ? "handoff_busy" : fault;
}

static NEOERR *
refuse(struct page *page, const struct phone *phone, const char *name, const char *fault)
{
	json_t *faults = json_pack("{s:s}", name, in_words_of_the_phone(fault));
	NEOERR *err;

	if (faults == NULL)
		return nerr_raise(NERR_NOMEM, "handoff");
	err = show_phone(page, phone, faults);
	json_decref(faults);
	return nerr_pass(err);
}

static const struct field *
picture_of(const struct flow_step *step, const char *name)
{
	for (size_t i = 0; step->fields[i]; i++)
		if (strcmp(step->fields[i]->name, name) == 0)
			return step->fields[i];
	return NULL;
}

/* What the picture workers made of it, into the draft; the phone hears what is against it. */
static NEOERR *
put_and_say(struct page *page, struct phone *phone, const struct field *field,
    const struct picture *picture, bool *done)
{
	NEOERR *err;

	if (picture->seen &&
	    ((err = put_into_draft(page, phone, field, picture, done)) || !*done))
		return nerr_pass(err);
	return nerr_pass(picture->fault ? refuse(page, phone, field->name, picture->fault)
					: to_phone(page, phone, "?notice=handoff_taken"));
}

/* A phone that may go on has sent a picture. *done false: it may not any more. */
static NEOERR *
receive(struct page *page, struct phone *phone, const struct field *field, bool *done)
{
	const struct site *site = page->site;
	const struct form_input *file = form_file(&page->request->form, field->name);
	struct picture picture;
	NEOERR *err;

	*done = true;
	if (file == NULL)
		return nerr_pass(refuse(page, phone, field->name, "photo_required"));
	if ((err = handoff_try(
		 site->db, &phone->handoff, &site->settings.handoff, phone->browser, done)) ||
	    !*done)
		return nerr_pass(err);
	err = picture_take(site, phone->handoff.person,
	    json_object_get(phone->maker.draft.body, "answers"), field, file, &picture);
	if (err == STATUS_OK)
		err = put_and_say(page, phone, field, &picture, done);
	picture_release(&picture);
	return nerr_pass(err);
}

static NEOERR *
upload(struct page *page)
{
	const char *name = strrchr(page->request->path, '/') + 1;
	const struct field *field = NULL;
	struct phone phone;
	bool done = false;
	NEOERR *err = look(page, &phone);

	if (err == STATUS_OK && may_go_on(&phone)) {
		if ((field = picture_of(&phone.step, name)) == NULL)
			err = nerr_raise(FAIL_NOT_FOUND, "no such picture of this step");
		else
			err = receive(page, &phone, field, &done);
	}
	/* The page says what has become of the code. */
	if (err == STATUS_OK && !done)
		err = to_phone(page, &phone, "");
	phone_release(&phone);
	return nerr_pass(err);
}

/* Where a refused picture's page stands, asked for again. */
static NEOERR *
back(struct page *page)
{
	char path[sizeof page->request->path];

	snprintf(path, sizeof path, "%s", page->request->path);
	*strrchr(path, '/') = '\0';
	return nerr_pass(request_redirect(page->request, path));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET",
		    .path = HERE,
		    .handle = show,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true },
		{ .method = "POST",
		    .path = HERE,
		    .handle = change,
		    .guard = PAGE_LOGGED_IN,
		    .proven = true },
		{ .method = "GET", .path = HERE "/state", .handle = state, .bare = true },
		{ .method = "GET", .path = HERE "/*", .handle = opened, .guest = true },
		{ .method = "POST", .path = HERE "/*", .handle = claim },
		{ .method = "GET", .path = HERE "/*/*", .handle = back },
		{ .method = "POST", .path = HERE "/*/*", .handle = upload, .files = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
