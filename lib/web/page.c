#include <fcgiapp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "login/offer.h"
#include "web/entry.h"
#include "web/page.h"
#include "web/rare.h"

#define PAGE_KEYS 256

static const struct {
	const NERR_TYPE *kind;
	int status;
} statuses[] = {
	{ &FAIL_REQUEST, 400 },
	{ &FAIL_FORBIDDEN, 403 },
	{ &FAIL_NOT_FOUND, 404 },
	{ &FAIL_TOO_LARGE, 413 },
	{ &FAIL_TOO_MANY, 429 },
	{ &FAIL_UNAVAILABLE, 503 },
	{ &FAIL_UNKNOWN, 503 },
};

static NEOERR *
site_init(struct site *site)
{
	NEOERR *err;

	if ((err = fail_init()) || (err = conf_load(&site->conf)) ||
	    (err = settings_init(&site->settings, site->conf)) ||
	    (err = seal_init(&site->seal, site->conf)) ||
	    (err = db_init(&site->db, site->conf)) ||
	    (err = flows_init(&site->flows, site->conf)) ||
	    (err = dictionary_init(&site->dictionary, site->conf)) ||
	    (err = templates_init(&site->templates, site->conf)))
		return nerr_pass(err);
	return STATUS_OK;
}

static void
site_free(struct site *site)
{
	templates_free(&site->templates);
	dictionary_free(&site->dictionary);
	flows_free(&site->flows);
	db_free(&site->db);
	seal_free(&site->seal);
	hdf_destroy(&site->conf);
}

const char *
page_word(const struct page *page, const char *fmt, ...)
{
	char key[PAGE_KEYS] = "Lang.";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(key + 5, sizeof key - 5, fmt, ap);
	va_end(ap);
	return hdf_get_value(page->words, key, "");
}

