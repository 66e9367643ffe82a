/*
 * paper.c - what stands in the document is laid out as it is read (GMarkup), from the top down; what does not fit goes on on a
 * new sheet.  Pango breaks lines and finds fonts, cairo draws; qpdf adds what this cairo cannot say: the language.
 *
 * One weight of one font: each font of Chinese costs 20 ms to be cut down.
 */
#include <string.h>

#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qpdf/qpdf-c.h>

#include "base/fail.h"
#include "web/paper.h"
#include "web/qrcode.h"

/* Points, 1/72 inch. */
#define SHEET_WIDTH 595.28
#define SHEET_HEIGHT 841.89
#define MARGIN 56.0
#define WIDTH (SHEET_WIDTH - 2 * MARGIN)
#define BOTTOM (SHEET_HEIGHT - MARGIN)
#define LABEL 120.0 /* the column of the labels */
#define CODE 96.0
#define EMBLEM 30.0

enum kind { PAPER, CODE_CORNER, BLOCK, ROW, FOOT };

/* clang-format off */
static const struct element {
	const char *name, *tag; /* tag: in the file's structure (ISO 32000-1, 14.8.4) */
	enum kind kind;
	double size, before; /* of the letters; space above */
	double keep;         /* that much of the sheet has to be left for what follows */
	bool soft;
} elements[] = {
	{ "paper", "P",  PAPER,       10,  0,  0, true },
	{ "code",  "P",  CODE_CORNER,  8,  0,  0, true },
	{ "h1",    "H1", BLOCK,       20, 14,  0, false },
	{ "h2",    "H2", BLOCK,       13, 16, 40, false },
	{ "p",     "P",  BLOCK,       10,  5,  0, false },
	{ "row",   "P",  ROW,       10.5,  5,  0, false },
	{ "foot",  "P",  FOOT,         9,  4,  0, true },
};
/* clang-format on */

struct paper {
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoLayout *layout;
	PangoFontDescription *font;
	const struct element *in; /* the innermost that is open */
	GString *label, *text;
	char *lang;
	double y;      /* where the next block begins */
	double beside; /* above this the code takes the right side */
	bool blank;    /* no font has the title's letters */
	NEOERR *err;
};

static void
colour(const struct paper *p, bool soft)
{
	if (soft)
		cairo_set_source_rgb(p->cr, .33, .37, .43);
	else
		cairo_set_source_rgb(p->cr, .07, .09, .12);
}

/* Lays text out that wide; returns how high it is. */
static double
lay(const struct paper *p, const struct element *e, const char *text, double width)
{
	int height;

	pango_font_description_set_absolute_size(p->font, e->size * PANGO_SCALE);
	pango_layout_set_font_description(p->layout, p->font);
	pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(p->layout, text, -1);
	pango_layout_get_size(p->layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

static void
show(const struct paper *p, double x, double y, bool soft)
{
	colour(p, soft);
	cairo_move_to(p->cr, x, y);
	pango_cairo_show_layout(p->cr, p->layout);
}

static void
next_sheet(struct paper *p)
{
	cairo_show_page(p->cr);
	p->y = MARGIN;
	p->beside = 0;
}

static void
block(struct paper *p)
{
	const struct element *e = p->in;
	const double from = e->kind == ROW ? LABEL : 0;
	const double right = p->y < p->beside ? CODE + 12 : 0;
	double height = lay(p, e, p->text->str, WIDTH - from - right), label = 0;

	if (e->kind == ROW)
		label = lay(p, e, p->label->str, LABEL - 12);
	if (label > height)
		height = label;
	p->y += e->before;
	if (p->y + height + e->keep > BOTTOM)
		next_sheet(p);
	cairo_tag_begin(p->cr, e->tag, NULL);
	if (e->kind == ROW)
		show(p, MARGIN, p->y, true);
	lay(p, e, p->text->str, WIDTH - from - right);
	if (strcmp(e->tag, "H1") == 0 && pango_layout_get_unknown_glyphs_count(p->layout) > 0)
		p->blank = true;
	show(p, MARGIN + from, p->y, e->soft);
	cairo_tag_end(p->cr, e->tag);
	p->y += height;
}

static void
foot(struct paper *p)
{
	const double from = BOTTOM - lay(p, p->in, p->text->str, WIDTH) - p->in->before - 1;

	if (p->y > from)
		next_sheet(p);
	p->y = from;
	block(p);
}

/* As in htdocs/favicon.svg, whose edge has 32 units. */
static void
emblem(const struct paper *p)
{
	static const struct {
		double x, y, to_x;
	} lines[] = { { 15, 13, 26 }, { 15, 16.5, 23 }, { 5, 21.5, 26 } };
	cairo_t *cr = p->cr;

	cairo_save(cr);
	cairo_translate(cr, MARGIN, p->y);
	cairo_scale(cr, EMBLEM / 32, EMBLEM / 32);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_source_rgb(cr, .078, .337, .722);
	cairo_rectangle(cr, 4.5, 9, 23, 14);
	cairo_set_line_width(cr, 6);
	cairo_stroke_preserve(cr);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, .961, .773, .259);
	cairo_rectangle(cr, 5, 12, 6.5, 5.5);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_set_line_width(cr, 1.8);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		cairo_move_to(cr, lines[i].x, lines[i].y);
		cairo_line_to(cr, lines[i].to_x, lines[i].y);
	}
	cairo_stroke(cr);
	cairo_restore(cr);
}

