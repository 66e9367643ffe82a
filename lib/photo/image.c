/*
 * image.c - decode, check, normalise, with libvips.
 *
 * The order is the defence: size, first bytes, the header's figures, and only then pixels.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>
#include <vips/vector.h>

#include "base/fail.h"
#include "idcard.h"
#include "image.h"
#include "model.h"
#include "pixels.h"

#define PORTRAIT_SOURCE 1600 /* longer edge of what a portrait is cut from */
#define PORTRAIT_CLOSER 4000 /* the same, where the face is too small on that */
#define PORTRAIT_DPI 350
#define SIDE_QUALITY 85
#define ASPECT_MAX 4 /* longer edge : shorter edge; a card's side has 1.6 */
#define FTYP_MAX 256 /* bytes of a HEIF file's first box; real ones have 24 to 60 */
#define BRAND_LEN 4

/* The portrait's qualities from the one tried first; the last one is for noise. */
static const int qualities[] = { 95, 92, 89, 85, 80, 75, 70, 60, 50, 40, 30, 20 };
#define QUALITY_MOST 100

struct type {
	const char *loader; /* of libvips, which must agree with us about the bytes */
	bool (*is)(const uint8_t *data, size_t len);
	bool frames_fine; /* a HEIC may hold more pictures; the first is the one meant */
};

static bool
is_jpeg(const uint8_t *data, size_t len)
{
	return len > 3 && memcmp(data, "\xff\xd8\xff", 3) == 0;
}

static bool
is_png(const uint8_t *data, size_t len)
{
	return len > 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static bool
is_webp(const uint8_t *data, size_t len)
{
	return len > 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0;
}

static bool
has_brand(const uint8_t *data, size_t box, const char *brand)
{
	/* The major brand at 8, its version at 12, the compatible ones from 16. */
	for (size_t at = 8; at + BRAND_LEN <= box; at += at == 8 ? 8 : BRAND_LEN)
		if (memcmp(data + at, brand, BRAND_LEN) == 0)
			return true;
	return false;
}

/* ISO/IEC 23008-12: the file type box names the brands. AVIF, its sibling, is not wanted. */
static bool
is_heic(const uint8_t *data, size_t len)
{
	size_t box;

	if (len < FTYP_MAX || memcmp(data, "\0\0", 2) != 0 || memcmp(data + 4, "ftyp", 4) != 0)
		return false;
	box = (size_t)data[2] << 8 | data[3];
	return box <= FTYP_MAX &&
	       (has_brand(data, box, "heic") || has_brand(data, box, "heix")) &&
	       !has_brand(data, box, "avif") && !has_brand(data, box, "avis");
}

static const struct type types[] = {
	{ .loader = "jpegload_source", .is = is_jpeg },
	{ .loader = "pngload_source", .is = is_png },
	{ .loader = "webpload_source", .is = is_webp },
	{ .loader = "heifload_source", .is = is_heic, .frames_fine = true },
};

static const struct type *
type_of(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].is(data, len))
			return &types[i];
	return NULL;
}

/* libvips and its libraries grumble about pictures; a stranger shall not write to our log. */
static void
drop(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer context)
{
	(void)domain, (void)level, (void)message, (void)context;
}

static NEOERR *
load_models(const char *folder)
{
	char path[PATH_MAX];
	NEOERR *err;

	snprintf(path, sizeof(path), "%s/runtime.so", folder);
	err = model_init(path);
	if (err == STATUS_OK)
		err = idcard_init(folder);
	return nerr_pass(err ? err : portrait_init(folder));
}