/* Below folder, by names of letters, digits, - and _ only: nothing climbs out, nothing has a host. */
static bool
lies_below(const char *folder, const char *path)
{
	const size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && strstr(path + len, "//") == NULL &&
	       path[len] != '/' &&
	       strspn(path + len,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/") ==
		   strlen(path + len);
}

bool
page_local_path(const struct page *page, const char *path)
{
	static const char apply[] = "/apply/";

	return path != NULL && (strcmp(path, "/my") == 0 || lies_below("/my/", path) ||
				   lies_below(page->flow->entry, path) ||
				   (strncmp(path, apply, sizeof apply - 1) == 0 &&
				       flow_find(page->flow, path + sizeof apply - 1) >= 0));
}

const char *
page_notice_asked(const struct page *page)
{
	const char *key = form_text(&page->request->query, "notice");

	return key && strspn(key, "abcdefghijklmnopqrstuvwxyz_") == strlen(key) &&
		       strlen(key) <= 24
		   ? key
		   : NULL;
}

static NEOERR *
notice(struct page *page)
{
	const char *key = page_notice_asked(page);

	return nerr_pass(key ? page_notice(page, key) : STATUS_OK);
}

NEOERR *
page_notice(struct page *page, const char *key)
{
	const char *text = page_word(page, "notice.%s", key);
	NEOERR *err;

	if (*text == '\0')
		return STATUS_OK;
	if ((err = hdf_set_value(page->hdf, "Page.notice", key)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Page.notice_text", text));
}

static NEOERR *
show_session(struct page *page)
{
	const struct session *s = page->session;
	char csrf[CSRF_LEN];
	const struct settings *settings = &page->site->settings;
	NEOERR *err;

	if (s->token[0] != '\0' && ((err = session_csrf(s, page->site->seal, csrf)) ||
				       (err = hdf_set_value(page->hdf, "Page.csrf", csrf))))
		return nerr_pass(err);
	if (s->state != SESSION_LIVE)
		return STATUS_OK;
	if ((err = hdf_set_value(page->hdf, "Page.person",
		 s->masked[0] ? s->masked : page_word(page, "site.someone"))) ||
	    (err = hdf_set_int_value(
		 page->hdf, "Page.session.idle_minutes", (int)(settings->session.idle / 60))) ||
	    (err = hdf_set_int_value(page->hdf, "Page.session.ends", (int)s->ends_in)))
		return nerr_pass(err);
	return nerr_pass(
	    hdf_set_int_value(page->hdf, "Page.session.warn", (int)settings->session.warn));
}

static NEOERR *
show_operator(struct page *page)
{
	char csrf[CSRF_LEN];
	NEOERR *err;

	if ((err = operator_csrf(page->site->seal, page->staff, csrf)) ||
	    (err = hdf_set_value(page->hdf, "Page.csrf", csrf)))
		return nerr_pass(err);
	return nerr_pass(hdf_set_value(page->hdf, "Page.operator", page->staff));
}

/* What every page shows around its own part. */
static NEOERR *
frame(struct page *page)
{
	const char *next = form_text(&page->request->query, "next");
	NEOERR *err;

	if ((err = display_fill(&page->display, page->hdf)) ||
	    (page_local_path(page, next) &&
		(err = hdf_set_value(page->hdf, "Page.next", next))) ||
	    (err = hdf_set_value(
		 page->hdf, "Page.entry", *page->staff ? OPERATOR_HOME : page->flow->entry)) ||
	    (err = hdf_set_value(page->hdf, "Page.path", page->request->path)) ||
	    (err = hdf_set_value(page->hdf, "Page.request_id", page->request->id)) ||
	    (hdf_get_obj(page->hdf, "Page.notice") == NULL && (err = notice(page))))
		return nerr_pass(err);
	return nerr_pass(*page->staff ? show_operator(page) : show_session(page));
}

NEOERR *
page_render(struct page *page, const char *name, int status)
{
	NEOERR *err;

	page->request->status = status;
	if ((err = frame(page)) || (err = rare_show(page->hdf)))
		return nerr_pass(err);
	return nerr_pass(templates_render(
	    page->site->templates, name, page->words, page->hdf, &page->request->body));
}

NEOERR *
page_to_login(struct page *page)
{
	const char *where = page->request->path;
	char path[256];

	snprintf(path, sizeof path, "%s?next=%s%s", page->flow->login,
	    page_local_path(page, where) ? where : page->flow->hall,
	    page->session->state == SESSION_ENDED ? "&notice=expired" : "");
	return nerr_pass(request_redirect(page->request, path));
}

/* Her name has to be proven first, and then back here. */
static NEOERR *
to_proof(struct page *page)
{
	const char *where = page->request->path;
	char path[256];

	snprintf(path, sizeof path, ENTRY_PROVE "?next=%s",
	    page_local_path(page, where) ? where : page->flow->hall);
	return nerr_pass(request_redirect(page->request, path));
}

/* A pattern is a path; each star stands for one segment. */
static bool
path_matches(const char *pattern, const char *path)
{
	size_t before = strcspn(pattern, "*"), segment;

	if (pattern[before] == '\0')
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, before) != 0)
		return false;
	segment = strcspn(path + before, "/");
	return segment > 0 && path_matches(pattern + before + 1, path + before + segment);
}

static const struct page_action *
find_action(
    const struct page_action *actions, const char *method, const char *path, bool *other_method)
{
	*other_method = false;
	for (const struct page_action *a = actions; a->method; a++) {
		bool match = path_matches(a->path, path);

		if (match && strcmp(a->method, method) == 0)
			return a;
		*other_method |= match;
	}
	return NULL;
}

/* Remembers a chosen way to show the page and comes back to it. */
static NEOERR *
change_display(struct page *page, const char *setting)
{
	const char *next = form_text(&page->request->query, "next");
	char path[256];
	bool local = page_local_path(page, next);
	NEOERR *err;

	display_choose(&page->display, setting);
	if ((err = display_cookie(&page->display, page->request)))
		return nerr_pass(err);
	snprintf(path, sizeof path, "%s%s%s", page->request->path, local ? "?next=" : "",
	    local ? next : "");
	return nerr_pass(request_redirect(page->request, path));
}

/* The path may name another channel than the one she has logged in on. */
static bool
own_channel(const struct page *page)
{
	return strcmp(page->session->channel, page->flow->channel) == 0;
}

bool
page_logged_in(const struct page *page)
{
	return page->session->state == SESSION_LIVE && own_channel(page);
}

static bool
may_enter(const struct page *page)
{
	return page->action->guard == PAGE_OPEN || page_logged_in(page) ||
	       (page->action->guard == PAGE_WAS_LOGGED_IN && own_channel(page) &&
		   page->session->state == SESSION_ENDED &&
		   strcmp(page->request->method, "POST") == 0);
}

void
page_follow(struct page *page, const struct flow *flow)
{
	page->flow = flow;
	page->words = templates_words(page->site->templates, page->language, flow->channel);
}

/* A form is sent with "keep" so that nothing typed is lost while the page looks different from now on. */
static NEOERR *
keep_display(struct page *page)
{
	const char *setting = form_text(&page->request->form, "keep");

	if (setting == NULL || !display_choose(&page->display, setting))
		return STATUS_OK;
	page->language = page->display.choice[DISPLAY_LANG];
	page_follow(page, page->flow);
	return nerr_pass(display_cookie(&page->display, page->request));
}

/* Lists that pages choose from, not older than conf says. */
static NEOERR *
act(struct page *page)
{
	const struct site *site = page->site;
	NEOERR *err;

	if ((err = dictionary_fresh(site->dictionary, site->db)) ||
	    (err = choice_fresh(site->choices, site->templates, site->dictionary)))
		return nerr_pass(err);
	return nerr_pass(page->action->handle(page));
}

static NEOERR *
handle_operator(struct page *page, bool post)
{
	const struct site *site = page->site;
	struct request *r = page->request;
	char setting[32];
	NEOERR *err;

	if ((err = operator_name(r, page->staff)))
		return nerr_pass(err);
	if (!post && display_asked(&r->query, setting, sizeof setting))
		return nerr_pass(change_display(page, setting));
	if (post && (err = operator_check_csrf(site->seal, &site->settings, page->staff, r)))
		return nerr_pass(err);
	if ((err = operator_record(site->db, site->seal, &site->settings, page->staff, r)))
		return nerr_pass(err);
	return nerr_pass(act(page));
}

/* The line every request goes along. */
static NEOERR *
handle(struct page *page, const struct page_action *actions)
{
	const struct site *site = page->site;
	struct request *r = page->request;
	const struct page_action *action;
	char setting[32];
	const struct settings *settings = &site->settings;
	const struct flow *flow = flows_at(site->flows, r->path);
	bool other_method, post = strcmp(r->method, "POST") == 0;
	NEOERR *err;

	if (flow)
		page_follow(page, flow);
	if ((action = find_action(actions, r->method, r->path, &other_method)) == NULL) {
		r->status = other_method ? 405 : 404;
		return nerr_raise(FAIL_NOT_FOUND, "no action");
	}
	page->action = action;
	if (post &&
	    (err = request_read_form(r,
		 (size_t)(action->files ? settings->form.max_files : settings->form.max),
		 (size_t)settings->form.inputs)))
		return nerr_pass(err);
	if (action->bare)
		return nerr_pass(action->handle(page));
	if (action->guard == PAGE_OPERATOR)
		return nerr_pass(handle_operator(page, post));
	if ((err = session_open(page->session, site->db, site->seal, settings, r)))
		return nerr_pass(err);
	if (flow == NULL && (flow = flows_channel(site->flows, page->session->channel)) != NULL)
		page_follow(page, flow);
	if (!post && display_asked(&r->query, setting, sizeof setting))
		return nerr_pass(change_display(page, setting));
	if (!may_enter(page))
		return nerr_pass(page_to_login(page));
	if (action->proven && !page->session->has_person)
		return nerr_pass(to_proof(page));
	if (action->guest && (err = session_guest(page->session, settings, r)))
		return nerr_pass(err);
	if (post && ((err = session_check_csrf(page->session, site->seal, settings, r)) ||
			(err = keep_display(page))))
		return nerr_pass(err);
	return nerr_pass(act(page));
}

static int
status_of(NEOERR *err, int set)
{
	if (set == 405)
		return set;
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		if (nerr_match(err, *statuses[i].kind))
			return statuses[i].status;
	return 500;
}

/* The error page; when even that fails, a line of plain text. */
static void
fail(struct page *page, NEOERR **err)
{
	struct request *r = page->request;
	int status = status_of(*err, r->status);
	NEOERR *again;

	log_failure(status < 500 ? "refused" : "failure", r->id, err);
	string_clear(&r->body);
	string_clear(&r->headers);
	r->type = "text/html; charset=utf-8";
	r->status = status;
	if (status == 503 || status == 429)
		nerr_ignore(&(NEOERR *) { request_header(r, "Retry-After", "5") });
	if (r->hdf == NULL)
		again = nerr_raise(NERR_NOMEM, "no page");
	else if ((again = hdf_set_int_value(r->hdf, "Error.status", status)) == STATUS_OK &&
		 (again = hdf_set_value(r->hdf, "Error.title",
		      page_word(page, "error_page.%d.title", status))) == STATUS_OK &&
		 (again = hdf_set_value(r->hdf, "Error.text",
		      page_word(page, "error_page.%d.text", status))) == STATUS_OK &&
		 (again = hdf_set_value(r->hdf, "Error.todo",
		      page_word(page, "error_page.%d.todo", status))) == STATUS_OK)
		again = page_render(page, "error", status);
	if (again == STATUS_OK)
		return;
	log_failure("failure", r->id, &again);
	string_clear(&r->body);
	r->type = "text/plain; charset=utf-8";
	nerr_ignore(&(NEOERR *) { string_appendf(&r->body, "%d\n12333\n%s\n", status, r->id) });
}

static int64_t
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
serve(const struct site *site, const struct page_action *actions, FCGX_Request *fcgi)
{
	struct request request = { .fcgi = fcgi };
	struct session session = { .state = SESSION_NONE };
	struct page page = { .site = site, .request = &request, .session = &session };
	int64_t start = microseconds();
	NEOERR *err;

	err = request_open(&request, fcgi, (size_t)site->settings.form.inputs);
	page.hdf = request.hdf;
	display_read(&page.display, &request);
	page.language = page.display.choice[DISPLAY_LANG];
	if (err == STATUS_OK)
		err = templates_fresh(site->templates);
	page_follow(&page, site->home);
	if (err == STATUS_OK)
		err = handle(&page, actions);
	if (err != STATUS_OK)
		fail(&page, &err);
	request_send(&request);
	if (page.action == NULL || !page.action->bare)
		log_line("info", "request",
		    (struct log_item[]) { LOG_TEXT("id", request.id),
			LOG_TEXT("method", request.method),
			LOG_TEXT("path", page.action ? page.action->path : ""),
			LOG_NUMBER("status", request.status),
			LOG_NUMBER("us", microseconds() - start) },
		    5);
	session_release(&session);
	request_release(&request);
}

int
page_main(const struct page_action *actions)
{
	struct choice_seen choices = { 0 };
	struct site site = { .choices = &choices };
	FCGX_Request fcgi;
	const char *home;
	NEOERR *err;

	if ((err = site_init(&site)) == STATUS_OK &&
	    (err = conf_text(site.conf, "Site.Channel", &home)) == STATUS_OK &&
	    (site.home = flows_channel(site.flows, home)) == NULL)
		err = nerr_raise(FAIL_CONFIG, "Site.Channel names no channel");
	if (err == STATUS_OK &&
	    (FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, 0, 0) != 0 || FCGX_IsCGI()))
		err = nerr_raise(FAIL_CONFIG,
		    "descriptor 0 is no listening socket: start me by spawn-fcgi or systemd");
	if (err != STATUS_OK) {
		log_failure("start", "", &err);
		site_free(&site);
		return 1;
	}
	for (const struct page_action *a = actions; a->method; a++)
		if (a->guest) {
			offer_log(site.conf, site.flows);
			break;
		}
	while (FCGX_Accept_r(&fcgi) >= 0) {
		serve(&site, actions, &fcgi);
		FCGX_Finish_r(&fcgi);
	}
	FCGX_Free(&fcgi, 1);
	site_free(&site);
	return 0;
}