static NEOERR *
run(void *context, int x, int y, int length)
{
	cairo_rectangle(context, x, y, length, 1);
	return STATUS_OK;
}

/* The picture first as a path, whose units become points when its size is known. */
static void
code(struct paper *p)
{
	const double x = SHEET_WIDTH - MARGIN - CODE;
	double height;
	cairo_path_t *path;
	int size = 1;

	cairo_new_path(p->cr);
	p->err = qrcode_runs(p->text->str, run, p->cr, &size);
	path = cairo_copy_path(p->cr);
	cairo_new_path(p->cr);
	cairo_save(p->cr);
	cairo_translate(p->cr, x, MARGIN - 8);
	cairo_scale(p->cr, CODE / size, CODE / size);
	cairo_append_path(p->cr, path);
	cairo_path_destroy(path);
	colour(p, false);
	cairo_fill(p->cr);
	cairo_restore(p->cr);
	pango_layout_set_alignment(p->layout, PANGO_ALIGN_CENTER);
	height = lay(p, p->in, p->label->str, CODE);
	cairo_tag_begin(p->cr, p->in->tag, NULL);
	show(p, x, MARGIN - 8 + CODE, true);
	cairo_tag_end(p->cr, p->in->tag);
	pango_layout_set_alignment(p->layout, PANGO_ALIGN_LEFT);
	p->beside = MARGIN + CODE + height;
}

/* The emblem, and beside it who speaks. */
static void
top(struct paper *p, const char *title, const char *author)
{
	const double height = lay(p, p->in, author, WIDTH - CODE - EMBLEM - 24);

	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, author);
	emblem(p);
	cairo_tag_begin(p->cr, p->in->tag, NULL);
	show(p, MARGIN + EMBLEM + 10, p->y + (EMBLEM - height) / 2, true);
	cairo_tag_end(p->cr, p->in->tag);
	p->y += EMBLEM;
}

static const struct element *
element(const char *name)
{
	for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
		if (strcmp(elements[i].name, name) == 0)
			return &elements[i];
	return NULL;
}

static const char *
attribute(const char **names, const char **values, const char *name)
{
	for (; *names; names++, values++)
		if (strcmp(*names, name) == 0)
			return *values;
	return "";
}

static void
begin(GMarkupParseContext *context, const char *name, const char **names, const char **values,
    void *user, GError **error)
{
	struct paper *p = user;

	(void)context;
	if ((p->in = element(name)) == NULL || (p->in->kind == PAPER) != (p->lang == NULL)) {
		g_set_error(
		    error, G_MARKUP_ERROR, G_MARKUP_ERROR_UNKNOWN_ELEMENT, "<%s>", name);
		return;
	}
	g_string_assign(p->text, "");
	g_string_assign(p->label, attribute(names, values, "label"));
	if (p->in->kind != PAPER)
		return;
	p->lang = g_strdup(attribute(names, values, "lang"));
	pango_context_set_language(
	    pango_layout_get_context(p->layout), pango_language_from_string(p->lang));
	top(p, attribute(names, values, "title"), attribute(names, values, "author"));
}

static void
text(GMarkupParseContext *context, const char *part, gsize len, void *user, GError **error)
{
	(void)context, (void)error;
	g_string_append_len(((struct paper *)user)->text, part, (gssize)len);
}