NEOERR *
image_init(const char *models)
{
	static const char *const used[] = {
		"VipsForeignLoadJpegSource",
		"VipsForeignLoadPngSource",
		"VipsForeignLoadWebpSource",
		"VipsForeignLoadHeifSource",
	};

	if (vips_init("photo-worker") != 0)
		return nerr_raise(NERR_SYSTEM, "libvips does not start");
	g_log_set_handler(
	    "VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO, drop, NULL);
	vips_block_untrusted_set(TRUE);
	vips_operation_block_set("VipsForeignLoad", TRUE);
	for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
		vips_operation_block_set(used[i], FALSE);
	vips_cache_set_max(0);
	vips_concurrency_set(1);
	/* Its vectors are code made at run time: memory both written and executed. */
	vips_vector_set_enabled(FALSE);
	return nerr_pass(load_models(models));
}

void
image_end(void)
{
	vips_shutdown();
}

struct header {
	long longer;  /* edge */
	bool profile; /* of colours, comes with it */
};

/* What the header says, before any pixel is made. */
static enum wire_fault
check_header(const struct photo_limits *limits, const struct type *type, const void *data,
    size_t len, struct header *found)
{
	VipsSource *source = vips_source_new_from_memory(data, len);
	VipsImage *header = NULL;
	enum wire_fault fault = WIRE_UNREADABLE;
	const char *loader;
	long width, height, shorter, longer;

	if (source == NULL)
		goto out;
	header = vips_image_new_from_source(source, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);
	if (header == NULL)
		goto out;
	fault = WIRE_TYPE;
	if (vips_image_get_string(header, VIPS_META_LOADER, &loader) != 0 ||
	    strncmp(loader, type->loader, strcspn(type->loader, "_")) != 0 ||
	    (vips_image_get_n_pages(header) > 1 && !type->frames_fine))
		goto out;
	fault = WIRE_PIXELS;
	width = vips_image_get_width(header);
	height = vips_image_get_height(header);
	shorter = width < height ? width : height;
	longer = width < height ? height : width;
	if (shorter < limits->edge_min || shorter > limits->pixels / longer ||
	    longer / shorter >= ASPECT_MAX)
		goto out;
	*found = (struct header) {
		.longer = longer,
		.profile = vips_image_get_typeof(header, VIPS_META_ICC_NAME) != 0,
	};
	fault = WIRE_FINE;
out:
	VIPS_UNREF(header);
	VIPS_UNREF(source);
	return fault;
}

/* Its longer edge at the most that, turned upright, in 8-bit sRGB, without alpha: all in memory. */
static VipsImage *
render(const void *data, size_t len, bool profile, int longest)
{
	VipsObject *work = VIPS_OBJECT(vips_image_new());
	VipsImage **step = (VipsImage **)vips_object_local_array(work, 4);
	VipsSource *source = vips_source_new_from_memory(data, len);
	VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
	VipsImage *done = NULL;

	/*
	 * Two traps of libvips 8.14: from memory a thumbnail ignores its own fail_on, so the
	 * loader is told; export_profile shifts the colours of a picture without a profile.
	 */
	if (source == NULL ||
	    vips_thumbnail_source(source, &step[0], longest, "height", longest, "size",
		VIPS_SIZE_DOWN, "export_profile", profile ? "srgb" : NULL, "option_string",
		"[fail_on=truncated]", NULL) != 0)
		goto out;
	step[1] = step[0];
	if (vips_image_hasalpha(step[0])) {
		step[1] = NULL;
		if (vips_flatten(step[0], &step[1], "background", white, NULL) != 0)
			goto out;
	} else {
		g_object_ref(step[1]);
	}
	if (vips_colourspace(step[1], &step[2], VIPS_INTERPRETATION_sRGB, NULL) != 0 ||
	    vips_cast(step[2], &step[3], VIPS_FORMAT_UCHAR, NULL) != 0)
		goto out;
	if (vips_image_get_bands(step[3]) == 3)
		done = vips_image_copy_memory(step[3]);
out:
	vips_area_unref(VIPS_AREA(white));
	VIPS_UNREF(source);
	g_object_unref(work);
	return done;
}

/*
 * Stripped of metadata, a JPEG of libvips has lost its JFIF segment (ISO/IEC 10918-5) too: it
 * is put back behind the first marker.  dpi 0: unknown, square pixels.
 */
static bool
save(VipsImage *picture, int quality, unsigned dpi, struct bytes *jpeg)
{
	uint8_t density = (uint8_t)(dpi > 0 ? dpi & 0xff : 1);
	const uint8_t start[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1,
		dpi > 0, (uint8_t)(dpi >> 8), density, (uint8_t)(dpi >> 8), density, 0, 0 };
	const size_t replaced = 2;
	void *made = NULL;
	size_t len = 0;
	bool fine = false;

	if (vips_jpegsave_buffer(picture, &made, &len, "Q", quality, "strip", TRUE,
		"optimize_coding", TRUE, NULL) != 0 ||
	    len < replaced)
		goto out;
	bytes_release(jpeg);
	jpeg->data = malloc(sizeof(start) + len);
	if (jpeg->data == NULL)
		goto out;
	memcpy(jpeg->data, start, sizeof(start));
	memcpy(jpeg->data + sizeof(start), (uint8_t *)made + replaced, len - replaced);
	jpeg->len = sizeof(start) + len - replaced;
	jpeg->data[jpeg->len] = '\0';
	fine = true;
out:
	g_free(made);
	return fine;
}

/* The best quality that is not too large; a picture small at any quality is left so. */
static bool
save_portrait(VipsImage *picture, const struct photo_limits *limits, struct bytes *jpeg)
{
	for (size_t i = 0; i < sizeof(qualities) / sizeof(qualities[0]); i++) {
		if (!save(picture, qualities[i], PORTRAIT_DPI, jpeg))
			return false;
		if (i == 0 && jpeg->len < (size_t)limits->portrait_min)
			return save(picture, QUALITY_MOST, PORTRAIT_DPI, jpeg);
		if (jpeg->len <= (size_t)limits->portrait_max)
			return true;
	}
	return false;
}

/* That part of the picture, at the card's size; what lies beyond the picture has the background's colour. */
static VipsImage *
cut(VipsImage *picture, const struct portrait *part, const struct photo_limits *limits)
{
	const int beyond_left = MAX(0, -part->left), beyond_top = MAX(0, -part->top);
	const int wide = MAX(picture->Xsize, part->left + part->width) + beyond_left;
	const int high = MAX(picture->Ysize, part->top + part->height) + beyond_top;
	VipsArrayDouble *background = vips_array_double_newv(3, (double)part->background[0],
	    (double)part->background[1], (double)part->background[2]);
	VipsObject *work = VIPS_OBJECT(vips_image_new());
	VipsImage **step = (VipsImage **)vips_object_local_array(work, 3);
	VipsImage *done = NULL;

	if (vips_embed(picture, &step[0], beyond_left, beyond_top, wide, high, "extend",
		VIPS_EXTEND_BACKGROUND, "background", background, NULL) == 0 &&
	    vips_extract_area(step[0], &step[1], part->left + beyond_left,
		part->top + beyond_top, part->width, part->height, NULL) == 0 &&
	    vips_thumbnail_image(step[1], &step[2], (int)limits->portrait_width, "height",
		(int)limits->portrait_height, "size", VIPS_SIZE_FORCE, NULL) == 0)
		done = vips_image_copy_memory(step[2]);
	vips_area_unref(VIPS_AREA(background));
	g_object_unref(work);
	return done;
}

/* Turned back by as much as idcard_read says that it is turned. */
static NEOERR *
set_upright(VipsImage **picture, json_t *facts)
{
	static const VipsAngle back[] = { VIPS_ANGLE_D0, VIPS_ANGLE_D270, VIPS_ANGLE_D180,
		VIPS_ANGLE_D90 };
	const json_int_t turned = json_integer_value(json_object_get(facts, "turned"));
	VipsImage *view, *done;

	if (turned == 0)
		return STATUS_OK;
	if (vips_rot(*picture, &view, back[turned], NULL) != 0)
		return nerr_raise(NERR_SYSTEM, "cannot turn");
	done = vips_image_copy_memory(view);
	g_object_unref(view);
	if (done == NULL)
		return nerr_raise(NERR_SYSTEM, "cannot turn");
	g_object_unref(*picture);
	*picture = done;
	json_object_del(facts, "turned");
	return STATUS_OK;
}

/* What there is to see on the picture, and in picture what is to be kept of it. */
static NEOERR *
look(const struct image_rules *rules, enum wire_kind kind, VipsImage **picture, json_t *facts)
{
	const struct photo_limits *limits = &rules->limits;
	const struct pixels pixels = {
		.rgb = (const uint8_t *)vips_image_get_data(*picture),
		.width = vips_image_get_width(*picture),
		.height = vips_image_get_height(*picture),
	};
	struct portrait part;
	VipsImage *whole;
	NEOERR *err;

	if (kind == WIRE_FACE)
		return STATUS_OK;
	if (kind != WIRE_PORTRAIT) {
		err = idcard_read(&pixels, kind, facts);
		return nerr_pass(err ? err : set_upright(picture, facts));
	}
	if ((err = portrait_judge(&rules->portrait, &pixels, (int)limits->portrait_width,
		 (int)limits->portrait_height, &part, facts)))
		return nerr_pass(err);
	whole = *picture;
	*picture = cut(whole, &part, limits);
	g_object_unref(whole);
	return *picture ? STATUS_OK : nerr_raise(NERR_SYSTEM, "cannot cut");
}

static bool
is_refused_for(const json_t *facts, const char *reason)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(facts, "refuse"), i,
	    item) if (strcmp(json_string_value(item), reason) == 0) return true;
	return false;
}

