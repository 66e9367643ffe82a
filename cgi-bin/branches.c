/*
 * branches.c - a bank's open branches as JSON, for the page's script.
 */
#include <jansson.h>

#include "web/page.h"

static json_t *
one(const struct dictionary *d, const struct branch *b, int language)
{
	const struct code *district = dictionary_code(d, "district", b->district);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "code", b->code, "name",
	    b->name[language], "district", b->district, "district_name",
	    district ? district->name[language] : "", "address", b->address, "hours",
	    b->hours[language], "phone", b->phone);
}

static NEOERR *
list(struct page *page)
{
	const struct dictionary *d = page->site->dictionary;
	const char *bank = form_text(&page->request->query, "bank");
	json_t *all = json_array();
	NEOERR *err;

	if ((err = dictionary_fresh(page->site->dictionary, page->site->db))) {
		json_decref(all);
		return nerr_pass(err);
	}
	for (const struct branch *b = NULL;
	     bank && (b = dictionary_next_branch(d, bank, b)) != NULL;)
		json_array_append_new(all, one(d, b, page->language));
	return nerr_pass(request_json(page->request, json_pack("{s:o}", "branches", all)));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/branches", .handle = list, .bare = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
