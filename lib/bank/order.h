/*
 * order.h - writes a CardProductionOrder, record by record, into a sink.  The same header and records
 * give the same bytes.
 */
#ifndef SBK_ORDER_H
#define SBK_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>
#include <jansson.h>

#include "bank/document.h"
#include "bank/fault.h"
#include "bank/message.h"

struct order_record {
	int64_t n;
	const char *no;
	int64_t attempt;
	const json_t *answers; /* field name → text, as submitted */
	const void *photo;     /* JPEG */
	size_t photo_len;
};

struct order_sink {
	NEOERR *(*write)(void *to, const void *data, size_t len);
	void *to;
};

struct order;

/* Writes all that stands before the records. sink's to is borrowed until order_free. */
NEOERR *order_init(
    struct order **order, const struct order_sink *sink, const struct message_header *header);
NEOERR *order_add(struct order *order, const struct order_record *record);
/* Writes the end; nothing may be added then. */
NEOERR *order_finish(struct order *order);
void order_free(struct order **order);

/*
 * Would count records be valid in an order?  Asked before they are put into one: a single application that does not
 * fit the schema stays behind and must not spoil the file for all.  The photos are not looked at.  All at once cost half
 * of what each alone does; fault then tells that there is one that does not fit.
 */
NEOERR *order_fits(const struct schemas *schemas, const struct order_record *records,
    size_t count, struct fault *fault);

#endif
