#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/seal.h"
#include "bank/element.h"
#include "bank/message.h"

/* clang-format off */
static const struct message_type types[] = {
	{ .name = "CardProductionOrder",    .record = "Application", .id = "ApplicationNo", .to_bank = true, .parts = true },
	{ .name = "FileReceipt",            .record = "Receipt",     .id = "ReceivedMsgId", .from_bank = true, .answers = true },
	{ .name = "ProductionStatusReport", .record = "Entry",       .id = "ApplicationNo", .from_bank = true, .answers = true },
	{ .name = "ReconciliationReport",   .record = "Order",       .id = "OrderMsgId",    .to_bank = true, .from_bank = true },
};
/* clang-format on */

#define TYPES (sizeof(types) / sizeof(types[0]))

const struct message_type *
message_type(const char *name)
{
	for (size_t i = 0; i < TYPES; i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

const struct message_type *
message_type_next(const struct message_type *after)
{
	size_t i = after ? (size_t)(after - types) + 1 : 0;

	return i < TYPES ? &types[i] : NULL;
}

/* Reads n digits; NULL when there are fewer. */
static const char *
digits(const char *at, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)at[i]))
			return NULL;
		out[i] = at[i];
	}
	out[n] = '\0';
	return at + n;
}

static const char *
party(const char *at, char out[6])
{
	if (strncmp(at, MESSAGE_BUREAU "-", sizeof(MESSAGE_BUREAU)) == 0) {
		memcpy(out, MESSAGE_BUREAU, sizeof(MESSAGE_BUREAU));
		return at + sizeof(MESSAGE_BUREAU);
	}
	at = digits(at, 3, out);
	return at && *at == '-' ? at + 1 : NULL;
}

bool
message_name(struct message_header *header, const char *id)
{
	struct message_header read = *header;
	char day[9], seq[10];
	const char *at = id;
	size_t len;

	if (strlen(id) >= sizeof(read.id))
		return false;
	if ((at = party(at, read.from)) == NULL || (at = party(at, read.to)) == NULL ||
	    (strcmp(read.from, MESSAGE_BUREAU) == 0) == (strcmp(read.to, MESSAGE_BUREAU) == 0))
		return false;
	if ((at = digits(at, 8, day)) == NULL || *at++ != '-')
		return false;
	len = strlen(at);
	if (len < 6 || len > 9 || (len > 6 && at[0] == '0') || digits(at, len, seq) == NULL)
		return false;
	snprintf(read.business_date, sizeof(read.business_date), "%.4s-%.2s-%.2s", day, day + 4,
	    day + 6);
	if (!clock_parse_date(read.business_date, NULL, NULL, NULL))
		return false;
	read.seq = strtol(seq, NULL, 10);
	if (read.seq == 0)
		return false;
	memcpy(read.id, id, strlen(id) + 1);
	*header = read;
	return true;
}

void
message_identify(struct message_header *header)
{
	const char *d = header->business_date;

	snprintf(header->id, sizeof(header->id), "%s-%s-%.4s%.2s%.2s-%06lld", header->from,
	    header->to, d, d + 5, d + 8, (long long)header->seq);
}

const char *
message_bank(const struct message_header *header)
{
	return strcmp(header->from, MESSAGE_BUREAU) == 0 ? header->to : header->from;
}

static int
put_flag(xmlTextWriterPtr writer, const char *name, bool value)
{
	return element_put(writer, name, value ? "true" : "false");
}

static int
put_header(xmlTextWriterPtr writer, const struct message_header *header)
{
	int bad = 0;

	bad |= xmlTextWriterStartElement(writer, BAD_CAST "Header") < 0;
	bad |= element_put(writer, "MsgId", header->id);
	bad |= element_put(writer, "MsgType", header->type);
	bad |= element_put(writer, "SchemaVersion", MESSAGE_VERSION);
	bad |= element_put(writer, "From", header->from);
	bad |= element_put(writer, "To", header->to);
	bad |= element_put(writer, "BusinessDate", header->business_date);
	bad |= element_put(writer, "CreationTime", header->created);
	bad |= element_put_number(writer, "SeqNo", header->seq);
	bad |= put_flag(writer, "PossibleDuplicate", header->duplicate);
	if (header->original[0])
		bad |= element_put(writer, "OriginalMsgId", header->original);
	bad |= element_put_number(writer, "NumberOfRecords", header->records);
	bad |= element_put(writer, "ControlDigest", header->control);
	bad |= element_put_number(writer, "Part", header->part);
	bad |= put_flag(writer, "LastInBusinessDate", header->last);
	bad |= xmlTextWriterEndElement(writer) < 0;
	return bad ? -1 : 0;
}

int
message_begin(xmlTextWriterPtr writer, const struct message_header *header)
{
	return element_root(writer, header->type) | put_header(writer, header);
}

struct message_control {
	EVP_MD_CTX *sha256;
};

NEOERR *
message_control_init(struct message_control **control)
{
	struct message_control *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "message_control");
	made->sha256 = EVP_MD_CTX_new();
	if (made->sha256 == NULL || EVP_DigestInit_ex(made->sha256, EVP_sha256(), NULL) != 1) {
		message_control_free(&made);
		return nerr_raise(FAIL_CRYPTO, "EVP_DigestInit");
	}
	*control = made;
	return STATUS_OK;
}

NEOERR *
message_control_add(struct message_control *control, const char *id)
{
	if (EVP_DigestUpdate(control->sha256, id, strlen(id)) != 1 ||
	    EVP_DigestUpdate(control->sha256, "\n", 1) != 1)
		return nerr_raise(FAIL_CRYPTO, "EVP_DigestUpdate");
	return STATUS_OK;
}

NEOERR *
message_control_finish(struct message_control *control, char out[MESSAGE_DIGEST_LEN])
{
	uint8_t digest[MESSAGE_DIGEST_LEN / 2];

	if (EVP_DigestFinal_ex(control->sha256, digest, NULL) != 1)
		return nerr_raise(FAIL_CRYPTO, "EVP_DigestFinal");
	seal_hex(digest, sizeof(digest), out);
	return STATUS_OK;
}

void
message_control_free(struct message_control **control)
{
	if (*control == NULL)
		return;
	EVP_MD_CTX_free((*control)->sha256);
	free(*control);
	*control = NULL;
}
