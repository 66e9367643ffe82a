#include <string.h>

#include "web/question.h"
#include "web/tick.h"

NEOERR *
tick_show(struct page *page, const struct flow_step *step)
{
	const json_t *answers = json_object_get(page->session->draft.body, "answers");
	const struct bank *bank =
	    dictionary_bank(page->site->dictionary, field_answer(answers, "bank"));
	NEOERR *err;

	for (int i = 0; step->consents[i]; i++) {
		const char *key = step->consents[i];
		const char *version = flows_consent_version(page->site->flows, key);

		if ((err = hdf_set_valuef(page->hdf, "Step.consent.%d.name=%s", i, key)) ||
		    (err = hdf_set_valuef(
			 page->hdf, "Step.consent.%d.version=%s", i, version)) ||
		    (err = hdf_set_valuef(page->hdf, "Step.consent.%d.label=%s", i,
			 page_word(page, "consent.%s.label", key))) ||
		    (bank && *page_word(page, "consent.%s.detail", key) &&
			((err = hdf_set_valuef(page->hdf, "Step.consent.%d.detail=%s", i,
			      bank->name[page->language])) ||
			    (err = hdf_set_valuef(
				 page->hdf, "Step.consent.%d.phone=%s", i, bank->phone)))) ||
		    (flows_consented(page->site->flows, key, page->session->draft.body) &&
			(err = hdf_set_valuef(page->hdf, "Step.consent.%d.given=1", i))))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

NEOERR *
tick_show_faults(struct page *page, const struct flow_step *step, const json_t *faults)
{
	NEOERR *err;

	for (int i = 0; step->consents[i]; i++) {
		const char *key = step->consents[i];
		const char *fault = json_string_value(json_object_get(faults, key));

		if (fault == NULL)
			continue;
		if ((err = hdf_set_valuef(page->hdf, "Step.consent.%d.error=%s", i, fault)) ||
		    (err = hdf_set_valuef(page->hdf, "Step.consent.%d.error_text=%s", i,
			 page_word(page, "error.%s", fault))) ||
		    (err = question_fault(
			 page, key, page_word(page, "consent.%s.title", key), fault)))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

static bool
ticked(const struct page *page, const char *consent)
{
	const char *sent = form_text(&page->request->form, consent);

	return sent && strcmp(sent, flows_consent_version(page->site->flows, consent)) == 0;
}

void
tick_check(const struct page *page, const struct flow_step *step, json_t *faults)
{
	for (size_t i = 0; step->consents[i]; i++)
		if (!ticked(page, step->consents[i]))
			json_object_set_new(
			    faults, step->consents[i], json_string("consent_required"));
}

bool
tick_all(const struct page *page, const struct flow_step *step)
{
	for (size_t i = 0; step->consents[i]; i++)
		if (!ticked(page, step->consents[i]))
			return false;
	return true;
}

bool
tick_agrees(const struct page *page, const struct flow_step *step)
{
	return flow_consented(step, page->session->draft.body) || tick_all(page, step);
}
