#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/xmlwriter.h>
#include <openssl/evp.h>

#include "base/fail.h"
#include "bank/element.h"
#include "bank/order.h"
#include "bank/reader.h"

struct order {
	struct order_sink sink;
	xmlTextWriterPtr writer;
	NEOERR *err; /* of the sink: libxml2 only knows -1 */
	char *photo;
	size_t photo_size;
};

/* What the record's elements hold, in the schema's order; an answer that is not there is left out. */
static const struct element {
	const char *group, *name, *answer;
	bool mailed; /* only with delivery = mail */
} elements[] = {
	{ "Person", "SocialSecurityNo", "id_number", false },
	{ "Person", "Name", "name", false },
	{ "Person", "IdType", "id_type", false },
	{ "Person", "IdNumber", "id_number", false },
	{ "Person", "IdValidFrom", "id_valid_from", false },
	{ "Person", "IdValidTo", "id_valid_to", false },
	{ "Person", "Sex", "sex", false },
	{ "Person", "BirthDate", "birth_date", false },
	{ "Person", "Nationality", "nationality", false },
	{ "Person", "Ethnicity", "ethnicity", false },
	{ "Person", "Occupation", "occupation", false },
	{ "Person", "District", "district", false },
	{ "Person", "Address", "address", false },
	{ "Person", "Phone", "phone", false },
	{ "Card", "Bank", "bank", false },
	{ "Card", "Branch", "branch", false },
	{ "Card", "Photo", NULL, false },
	{ "Delivery", "Method", "delivery", false },
	{ "Delivery", "Recipient", "mail_name", true },
	{ "Delivery", "RecipientPhone", "mail_phone", true },
	{ "Delivery", "RecipientDistrict", "mail_district", true },
	{ "Delivery", "RecipientAddress", "mail_address", true },
	{ "Delivery", "RecipientPostcode", "mail_postcode", true },
};

static int
on_write(void *context, const char *data, int len)
{
	struct order *order = context;

	if (order->err == STATUS_OK)
		order->err = order->sink.write(order->sink.to, data, (size_t)len);
	return order->err == STATUS_OK ? len : -1;
}

static NEOERR *
outcome(struct order *order, int bad)
{
	NEOERR *err = order->err;

	order->err = STATUS_OK;
	if (err == STATUS_OK && bad)
		err = nerr_raise(NERR_NOMEM, "order");
	return nerr_pass(err);
}

NEOERR *
order_init(
    struct order **order, const struct order_sink *sink, const struct message_header *header)
{
	NEOERR *err;
	struct order *made = calloc(1, sizeof(*made));
	xmlOutputBufferPtr out;
	int bad = 0;

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "order");
	made->sink = *sink;
	out = xmlOutputBufferCreateIO(on_write, NULL, made, NULL);
	made->writer = out ? xmlNewTextWriter(out) : NULL;
	if (made->writer == NULL) {
		if (out)
			xmlOutputBufferClose(out);
		bad = 1;
	} else
		bad = message_begin(made->writer, header);
	err = outcome(made, bad);
	if (err != STATUS_OK) {
		order_free(&made);
		return nerr_pass(err);
	}
	*order = made;
	return STATUS_OK;
}

static const char *
answer_of(const json_t *answers, const char *name)
{
	const char *text = json_string_value(json_object_get(answers, name));

	return text ? text : "";
}

/* Base64 needs no escaping, and a photo is nine tenths of a record: written raw. */
static int
put_photo(struct order *order, const struct order_record *record)
{
	size_t size = (record->photo_len + 2) / 3 * 4 + 1;
	int len, bad = 0;

	if (record->photo_len > INT_MAX / 2)
		return -1;
	if (size > order->photo_size) {
		free(order->photo);
		order->photo_size = 0;
		order->photo = malloc(size);
		if (order->photo == NULL)
			return -1;
		order->photo_size = size;
	}
	len = EVP_EncodeBlock(
	    (unsigned char *)order->photo, record->photo, (int)record->photo_len);
	bad |= xmlTextWriterStartElement(order->writer, BAD_CAST "Photo") < 0;
	bad |= xmlTextWriterWriteRawLen(order->writer, BAD_CAST order->photo, len) < 0;
	bad |= xmlTextWriterEndElement(order->writer) < 0;
	return bad ? -1 : 0;
}

