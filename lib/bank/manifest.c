#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/xmlwriter.h>
#include <openssl/evp.h>

#include "base/fail.h"
#include "base/seal.h"
#include "bank/element.h"
#include "bank/manifest.h"

#define SEALED_MAX 8192

static int
put_hex(xmlTextWriterPtr writer, const char *name, const uint8_t *data, size_t len)
{
	char text[2 * CIPHER_FILE_DIGEST_LEN + 1];

	seal_hex(data, len, text);
	return element_put(writer, name, text);
}

static int
put_base64(xmlTextWriterPtr writer, const char *name, const struct bytes *data)
{
	char text[SEALED_MAX * 4 / 3 + 8];

	if (data->len > SEALED_MAX)
		return -1;
	EVP_EncodeBlock((unsigned char *)text, data->data, (int)data->len);
	return element_put(writer, name, text);
}

static int
put_all(xmlTextWriterPtr writer, const struct manifest *manifest)
{
	const struct message_header *header = &manifest->header;
	int bad = 0;

	bad |= element_root(writer, "Manifest");
	bad |= element_put(writer, "MsgId", header->id);
	bad |= element_put(writer, "MsgType", header->type);
	bad |= element_put(writer, "SchemaVersion", MESSAGE_VERSION);
	bad |= element_put(writer, "From", header->from);
	bad |= element_put(writer, "To", header->to);
	bad |= element_put(writer, "BusinessDate", header->business_date);
	bad |= element_put_number(writer, "SeqNo", header->seq);
	bad |= element_put(writer, "FileName", manifest->file);
	bad |= element_put_number(writer, "FileSize", manifest->sums.size);
	bad |= put_hex(writer, "Sha256", manifest->sums.sha256, CIPHER_FILE_DIGEST_LEN);
	bad |= put_hex(writer, "Sm3", manifest->sums.sm3, CIPHER_FILE_DIGEST_LEN);
	bad |= element_put_number(writer, "NumberOfRecords", header->records);
	bad |= element_put(writer, "Profile", manifest->profile);
	bad |= put_hex(writer, "IV", manifest->iv, ENVELOPE_IV_LEN);
	bad |= put_base64(writer, "SealedKey", &manifest->sealed);
	bad |= element_root_end(writer);
	return bad ? -1 : 0;
}

NEOERR *
manifest_write(const struct manifest *manifest, struct bytes *out)
{
	NEOERR *err = STATUS_OK;
	struct bytes made = BYTES_INIT;
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
	int bad = writer == NULL || put_all(writer, manifest) != 0;

	xmlFreeTextWriter(writer);
	if (bad) {
		err = nerr_raise(NERR_NOMEM, "manifest");
		goto out;
	}
	made.len = (size_t)xmlBufferLength(buffer);
	made.data = malloc(made.len + 1);
	if (made.data == NULL) {
		err = nerr_raise(NERR_NOMEM, "manifest");
		goto out;
	}
	memcpy(made.data, xmlBufferContent(buffer), made.len);
	made.data[made.len] = '\0';
	*out = made;
out:
	xmlBufferFree(buffer);
	return nerr_pass(err);
}

struct memory {
	const char *at;
	size_t len;
};

static ssize_t
read_memory(void *from, void *buf, size_t len)
{
	struct memory *memory = from;
	size_t n = len < memory->len ? len : memory->len;

	memcpy(buf, memory->at, n);
	memory->at += n;
	memory->len -= n;
	return (ssize_t)n;
}

/* Base64 as XML Schema has it: blanks may stand in it. */
static bool
decode(const char *text, struct bytes *out)
{
	char packed[SEALED_MAX * 4 / 3 + 8];
	size_t n = 0, pad = 0;
	int len;

	for (; *text; text++) {
		if (*text == ' ' || *text == '\n' || *text == '\r' || *text == '\t')
			continue;
		if (n + 1 == sizeof(packed))
			return false;
		pad += *text == '=';
		packed[n++] = *text;
	}
	out->data = malloc(n + 1);
	if (out->data == NULL)
		return false;
	len = EVP_DecodeBlock(out->data, (const unsigned char *)packed, (int)n);
	if (len < 0 || pad > 2 || (size_t)len < pad) {
		bytes_release(out);
		return false;
	}
	out->len = (size_t)len - pad;
	return true;
}

