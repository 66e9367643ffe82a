/*
 * import_fuzz.c - foreign XML as a bank may send it, and its manifest.  The first byte chooses the type;
 * whatever the rest is, the reader must end, and say good or name a fault.
 */
#include <stdlib.h>
#include <string.h>

#include <bank/manifest.h>
#include <bank/reader.h>
#include <base/fail.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct schemas *schemas;

struct text {
	const uint8_t *at;
	size_t len;
};

static ssize_t
read_text(void *from, void *buf, size_t len)
{
	struct text *text = from;
	size_t n = len < text->len ? len : text->len;

	memcpy(buf, text->at, n);
	text->at += n;
	text->len -= n;
	return (ssize_t)n;
}

/* A NEOERR here is a failure of ours, and the input is not to blame: stop. */
static void
must(NEOERR *err)
{
	if (err != STATUS_OK) {
		nerr_log_error(err);
		abort();
	}
}

static void
read_message(const struct message_type *type, const uint8_t *data, size_t size)
{
	struct text text = { data, size };
	struct document_source source = { read_text, &text };
	struct fault fault = { .code = "" };
	struct reader *reader = NULL;
	int64_t records = 0;
	bool more = true;

	must(reader_init(&reader, schemas, type, &source, &fault));
	while (more) {
		must(reader_next(reader, &more));
		records += more;
	}
	if (!fault_is(&fault) && records != reader_header(reader)->records)
		abort();
	reader_free(&reader);
}

static void
read_manifest(const uint8_t *data, size_t size)
{
	struct manifest manifest = { .sealed = BYTES_INIT };
	struct fault fault = { .code = "" };

	must(
	    manifest_read(&manifest, schemas, "102-BJSSC-20261122-000006", data, size, &fault));
	manifest_release(&manifest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct message_type *type = NULL;

	if (schemas == NULL) {
		const char *dir = getenv("SCHEMA_DIR");

		must(fail_init());
		must(schemas_init(&schemas, dir ? dir : "schema"));
	}
	if (size == 0)
		return 0;
	for (int i = data[0] % 5; i > 0; i--)
		type = message_type_next(type);
	if (type)
		read_message(type, data + 1, size - 1);
	else
		read_manifest(data + 1, size - 1);
	return 0;
}