static int
put_elements(struct order *order, const struct order_record *record)
{
	bool mailed = strcmp(answer_of(record->answers, "delivery"), "mail") == 0;
	const char *group = NULL;
	int bad = 0;

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		const struct element *e = &elements[i];
		const char *text;

		if (group == NULL || strcmp(group, e->group) != 0) {
			if (group)
				bad |= xmlTextWriterEndElement(order->writer) < 0;
			group = e->group;
			bad |= xmlTextWriterStartElement(order->writer, BAD_CAST group) < 0;
		}
		if (e->answer == NULL) {
			bad |= put_photo(order, record);
			continue;
		}
		text = answer_of(record->answers, e->answer);
		if (*text && (mailed || !e->mailed))
			bad |= xmlTextWriterWriteElement(
				   order->writer, BAD_CAST e->name, BAD_CAST text) < 0;
	}
	bad |= xmlTextWriterEndElement(order->writer) < 0;
	return bad ? -1 : 0;
}

NEOERR *
order_add(struct order *order, const struct order_record *record)
{
	int bad = 0;

	bad |= xmlTextWriterStartElement(order->writer, BAD_CAST "Application") < 0;
	bad |= element_put_number(order->writer, "RecordNo", record->n);
	bad |= xmlTextWriterWriteElement(
		   order->writer, BAD_CAST "ApplicationNo", BAD_CAST record->no) < 0;
	bad |= element_put_number(order->writer, "Attempt", record->attempt);
	bad |= put_elements(order, record);
	bad |= xmlTextWriterEndElement(order->writer) < 0;
	return nerr_pass(outcome(order, bad));
}

NEOERR *
order_finish(struct order *order)
{
	return nerr_pass(outcome(order, element_root_end(order->writer)));
}

void
order_free(struct order **order)
{
	if (*order == NULL)
		return;
	if ((*order)->writer)
		xmlFreeTextWriter((*order)->writer);
	nerr_ignore(&(*order)->err);
	free((*order)->photo);
	free(*order);
	*order = NULL;
}

#define SAMPLE_RECORD 16384 /* bytes */

struct sample { /* an order in memory */
	char *data;
	size_t size, len, read;
};

static NEOERR *
write_sample(void *to, const void *data, size_t len)
{
	struct sample *sample = to;

	if (len > sample->size - sample->len)
		return nerr_raise(FAIL_TOO_LARGE, "a record of more than 16 KB");
	memcpy(sample->data + sample->len, data, len);
	sample->len += len;
	return STATUS_OK;
}

static ssize_t
read_sample(void *from, void *buf, size_t len)
{
	struct sample *sample = from;
	size_t left = sample->len - sample->read, n = len < left ? len : left;

	memcpy(buf, sample->data + sample->read, n);
	sample->read += n;
	return (ssize_t)n;
}

static NEOERR *
put_sample(struct sample *sample, const struct order_record *records, size_t count)
{
	struct message_header header = { .type = "CardProductionOrder",
		.created = "2026-01-01T00:00:00+08:00",
		.records = (int64_t)count,
		.part = 1,
		.last = true };
	struct order_sink sink = { write_sample, sample };
	struct message_control *control = NULL;
	struct order *order = NULL;
	NEOERR *err;

	message_name(&header, MESSAGE_BUREAU "-100-20260101-000001");
	err = message_control_init(&control);
	for (size_t i = 0; i < count && err == STATUS_OK; i++)
		err = message_control_add(control, records[i].no);
	if (err != STATUS_OK || (err = message_control_finish(control, header.control)) ||
	    (err = order_init(&order, &sink, &header)))
		goto out;
	for (size_t i = 0; i < count && err == STATUS_OK; i++) {
		struct order_record record = records[i];

		record.n = (int64_t)i + 1;
		record.photo = "photo";
		record.photo_len = 5;
		err = order_add(order, &record);
	}
	if (err == STATUS_OK)
		err = order_finish(order);
out:
	order_free(&order);
	message_control_free(&control);
	return nerr_pass(err);
}

NEOERR *
order_fits(const struct schemas *schemas, const struct order_record *records, size_t count,
    struct fault *fault)
{
	struct sample sample = { .size = count * SAMPLE_RECORD };
	struct document_source source = { read_sample, &sample };
	struct reader *reader = NULL;
	bool more = true;
	NEOERR *err;

	sample.data = malloc(sample.size);
	if (sample.data == NULL)
		return nerr_raise(NERR_NOMEM, "order");
	if ((err = put_sample(&sample, records, count)) ||
	    (err = reader_init(
		 &reader, schemas, message_type("CardProductionOrder"), &source, fault)))
		goto out;
	while (more && err == STATUS_OK)
		err = reader_next(reader, &more);
out:
	reader_free(&reader);
	explicit_bzero(sample.data, sample.len);
	free(sample.data);
	return nerr_pass(err);
}
