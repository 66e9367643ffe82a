/*
 * message.h - a message of the exchange: its name, its type, its header, its records.
 * The interface is described in schema/README.md.
 */
#ifndef SBK_MESSAGE_H
#define SBK_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <libxml/xmlwriter.h>
#include <ClearSilver.h>

#define MESSAGE_NS "urn:bjssc:exchange:1"
#define MESSAGE_VERSION "1.0"
#define MESSAGE_BUREAU "BJSSC"
#define MESSAGE_ID_LEN 36
#define MESSAGE_DIGEST_LEN 65 /* hex */
#define MESSAGE_FIGURES 7

struct message_type {
	const char *name;
	const char *record; /* the element of a record */
	const char *id;     /* the element in it that the control digest is made of */
	bool to_bank, from_bank;
	bool parts;   /* at most Exchange.RecordsPerFile records each */
	bool answers; /* must name the message that it answers */
};

const struct message_type *message_type(const char *name); /* NULL: unknown */
/* All types, one after the other; NULL to begin, NULL at the end. */
const struct message_type *message_type_next(const struct message_type *after);

struct message_header {
	char id[MESSAGE_ID_LEN];
	char type[25];
	char version[8];
	char from[6], to[6];
	char business_date[11];
	char created[26];
	int64_t seq;
	bool duplicate;
	char original[MESSAGE_ID_LEN]; /* "" = none */
	int64_t records;
	char control[MESSAGE_DIGEST_LEN];
	int64_t part;
	bool last;
};

/* What the bureau reads of a record; "" or 0 where the record's type has no such element. */
struct message_record {
	int64_t n;
	char id[MESSAGE_ID_LEN]; /* ApplicationNo, ReceivedMsgId or OrderMsgId */
	int64_t attempt;
	char status[16], reason[4], time[26], tracking[41];
	char sha256[MESSAGE_DIGEST_LEN];
	int64_t figures[MESSAGE_FIGURES]; /* Sent … Collected, of an order's reconciliation */
};

/* Sets from, to, business_date, seq and id out of a MsgId; false when it has another form. */
bool message_name(struct message_header *header, const char *id);
/* Sets id out of from, to, business_date and seq. */
void message_identify(struct message_header *header);
/* The bank's code: the party that is not the bureau. */
const char *message_bank(const struct message_header *header);

/* All that stands before the first record; 0 or -1. element_root_end ends it. */
int message_begin(xmlTextWriterPtr writer, const struct message_header *header);

/* Control digest over record ids in their order. */
struct message_control;
NEOERR *message_control_init(struct message_control **control);
NEOERR *message_control_add(struct message_control *control, const char *id);
NEOERR *message_control_finish(struct message_control *control, char out[MESSAGE_DIGEST_LEN]);
void message_control_free(struct message_control **control);

#endif
