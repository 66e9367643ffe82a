/*
 * photo.c - a citizen's own pictures, shown to nobody else.
 */
#include "base/fail.h"
#include "photo/photo.h"
#include "web/page.h"

#define PHOTO "/photo/"

static NEOERR *
show(struct page *page)
{
	const struct site *site = page->site;
	uint8_t id[SEAL_ID_LEN];
	struct bytes jpeg = BYTES_INIT;
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (page->session->has_person &&
	    seal_unhex(page->request->path + sizeof PHOTO - 1, id, sizeof id))
		err =
		    photo_load(site->db, site->seal, page->session->person, id, &found, &jpeg);
	if (err == STATUS_OK && !found)
		err = nerr_raise(FAIL_NOT_FOUND, "no such photo");
	if (err == STATUS_OK) {
		page->request->type = "image/jpeg";
		err = string_appendn(
		    &page->request->body, (const char *)jpeg.data, (int)jpeg.len);
	}
	bytes_release(&jpeg);
	return nerr_pass(err);
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = PHOTO "*", .handle = show, .guard = PAGE_LOGGED_IN },
		{ .method = NULL },
	};

	return page_main(actions);
}