static bool
take(struct manifest *manifest, const char *name, const char *text)
{
	struct message_header *header = &manifest->header;
	const struct {
		const char *name;
		char *into;
		size_t size;
	} texts[] = {
		{ "MsgId", header->id, sizeof(header->id) },
		{ "MsgType", header->type, sizeof(header->type) },
		{ "SchemaVersion", header->version, sizeof(header->version) },
		{ "From", header->from, sizeof(header->from) },
		{ "To", header->to, sizeof(header->to) },
		{ "BusinessDate", header->business_date, sizeof(header->business_date) },
		{ "FileName", manifest->file, sizeof(manifest->file) },
		{ "Profile", manifest->profile, sizeof(manifest->profile) },
	};
	const struct {
		const char *name;
		int64_t *into;
	} numbers[] = {
		{ "SeqNo", &header->seq },
		{ "FileSize", &manifest->sums.size },
		{ "NumberOfRecords", &header->records },
	};
	const struct {
		const char *name;
		uint8_t *into;
		size_t len;
	} hexes[] = {
		{ "Sha256", manifest->sums.sha256, CIPHER_FILE_DIGEST_LEN },
		{ "Sm3", manifest->sums.sm3, CIPHER_FILE_DIGEST_LEN },
		{ "IV", manifest->iv, ENVELOPE_IV_LEN },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].name, name) == 0)
			return (size_t)snprintf(texts[i].into, texts[i].size, "%s", text) <
			       texts[i].size;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(numbers[i].name, name) == 0) {
			*numbers[i].into = strtoll(text, NULL, 10);
			return true;
		}
	for (size_t i = 0; i < sizeof(hexes) / sizeof(hexes[0]); i++)
		if (strcmp(hexes[i].name, name) == 0)
			return seal_unhex(text, hexes[i].into, hexes[i].len) == 1;
	if (strcmp(name, "SealedKey") == 0)
		return decode(text, &manifest->sealed);
	return true;
}

static void
check(const struct manifest *manifest, const char *id, struct fault *fault)
{
	const struct message_header *header = &manifest->header;
	struct message_header named = { .id = "" };
	char file[sizeof(manifest->file)];
	bool is_name = message_name(&named, id);
	const struct {
		const char *path;
		bool agrees;
	} facts[] = {
		{ "/Manifest/MsgId", is_name && strcmp(header->id, id) == 0 },
		{ "/Manifest/From", strcmp(header->from, named.from) == 0 },
		{ "/Manifest/To", strcmp(header->to, named.to) == 0 },
		{ "/Manifest/BusinessDate",
		    strcmp(header->business_date, named.business_date) == 0 },
		{ "/Manifest/SeqNo", header->seq == named.seq },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (!facts[i].agrees)
			fault_set(fault, "F07", 0, facts[i].path);
	snprintf(file, sizeof(file), "%s.xml.enc", id);
	if (strcmp(manifest->file, file) != 0)
		fault_set(fault, "F07", 0, "/Manifest/FileName");
}

NEOERR *
manifest_read(struct manifest *manifest, const struct schemas *schemas, const char *id,
    const void *data, size_t len, struct fault *fault)
{
	NEOERR *err;
	struct manifest read_in = { .sealed = BYTES_INIT };
	struct memory memory = { data, len };
	struct document_source source = { read_memory, &memory };
	struct document *document;

	err = document_init(&document, schemas, "Manifest", &source, fault);
	if (err != STATUS_OK)
		return nerr_pass(err);
	while (document_next(document))
		if (!take(&read_in, document_name(document), document_text(document)))
			fault_set(fault, "F02", document_line(document), "/Manifest");
	document_free(&document);
	if (strcmp(fault->code, "F04") == 0 || strcmp(fault->code, "F05") == 0)
		snprintf(fault->code, sizeof(fault->code), "F02");
	if (!fault_is(fault))
		check(&read_in, id, fault);
	if (fault_is(fault)) {
		manifest_release(&read_in);
		return STATUS_OK;
	}
	*manifest = read_in;
	return STATUS_OK;
}

void
manifest_release(struct manifest *manifest)
{
	bytes_release(&manifest->sealed);
}
