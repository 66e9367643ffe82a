/*
 * pixels_fuzz.c - any pixels before those who look for text and faces: an end, and facts that make sense.
 *
 * A byte each chooses the kind, the width and the height, the rest is the pixels, again and again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <base/fail.h>
#include <photo/idcard.h>
#include <photo/image.h>
#include <photo/portrait.h>

#define EDGE 4 /* pixels a step of the width and the height */
#define WIDTH 358
#define HEIGHT 441

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct portrait_rules rules = {
	.score = 5,
	.face_min = 20,
	.crowd = 100,
	.dark = 60,
	.bright = 232,
	.grey = 8,
	.background_dark = 120,
	.background_colour = 48,
	.background_uneven = 45,
	.blurred = 8,
	.soft = 40,
	.tilted = 8,
	.mask = 120,
	.shade = 45,
	.bridge = 60,
	.hat = 90,
	.glare = 100,
};

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (fail_init() != STATUS_OK || image_init(getenv("MODELS")) != STATUS_OK)
		abort();
	return 0;
}

static void
judge(const struct pixels *pixels, json_t *facts)
{
	struct portrait portrait;

	if (portrait_judge(&rules, pixels, WIDTH, HEIGHT, &portrait, facts) != STATUS_OK ||
	    portrait.width < 1 || portrait.height < 1)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_t *facts = json_object();
	struct pixels pixels;
	uint8_t *rgb;
	size_t size;

	if (len < 4) {
		json_decref(facts);
		return 0;
	}
	pixels.width = EDGE * (1 + data[1]);
	pixels.height = EDGE * (1 + data[2]);
	size = (size_t)pixels.width * (size_t)pixels.height * 3;
	if ((rgb = malloc(size)) == NULL)
		abort();
	for (size_t done = 0; done < size; done += len - 3)
		memcpy(rgb + done, data + 3, size - done < len - 3 ? size - done : len - 3);
	pixels.rgb = rgb;
	if (data[0] % 2)
		judge(&pixels, facts);
	else if (idcard_read(&pixels, data[0] % 4 ? WIRE_ID_BACK : WIRE_ID_FRONT, facts) !=
		 STATUS_OK)
		abort();
	free(rgb);
	json_decref(facts);
	return 0;
}