/* The picture as it is to be kept, made from one whose longer edge is longest at most, and the facts. */
static bool
understand(const struct image_rules *rules, enum wire_kind kind, const void *data, size_t len,
    const struct header *header, int longest, VipsImage **picture, json_t *facts)
{
	NEOERR *err;
	bool fine;

	*picture = render(data, len, header->profile, longest);
	if (*picture == NULL)
		return false;
	err = look(rules, kind, picture, facts);
	fine = err == STATUS_OK;
	nerr_ignore(&err);
	if (!fine || header->longer <= longest || longest >= PORTRAIT_CLOSER ||
	    !is_refused_for(facts, "portrait_small"))
		return fine;
	VIPS_UNREF(*picture);
	json_object_clear(facts);
	return understand(rules, kind, data, len, header, PORTRAIT_CLOSER, picture, facts);
}

enum wire_fault
image_normalise(const struct image_rules *rules, enum wire_kind kind, const void *data,
    size_t len, struct image *image)
{
	const struct photo_limits *limits = &rules->limits;
	const int longest = kind == WIRE_PORTRAIT ? PORTRAIT_SOURCE
			    : kind == WIRE_FACE   ? (int)limits->face_max
						  : (int)limits->side_max;
	struct image made = { .jpeg = BYTES_INIT, .facts = json_object() };
	const struct type *type;
	VipsImage *picture = NULL;
	enum wire_fault fault = WIRE_TOO_SMALL;
	struct header header;

	if (len < (size_t)(kind == WIRE_FACE ? limits->face_min : limits->min))
		goto out;
	fault = WIRE_TOO_LARGE;
	if (len > (size_t)limits->max)
		goto out;
	fault = WIRE_TYPE;
	if ((type = type_of(data, len)) == NULL)
		goto out;
	fault = check_header(limits, type, data, len, &header);
	if (fault != WIRE_FINE)
		goto out;
	fault = WIRE_UNREADABLE;
	if (made.facts == NULL ||
	    !understand(rules, kind, data, len, &header, longest, &picture, made.facts))
		goto out;
	if (kind == WIRE_PORTRAIT ? !save_portrait(picture, limits, &made.jpeg)
				  : !save(picture, SIDE_QUALITY, 0, &made.jpeg))
		goto out;
	made.width = vips_image_get_width(picture);
	made.height = vips_image_get_height(picture);
	*image = made;
	made = (struct image) { .jpeg = BYTES_INIT };
	fault = WIRE_FINE;
out:
	vips_error_clear();
	image_release(&made);
	VIPS_UNREF(picture);
	return fault;
}

void
image_release(struct image *image)
{
	bytes_release(&image->jpeg);
	json_decref(image->facts);
	*image = (struct image) { 0 };
}
