#include <stdio.h>
#include <string.h>

#include "apply/words.h"
#include "base/fail.h"
#include "login/offer.h"
#include "web/entry.h"
#include "web/way.h"

void
way_first(const struct page *page, char *out, size_t size)
{
	const char *names = page->flow->ways;
	char name[WORDS_MAX];

	out[0] = '\0';
	while (out[0] == '\0' && words_next(&names, name))
		if (offer_ready(page->site->conf, name, NULL))
			snprintf(out, size, "%s", name);
}

NEOERR *
way_check(const struct page *page, const char *name)
{
	if (!words_have(page->flow->ways, name) || !offer_ready(page->site->conf, name, NULL))
		return nerr_raise(FAIL_NOT_FOUND, "way %s is not offered", name);
	return STATUS_OK;
}

NEOERR *
way_check_here(const struct page *page, const char *name)
{
	char place[256];
	const int len = snprintf(place, sizeof(place), "%s/%s", page->flow->login, name);
	const char *path = page->request->path;

	if (strncmp(path, place, (size_t)len) != 0 || (path[len] != '\0' && path[len] != '/'))
		return nerr_raise(FAIL_NOT_FOUND, "no way %s here", name);
	return nerr_pass(way_check(page, name));
}

NEOERR *
way_show(struct page *page, const char *current)
{
	const char *names = page->flow->ways, *back = entry_back(page);
	char name[WORDS_MAX];
	int n = 0;
	NEOERR *err;

	if (back && (err = hdf_set_value(page->hdf, "Login.back", back)))
		return nerr_pass(err);
	if (form_text(&page->request->query, "next") && page_notice_asked(page) == NULL &&
	    (err = page_notice(page, "login_first")))
		return nerr_pass(err);
	while (words_next(&names, name)) {
		if (!offer_ready(page->site->conf, name, NULL))
			continue;
		if ((err = hdf_set_valuef(
			 page->hdf, "Login.tab.%d.href=%s/%s", n, page->flow->login, name)) ||
		    (err = hdf_set_valuef(page->hdf, "Login.tab.%d.label=%s", n,
			 page_word(page, "login.tab.%s", name))) ||
		    (strcmp(name, current) == 0 &&
			(err = hdf_set_valuef(page->hdf, "Login.tab.%d.current=1", n))))
			return nerr_pass(err);
		n++;
	}
	return STATUS_OK;
}
