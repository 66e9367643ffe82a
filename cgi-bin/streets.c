/*
 * streets.c - the streets and townships of a district as JSON, for the page's script: what an address begins with, and
 * what it is called in the page's language.
 */
#include <jansson.h>
#include <string.h>

#include "web/page.h"

#define DISTRICT_LEN 6

static NEOERR *
list(struct page *page)
{
	const struct dictionary *d = page->site->dictionary;
	const char *district = form_text(&page->request->query, "district");
	json_t *all = json_array();
	NEOERR *err;

	if ((err = dictionary_fresh(page->site->dictionary, page->site->db))) {
		json_decref(all);
		return nerr_pass(err);
	}
	if (district == NULL || strlen(district) != DISTRICT_LEN)
		district = "-";
	for (const struct code *c = NULL; (c = dictionary_next_code(d, "street", c)) != NULL;)
		if (strncmp(c->code, district, strlen(district)) == 0)
			json_array_append_new(all, json_pack("{s:s, s:s}", "street", c->name[0],
						       "label", c->name[page->language]));
	return nerr_pass(request_json(page->request, json_pack("{s:o}", "streets", all)));
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = "/streets", .handle = list, .bare = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
