/*
 * page.h - from an accepted request to a finished page.
 *
 * A program is a table of actions and one call of page_main.  page_main loads configuration,
 * key ring, flows, languages and templates once, then serves one request after another: open,
 * limits, session, guard, action, render, log.  A failure becomes an error page with the
 * request's id, one log line, and no detail for strangers.
 *
 * The page contract, what templates may read (all escaped, all text):
 *
 *   Page.lang (zh-CN, en) Page.path Page.entry Page.next (where the login leads on to, if asked for)
 *   Page.mode (standard, care) Page.theme (light, dark, auto) Page.contrast (normal, high)
 *   Page.csrf Page.request_id Page.rare (lib/web/rare.h)
 *   Asset.{weui, app, dark, contrast, js, icon}   paths under the hash of all static files
 *   Page.person (masked name; absent when logged out) Page.operator (name of the staff; then no person and no session)
 *   Page.session.{ends (seconds left), warn (seconds before the end), idle_minutes}
 *   Display.<n>.{set ("mode=care"), group, value, label, lang}   the ways to show the page
 *   Choice.<list>.<n>.{code, label, hint}   code lists and banks
 *   Page.notice (key of Lang.notice) Page.notice_text
 *   Step.name Step.title Step.lead Step.number Step.count Step.back (href) Step.version Step.saved ("14:05")
 *   Step.list.<n>.{name, title, state (done, current, todo), href}
 *   Step.consent.<n>.{name, label, version, given, error, error_text, detail, phone (the bank it names)}
 *     its tick sends <name>=<version>; the text stands in Lang.consent.<name>.{title, part}
 *   Step.next (href: where a step that shows its result leads on) Step.asks (1: submitting is asked twice)
 *   Applicant.<n>.{label, text}   who applies (eligibility)
 *   Eligibility.{answer, text, todo}
 *   Field.<name>.{name, kind (text, choice, radio, date, photo), label, hint, value, error, error_text,
 *     required, max, inputmode, autocomplete, asked, typed, pattern, fault (text; question_checks),
 *     within (the field of the district whose streets it is offered), registered (1: the roster knows it),
 *     group (key of Lang.group: asked only then, a sheet of its own; "mail")}
 *     known (1: read back as text, wrong (1: she says it is wrong) by the tick wrong_<name>)
 *     choice, radio: Field.<name>.list (of Choice), or what is made for this page:
 *       Field.<name>.option.<n>.{code, label, group (heading)}
 *     Field.branch.place.{address, hours, phone}   of the branch that is chosen
 *     photo:  Field.<name>.{photo (href; with an error it is one that was refused), accept, min_bytes, max_bytes}
 *       insist (what the tick insist_<name> sends, where she may insist on a refused one)
 *       filled (1: what was read stands on the questions of the step)  warn.<n> (text)  head.0, mark.<n>.{x, y, width, height} in pixels: where the head is, what is wrong
 *       says.<n>.{label, text, doubt (characters that are not sure)}   what was read off it and stands on no question of the step
 *       differs.<n>.{name, label, mine, read, adopt (1: the button adopt=<name> takes over what was read)}
 *     what was read off a picture of the step: Field.<name>.doubt (characters that are not sure), where it is the
 *       value; Field.<name>.read (in words; the button adopt=<name>), where it is not
 *   Step.open.<n>.{id, label}   where something that was read is to be decided or looked at
 *   Faults.<n>.{field, label, text}
 *   Answer.<n>.{step, title, href} .item.<n>.{name, label, text, photo, address, hours (of a branch)}      (review, receipt)
 *   Application.<n>.{no, state, state_text, expects, waits, next (Lang.state), reason_text, submitted, promised, live (1), done (1),
 *     day, left, late (days; late only after promised), bank, bank_phone, branch, branch_address, branch_phone, branch_hours,
 *     tracking, photo (href: the portrait), withdraw, correct (hrefs), correct_text}
 *     Application.<n>.event.<n>.{state, text, at, reason_text}   oldest first
 *     Application.<n>.told.{name, delivery, mail_name, mail_district, mail_address, mail_postcode (mail_*: only where it is mailed)}
 *   Receipt.{made (time), origin, address (of the page that goes on with it)}   (receipt)
 *   Home.enter Home.my (portal: where its tiles lead) Home.start (hall: the first step; my, where none is live: the first that is open)
 *   Home.begun (my: 1: there is a draft)
 *   Home.resume.{href, title (of the step), saved} Home.live.{no, state_text}   (hall)
 *   Login.tab.<n>.{href, label, current} Login.account (typed) Login.again (1: the password was typed, and is to be typed again) Login.back (where to go afterwards) Login.wait (seconds)
 *   Login.captcha.{id, href, sound}   absent: not asked; Field.{account, password, captcha}.{error, error_text}
 *   Code.phone (typed) Code.prefix (of the code that waits) Code.sent (1: just now) Code.wait (seconds until another)
 *     Field.{phone, code, password, old}.{error, error_text} Field.phone.{typed, pattern, fault}   (sms, register, reset, password)
 *     Code.id_number (typed) instead of the telephone   (realsms)
 *   Realname.other (href: the other way to prove a name) Field.picture.{error, error_text}   (realname, realsms)
 *   Password.asks_old (1: the account has a password)   (password)
 *   Other.<n>.{href, label}   providers   (other)
 *   Qr.state (waiting, scanned, confirmed, cancelled, expired; scan also: other) Qr.again (href: a new code)
 *     Qr.{path, size} (SVG, units; waiting) Qr.number Qr.left (seconds) Qr.poll (href: how it stands)   (qr)
 *     Qr.{browser, network, at}   who asks; Field.number.{error, error_text}   (scan)
 *   Handoff.state (lib/photo/handoff.h; handoff also: none; shoot also: other, gone, submitted)
 *     Handoff.picture.<n>.{name, label, have (1), photo (href; handoff), refused (words)}   the step's pictures, in order
 *     Handoff.step Handoff.back (href) Handoff.left (seconds) Handoff.count (pictures that came)
 *     Handoff.poll (href: how it stands) Qr.{path, size} (waiting)   (handoff)
 *     Handoff.here (href) Handoff.person (masked name) Handoff.missing (pictures)   (shoot)
 *   Session.<n>.{id, browser, network, channel, way, since, seen, current (1: this one)} Sessions.others (1)   (sessions)
 *   Operators.tab.<n>.{href, label, current}   (operators*)
 *   Bank.<n>.{code, name, href, rejects (href), unseen (1: not looked at yet), age (minutes since), stale (1), order.{msg_id, text, age},
 *     answer.{msg_id, text, age}, unanswered, refused, waiting, suspense, open, near, late, bureau_days, bank_days,
 *     alarm.<n>.{name, text}, state.<n>.{text, number, days (of the oldest)}}   (operators, operators-bank: one)
 *   Nights.{from, to, earlier, later (href), cut (1: there are more files)}
 *   Night.<n>.{date} .file.<n>.{msg_id, out (1: ours), type, records, state, bad (1), reason (code), reason_text,
 *     original (MsgId that it answers), digest (SHA-256), at, receipt (MsgId), receipt_at}   (operators-bank)
 *   Differences.{unseen, age, cut} Difference.<n>.{order, report (absent: the bank says nothing of it),
 *     strange (1: none of ours)} .figure.<n>.{name, ours, theirs}   (operators-bank)
 *   Period.<n>.{days, href, current} Refusals.{bank (name), all (href)}
 *     Reason, Refuser, File.<n>.{code, text, number, width (per cent of the longest), of, share (per cent), href}
 *     by reason, by bank, files by reason   (operators-rejects)
 *   Suspense.<n>.{msg_id, n, application, text, age, why (typed), error_text} Suspended.cut (1)   (operators-suspense)
 *   Error.{status, title, text, todo}
 *   Layout.*  belongs to the templates themselves
 *   Lang.*    every word, from templates/lang/<lang>.hdf
 */