static void
end(GMarkupParseContext *context, const char *name, void *user, GError **error)
{
	static void (*const draw[])(struct paper *) = {
		[CODE_CORNER] = code, [BLOCK] = block, [ROW] = block, [FOOT] = foot
	};
	struct paper *p = user;

	(void)context, (void)error;
	p->in = element(name);
	if (draw[p->in->kind] && p->err == STATUS_OK)
		draw[p->in->kind](p);
}

static cairo_status_t
append(void *closure, const unsigned char *data, unsigned int len)
{
	NEOERR *err = string_appendn(closure, (const char *)data, (int)len);

	if (err == STATUS_OK)
		return CAIRO_STATUS_SUCCESS;
	nerr_ignore(&err);
	return CAIRO_STATUS_NO_MEMORY;
}

static NEOERR *
read_through(struct paper *p, const char *document)
{
	static const GMarkupParser parser = { begin, end, text, NULL, NULL };
	GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, p, NULL);
	GError *error = NULL;
	NEOERR *err = STATUS_OK;

	if (!g_markup_parse_context_parse(context, document, -1, &error) ||
	    !g_markup_parse_context_end_parse(context, &error))
		err = nerr_raise(NERR_PARSE, "paper: error %d", error->code);
	g_clear_error(&error);
	g_markup_parse_context_free(context);
	if (p->err != STATUS_OK) {
		nerr_ignore(&err);
		return nerr_pass(p->err);
	}
	if (err == STATUS_OK && p->blank)
		err = nerr_raise(FAIL_CONFIG, "Paper.Font: no font has the title's letters");
	return nerr_pass(err);
}

/* The catalog says the language, that the text has a structure, and that the window is named by the title. */
static NEOERR *
finish(const STRING *drawn, const char *lang, STRING *pdf)
{
	qpdf_data q = qpdf_init();
	NEOERR *err = STATUS_OK;

	qpdf_silence_errors(q);
	if (qpdf_read_memory(q, "paper", drawn->buf, (unsigned long long)drawn->len, NULL) &
	    QPDF_ERRORS)
		err = nerr_raise(NERR_SYSTEM, "qpdf cannot read it");
	if (err == STATUS_OK) {
		qpdf_oh root = qpdf_get_root(q);

		qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_unicode_string(q, lang));
		qpdf_oh_replace_key(
		    q, root, "/MarkInfo", qpdf_oh_parse(q, "<< /Marked true >>"));
		qpdf_oh_replace_key(q, root, "/ViewerPreferences",
		    qpdf_oh_parse(q, "<< /DisplayDocTitle true >>"));
		if ((qpdf_init_write_memory(q) | qpdf_write(q)) & QPDF_ERRORS)
			err = nerr_raise(NERR_SYSTEM, "qpdf cannot write it");
	}
	if (err == STATUS_OK)
		err = string_appendn(
		    pdf, (const char *)qpdf_get_buffer(q), (int)qpdf_get_buffer_length(q));
	qpdf_cleanup(&q);
	return nerr_pass(err);
}

NEOERR *
paper_draw(const char *document, const char *font, STRING *pdf)
{
	struct paper p = { .y = MARGIN };
	STRING drawn;
	cairo_status_t status;
	NEOERR *err;

	string_init(&drawn);
	p.surface =
	    cairo_pdf_surface_create_for_stream(append, &drawn, SHEET_WIDTH, SHEET_HEIGHT);
	p.cr = cairo_create(p.surface);
	p.layout = pango_cairo_create_layout(p.cr);
	pango_context_set_round_glyph_positions(pango_layout_get_context(p.layout), FALSE);
	pango_layout_set_wrap(p.layout, PANGO_WRAP_WORD_CHAR);
	p.font = pango_font_description_new();
	pango_font_description_set_family(p.font, font);
	p.text = g_string_new("");
	p.label = g_string_new("");
	err = read_through(&p, document);
	g_object_unref(p.layout);
	cairo_destroy(p.cr);
	cairo_surface_finish(p.surface);
	if ((status = cairo_surface_status(p.surface)) != CAIRO_STATUS_SUCCESS &&
	    err == STATUS_OK)
		err = nerr_raise(NERR_SYSTEM, "cairo: %s", cairo_status_to_string(status));
	cairo_surface_destroy(p.surface);
	if (err == STATUS_OK)
		err = finish(&drawn, p.lang, pdf);
	pango_font_description_free(p.font);
	g_string_free(p.text, TRUE);
	g_string_free(p.label, TRUE);
	g_free(p.lang);
	string_clear(&drawn);
	return nerr_pass(err);
}
