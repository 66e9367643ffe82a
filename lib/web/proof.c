#include "apply/consent.h"
#include "apply/person.h"
#include "base/audit.h"
#include "base/clock.h"
#include "base/fail.h"
#include "web/entry.h"
#include "web/proof.h"

bool
proof_owed(const struct page *page)
{
	return page->action->guard == PAGE_OPEN ? !page_logged_in(page)
						: !page->session->has_person;
}

struct proving {
	struct page *page;
	const struct account_proof *proof;
	const char *consent;
	struct account *account; /* filled in here: entry_admit reads it afterwards */
};

static NEOERR *
prove(struct db *db, struct proving *p)
{
	const struct session *s = p->page->session;
	const struct seal *seal = p->page->site->seal;
	uint8_t into[SEAL_ID_LEN];
	char actor[2 * SEAL_ID_LEN + 1];
	bool joined;
	NEOERR *err;

	if ((err = account_prove(db, seal, s->account, p->proof, into, &joined)) ||
	    (err = account_load(db, seal, into, p->account)))
		return nerr_pass(err);
	p->page->notice = joined ? "accounts_joined" : "proven";
	seal_hex(s->account, SEAL_ID_LEN, actor);
	return nerr_pass(audit_write(db, "prove", actor, "", joined ? "joined" : ""));
}

static NEOERR *
find_or_make(struct db *db, struct proving *p, const uint8_t person[PERSON_LEN])
{
	const struct site *site = p->page->site;
	const struct account_new new = { .name = p->proof->name,
		.id_type = p->proof->id_type,
		.id_number = p->proof->id_number,
		.realname = true };
	bool made;
	NEOERR *err;

	if ((err = account_by_person(db, site->seal, person, p->account)) || p->account->found)
		return nerr_pass(err);
	if ((err = account_create(db, site->seal, &site->settings.password, &new, &made)))
		return nerr_pass(err);
	if (!made)
		return nerr_raise(FAIL_RETRY, "another has just made her account");
	return nerr_pass(account_by_person(db, site->seal, person, p->account));
}

static NEOERR *
work(struct db *db, void *context, bool *admitted)
{
	struct proving *p = context;
	const struct page *page = p->page;
	uint8_t person[PERSON_LEN];
	NEOERR *err;

	*admitted = true;
	account_release(p->account);
	if ((err = person_key(page->site->seal, p->proof->id_number, person)) ||
	    (err = page_logged_in(page) && !page->session->has_person
		       ? prove(db, p)
		       : find_or_make(db, p, person)))
		return nerr_pass(err);
	if (p->consent == NULL)
		return STATUS_OK;
	return nerr_pass(consent_give(db, person, p->consent,
	    flows_consent_version(page->site->flows, p->consent), page->flow->channel, "",
	    clock_now()));
}

NEOERR *
proof_admit(
    struct page *page, const struct account_proof *proof, const char *way, const char *consent)
{
	struct account account = { .found = false };
	struct proving proving = {
		.page = page, .proof = proof, .consent = consent, .account = &account
	};
	bool admitted;
	NEOERR *err;

	if (page->action->guard != PAGE_OPEN)
		way = page->session->way;
	err = entry_admit(page, &account, way, work, &proving, &admitted);
	account_release(&account);
	return nerr_pass(err);
}
