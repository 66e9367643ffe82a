/*
 * font.c - letters for the rare characters of names (lib/web/rare.h), a font for each character.
 *
 * A page that has some links one style sheet, /font/<points>.css; its rules name /font/<point>, which a browser
 * fetches only if none of the device's own fonts has the letter. What each says never changes. The fonts are cut out
 * of those that receipts are printed in (Paper.Font, and whatever fontconfig knows beyond them).
 */
#include <hb-subset.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/fail.h"
#include "web/page.h"
#include "web/rare.h"

#define FONT "/font/"

/* The process's own: the fonts, as receipts choose among them. */
static PangoFontset *
fonts(const struct page *page)
{
	static PangoFontset *all;
	PangoContext *context;
	PangoFontDescription *wanted;

	if (all != NULL)
		return all;
	context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	wanted = pango_font_description_from_string(page->site->settings.paper_font);
	all = pango_font_map_load_fontset(pango_context_get_font_map(context), context, wanted,
	    pango_language_from_string("zh-CN"));
	pango_font_description_free(wanted);
	g_object_unref(context);
	return all;
}

/* Owned; NULL: no font has the letter, or there is no memory. Names of features and layouts do without. */
static hb_blob_t *
cut(hb_font_t *font, uint32_t point)
{
	static const hb_tag_t without[] = { HB_TAG('G', 'S', 'U', 'B'),
		HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F'),
		HB_TAG('B', 'A', 'S', 'E') };
	hb_subset_input_t *input;
	hb_codepoint_t glyph;
	hb_face_t *face;
	hb_blob_t *blob = NULL;

	if (font == NULL || !hb_font_get_nominal_glyph(font, point, &glyph) ||
	    (input = hb_subset_input_create_or_fail()) == NULL)
		return NULL;
	hb_set_add(hb_subset_input_unicode_set(input), point);
	for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
		hb_set_add(
		    hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG), without[i]);
	if ((face = hb_subset_or_fail(hb_font_get_face(font), input)) != NULL)
		blob = hb_face_reference_blob(face);
	hb_face_destroy(face);
	hb_subset_input_destroy(input);
	return blob;
}

static NEOERR *
letter(struct page *page, uint32_t point)
{
	PangoFontset *all = fonts(page);
	PangoFont *font = all ? pango_fontset_get_font(all, point) : NULL;
	hb_blob_t *blob = font ? cut(pango_font_get_hb_font(font), point) : NULL;
	const char *bytes;
	unsigned len = 0;
	NEOERR *err;

	g_clear_object(&font);
	if (blob == NULL)
		return nerr_raise(FAIL_NOT_FOUND, "no font has %x", point);
	bytes = hb_blob_get_data(blob, &len);
	page->request->type = "font/sfnt";
	err = string_appendn(&page->request->body, bytes, (int)len);
	hb_blob_destroy(blob);
	return nerr_pass(err);
}

static NEOERR *
sheet(struct page *page, const uint32_t *points, size_t count)
{
	NEOERR *err = STATUS_OK;

	page->request->type = "text/css";
	for (size_t i = 0; i < count && err == STATUS_OK; i++)
		err = string_appendf(&page->request->body,
		    "@font-face{font-family:Rare;src:url(%x);unicode-range:U+%x}\n", points[i],
		    points[i]);
	return nerr_pass(err);
}

static NEOERR *
show(struct page *page)
{
	const char *rest = page->request->path + sizeof FONT - 1;
	uint32_t points[RARE_MAX];
	const size_t count = rare_read(&rest, points);

	if (count > 0 && strcmp(rest, ".css") == 0)
		return nerr_pass(sheet(page, points, count));
	if (count == 1 && *rest == '\0')
		return nerr_pass(letter(page, points[0]));
	return nerr_raise(FAIL_NOT_FOUND, "no such characters");
}

int
main(void)
{
	static const struct page_action actions[] = {
		{ .method = "GET", .path = FONT "*", .handle = show, .bare = true },
		{ .method = NULL },
	};

	return page_main(actions);
}
