/*
 * receipt.c - 回执: the citizen's own application as PDF.
 */
#include <cgi/cgi.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fail.h"
#include "web/page.h"
#include "web/paper.h"
#include "web/receipt.h"

#define RECEIPT "/my/receipt/"

/* Under the number, and in words for who can show them (RFC 6266). */
static NEOERR *
name_file(struct page *page, const char *no)
{
	char value[512], *words = NULL;
	NEOERR *err;

	if ((err = cgi_url_escape(page_word(page, "receipt.file"), &words)))
		return nerr_pass(err);
	snprintf(value, sizeof value, "inline; filename=\"%s.pdf\"; filename*=UTF-8''%s-%s.pdf",
	    no, words, no);
	free(words);
	return nerr_pass(request_header(page->request, "Content-Disposition", value));
}

static NEOERR *
show(struct page *page)
{
	const char *no = page->request->path + sizeof RECEIPT - 1;
	const char *origin = page->site->settings.origin;
	STRING *body = &page->request->body, document;
	char made[CLOCK_TIME_LEN];
	NEOERR *err;

	clock_minute(clock_now(), made);
	if ((err = receipt_application(page, no)) ||
	    (err = hdf_set_value(page->hdf, "Receipt.made", made)) ||
	    (err = hdf_set_value(page->hdf, "Receipt.origin", origin)) ||
	    (err = hdf_set_valuef(page->hdf, "Receipt.address=%s/my#%s", origin, no)) ||
	    (err = name_file(page, no)) || (err = page_render(page, "receipt", 200)))
		return nerr_pass(err);
	document = *body;
	string_init(body);
	page->request->type = "application/pdf";
	err = paper_draw(document.buf, page->site->settings.paper_font, body);
	string_clear(&document);
	return nerr_pass(err);
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET",
		    .path = RECEIPT "*",
		    .handle = show,
		    .guard = PAGE_LOGGED_IN },
		{ .method = NULL },
	};

	return page_main(actions);
}
