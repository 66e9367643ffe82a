/*
 * image_fuzz.c - any bytes as a picture: an end, a clean JPEG or a fault, and nothing leaked.
 *
 * The first byte chooses the kind, the rest is the upload.  No lower limit of bytes, so that
 * small inputs reach the decoders.
 */
#include <stdint.h>
#include <stdlib.h>

#include <base/fail.h>
#include <photo/image.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct image_rules rules = {
	.limits = {
		.min = 1,
		.max = 1 << 20,
		.pixels = 1 << 22,
		.edge_min = 8,
		.portrait_width = 358,
		.portrait_height = 441,
		.portrait_min = 14336,
		.portrait_max = 61440,
		.side_max = 400,
	},
};

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (fail_init() != STATUS_OK || image_init(getenv("MODELS")) != STATUS_OK)
		abort();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct image image = { .jpeg = BYTES_INIT };
	enum wire_kind kind;
	enum wire_fault fault;

	if (len == 0)
		return 0;
	kind = WIRE_PORTRAIT + data[0] % (WIRE_FACE - WIRE_PORTRAIT + 1);
	fault = image_normalise(&rules, kind, data + 1, len - 1, &image);
	if ((fault == WIRE_FINE) != (image.jpeg.len > 0) ||
	    (fault == WIRE_FINE && kind == WIRE_PORTRAIT &&
		image.width != rules.limits.portrait_width))
		abort();
	image_release(&image);
	return 0;
}
