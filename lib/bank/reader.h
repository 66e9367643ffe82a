/*
 * reader.h - reads a message: header, then record by record, checking on the way all that can be
 * checked without the database: schema, number of records, RecordNo, totals, control digest.
 */
#ifndef SBK_READER_H
#define SBK_READER_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "bank/document.h"
#include "bank/fault.h"
#include "bank/message.h"

struct reader;

/* source's from and fault are borrowed until reader_free. */
NEOERR *reader_init(struct reader **reader, const struct schemas *schemas,
    const struct message_type *type, const struct document_source *source, struct fault *fault);
void reader_free(struct reader **reader);

/*
 * Moves to the next record.  *more is false at the end and once fault is set (F04…F09, F13): only
 * when it ended without fault has the whole message been good.
 */
NEOERR *reader_next(struct reader *reader, bool *more);

/* Borrowed. The header is known from the first reader_next on. */
const struct message_header *reader_header(const struct reader *reader);
const struct message_record *reader_record(const struct reader *reader);

#endif