#ifndef SBK_PAGE_H
#define SBK_PAGE_H

#include <ClearSilver.h>

#include "apply/dictionary.h"
#include "apply/flow.h"
#include "base/db.h"
#include "base/seal.h"
#include "web/choice.h"
#include "web/display.h"
#include "web/operator.h"
#include "web/request.h"
#include "web/session.h"
#include "web/settings.h"
#include "web/templates.h"

/* What a program holds for its whole life. */
struct site {
	HDF *conf;
	struct settings settings;
	struct db *db;
	struct seal *seal;
	struct flows *flows;
	struct dictionary *dictionary;
	struct templates *templates;
	struct choice_seen *choices;
	const struct flow *home; /* of a visitor without a session: conf Site.Channel */
};

/* What one request works with. */
struct page {
	const struct site *site;
	struct request *request;
	struct session *session;
	const struct page_action *action;
	char staff[OPERATOR_LEN]; /* "" where a citizen is asked for */
	const struct flow *flow; /* of the channel that the path names, else of the session's */
	HDF *hdf;                /* = request->hdf */
	HDF *words;              /* of the language, as the flow's channel says them */
	struct display display;
	int language; /* 0, 1: index of dictionary names */
	/* Of a login: a notice on the page that it leads on to, and where to, where no form says so; NULL: none. */
	const char *notice, *back;
};

typedef NEOERR *page_handler(struct page *page);

enum page_guard {
	PAGE_OPEN,          /* anyone */
	PAGE_LOGGED_IN,     /* else 303 to the login, and back afterwards */
	PAGE_WAS_LOGGED_IN, /* the same, but the late form of an ended session gets through */
	/*
	 * Staff, else 404.  Each request is recorded before it is answered (lib/web/operator.h): of all pages these alone
	 * write on GET.
	 */
	PAGE_OPERATOR
};

struct page_action {
	const char *method; /* "GET", "POST" */
	const char *path;   /* exact, or with "*" that each stand for a segment */
	page_handler *handle;
	enum page_guard guard;
	bool
	    proven; /* behind a guard: only with a proven name, else 303 to ENTRY_PROVE and back */
	bool guest; /* gives a cookie to a browser that has none */
	bool files; /* accepts Form.MaxFiles instead of Form.Max */
	bool bare;  /* no session, no frame: health, metrics, captchas */
};

/* Serves until told to stop. The table ends with a row without method. Returns main's exit code. */
int page_main(const struct page_action *actions);

/* Renders templates/<name>.cs into the answer with this status. */
NEOERR *page_render(struct page *page, const char *name, int status);

/* Lang.<key> of page->words; "" if there is none. Borrowed. */
const char *page_word(const struct page *page, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows Lang.notice.<key> on the page, if there is such a word. */
NEOERR *page_notice(struct page *page, const char *key);

/* The key of such a word that the query asks for, NULL: none. */
const char *page_notice_asked(const struct page *page);

/* From now on the page speaks as the flow's channel does. */
void page_follow(struct page *page, const struct flow *flow);

/* Is someone logged in on the page's channel? */
bool page_logged_in(const struct page *page);

/* Answers with the way to the login and back here. */
NEOERR *page_to_login(struct page *page);

/* May a login lead on to path? Only to steps of the flow, to /my and below, and below the channel's entry. */
bool page_local_path(const struct page *page, const char *path);

#endif
