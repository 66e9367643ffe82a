/*
 * document.h - foreign XML, read as a stream and validated on the way: the border to libxml2.
 *
 * The parser gets XML_PARSE_NONET and nothing else; nothing external is ever loaded, a DOCTYPE or
 * another encoding than UTF-8 ends the reading.  libxml2's own words quote the document: only
 * reason code, line and element path come out of here.
 */
#ifndef SBK_DOCUMENT_H
#define SBK_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <ClearSilver.h>

#include "bank/fault.h"

struct schemas;

/* Compiles dir/<message type>.xsd of all types and dir/Manifest.xsd. FAIL_CONFIG if one is bad. */
NEOERR *schemas_init(struct schemas **schemas, const char *dir);
void schemas_free(struct schemas **schemas);

/* Where the bytes come from: up to len of them, 0 at the end, -1 on failure. */
struct document_source {
	ssize_t (*read)(void *from, void *buf, size_t len);
	void *from;
};

struct document;

/* root: the message type, or "Manifest". source's from and fault are borrowed until document_free. */
NEOERR *document_init(struct document **document, const struct schemas *schemas,
    const char *root, const struct document_source *source, struct fault *fault);
void document_free(struct document **document);

/*
 * Moves to the end of the next element.  False at the end of the document and once fault is set (F04,
 * F05, F06): only when it ended without fault has the whole document been valid.
 */
bool document_next(struct document *document);

/* Of the element just ended; borrowed until the next document_next. */
const char *document_name(const struct document *document);
const char *document_parent(const struct document *document); /* "" for the root */
const char *document_text(const struct document *document);   /* "" when longer than 12 KB */
/* Where it begins; beyond line 65,534 the parser's, that runs a little ahead. */
int document_line(const struct document *document);
void document_path(const struct document *document, char *path, size_t size);

#endif
