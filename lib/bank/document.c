#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>

#include "base/fail.h"
#include "bank/document.h"
#include "bank/message.h"

#define SCHEMAS_MAX 8
#define DEPTH 8
#define NAME_MAX_LEN 40
/* In one tag or one text: the longest of ours is a photo, with two '=' at its end. */
#define RUN_MAX 1048576
#define EQUALS_MAX 256
#define LINE_MAX_KNOWN 65535 /* libxml2 keeps an element's line in 16 bits */
#define TEXT_MAX 12288       /* the longest that anybody reads is a sealed key in base64 */

struct schemas {
	struct {
		const char *root;
		xmlSchemaPtr schema;
	} list[SCHEMAS_MAX];
	size_t count;
};

struct document {
	struct document_source source;
	struct fault *fault;
	xmlTextReaderPtr reader;
	xmlDocPtr kept;     /* the reader leaves it to us once we have looked at it */
	bool begun;         /* the first node has been seen */
	size_t checked;     /* so many of the first bytes were as they must be */
	size_t run, equals; /* bytes from the last '<' on, and '=' among them */
	bool banged;        /* a '!' came after it */
	size_t depth;       /* of the element that is open */
	bool pending;       /* an end of element without content is still to be told */
	char names[DEPTH + 1][NAME_MAX_LEN];
	size_t ended; /* depth of the element just ended */
	char text[TEXT_MAX];
	size_t text_len;
};

static void
be_silent(void *context, const char *text, ...)
{
	(void)context;
	(void)text;
}

static void
be_quiet(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

static xmlParserInputPtr
load_nothing(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

static NEOERR *
schemas_add(struct schemas *schemas, const char *dir, const char *root)
{
	char path[4096];
	xmlSchemaParserCtxtPtr parser;
	xmlSchemaPtr schema = NULL;

	snprintf(path, sizeof(path), "%s/%s.xsd", dir, root);
	parser = xmlSchemaNewParserCtxt(path);
	if (parser) {
		xmlSchemaSetParserErrors(parser, be_silent, be_silent, NULL);
		schema = xmlSchemaParse(parser);
	}
	xmlSchemaFreeParserCtxt(parser);
	if (schema == NULL)
		return nerr_raise(FAIL_CONFIG, "Schema.Dir: %s is no schema", path);
	schemas->list[schemas->count].root = root;
	schemas->list[schemas->count].schema = schema;
	schemas->count++;
	return STATUS_OK;
}

NEOERR *
schemas_init(struct schemas **schemas, const char *dir)
{
	NEOERR *err;
	const struct message_type *type = NULL;
	struct schemas *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "schemas");
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, be_silent);
	xmlSetStructuredErrorFunc(NULL, be_quiet);
	/* The schemas include each other; after them nothing is loaded in this process. */
	xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
	err = schemas_add(made, dir, "Manifest");
	while (err == STATUS_OK && (type = message_type_next(type)) != NULL)
		err = schemas_add(made, dir, type->name);
	xmlSetExternalEntityLoader(load_nothing);
	if (err != STATUS_OK) {
		schemas_free(&made);
		return nerr_pass(err);
	}
	*schemas = made;
	return STATUS_OK;
}

void
schemas_free(struct schemas **schemas)
{
	if (*schemas == NULL)
		return;
	for (size_t i = 0; i < (*schemas)->count; i++)
		xmlSchemaFree((*schemas)->list[i].schema);
	free(*schemas);
	*schemas = NULL;
}

/* An element's name for a log: ours are plain letters, anything else is somebody's text. */
static const char *
plain(const xmlChar *name)
{
	size_t i;

	if (name == NULL)
		return "?";
	for (i = 0; name[i]; i++)
		if (!((name[i] >= 'A' && name[i] <= 'Z') ||
			(name[i] >= 'a' && name[i] <= 'z') ||
			(name[i] >= '0' && name[i] <= '9')))
			return "?";
	return i < NAME_MAX_LEN ? (const char *)name : "?";
}

/*
 * The parser runs ahead of the reader, and it is there that the error is: the youngest element of
 * the tree as built so far, not the reader's.
 */
static void
path_of_youngest(struct document *document, char *path, size_t size)
{
	xmlDocPtr doc = document->kept;
	size_t len = 0;

	if (doc == NULL)
		return;
	for (xmlNodePtr node = doc->last; node && node->type == XML_ELEMENT_NODE;
	     node = node->last) {
		int n = snprintf(path + len, size - len, "/%s", plain(node->name));

		if (n < 0 || (size_t)n >= size - len)
			break;
		len += (size_t)n;
	}
}

static void
on_error(void *context, xmlErrorPtr error)
{
	struct document *document = context;
	const char *code = "F04";
	char path[sizeof(document->fault->path)] = "";

	if (error->level < XML_ERR_ERROR || fault_is(document->fault))
		return;
	if (document->kept == NULL && document->reader)
		document->kept = xmlTextReaderCurrentDoc(document->reader);
	path_of_youngest(document, path, sizeof(path));
	if (document->kept && xmlGetIntSubset(document->kept))
		code = "F06";
	else if (error->domain == XML_FROM_SCHEMASV)
		code = "F05";
	else if (error->code == XML_ERR_INVALID_CHAR ||
		 error->code == XML_ERR_UNKNOWN_VERSION ||
		 error->code == XML_ERR_INVALID_ENCODING ||
		 error->code == XML_ERR_UNSUPPORTED_ENCODING ||
		 error->code == XML_ERR_UNKNOWN_ENCODING ||
		 error->code == XML_ERR_UNDECLARED_ENTITY || error->domain == XML_FROM_I18N)
		code = "F06";
	fault_set(document->fault, code, error->line, path);
}

/*
 * What the parser would take seconds for, before anybody can say that it does not belong there: a DTD; a text of megabytes; a tag of
 * thousands of attributes, each compared with all others (each has its '=', and no '<' stands within a tag).  NULL: nothing of that.
 */
static const char *
burden(struct document *document, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '<')
			document->run = document->equals = 0;
		else if (data[i] == 'D' && document->run == 2 && document->banged)
			return "F06";
		else if (document->run == 1)
			document->banged = data[i] == '!';
		document->equals += data[i] == '=';
		if (++document->run > RUN_MAX || document->equals > EQUALS_MAX)
			return "F05";
	}
	return NULL;
}

/* Not one byte of a file in another encoding gets to the parser. */
static int
on_read(void *context, char *buf, int len)
{
	static const char begins[] = "<?xml ";
	struct document *document = context;
	const char *code;
	ssize_t n = document->source.read(document->source.from, buf, (size_t)len);

	for (ssize_t i = 0; i < n && document->checked < sizeof(begins) - 1; i++)
		if (buf[i] != begins[document->checked++]) {
			fault_set(document->fault, "F06", 1, NULL);
			return -1;
		}
	code = n > 0 ? burden(document, buf, (size_t)n) : NULL;
	if (code) {
		fault_set(document->fault, code, 0, NULL);
		return -1;
	}
	return (int)n;
}

NEOERR *
document_init(struct document **document, const struct schemas *schemas, const char *root,
    const struct document_source *source, struct fault *fault)
{
	NEOERR *err = STATUS_OK;
	struct document *made;
	xmlSchemaPtr schema = NULL;

	for (size_t i = 0; i < schemas->count; i++)
		if (strcmp(schemas->list[i].root, root) == 0)
			schema = schemas->list[i].schema;
	if (schema == NULL)
		return nerr_raise(NERR_ASSERT, "no schema %s", root);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "document");
	made->source = *source;
	made->fault = fault;
	made->reader = xmlReaderForIO(on_read, NULL, made, NULL, NULL, XML_PARSE_NONET);
	if (made->reader == NULL || xmlTextReaderSetSchema(made->reader, schema) != 0)
		err = nerr_raise(NERR_NOMEM, "xmlReaderForIO");
	if (err != STATUS_OK) {
		document_free(&made);
		return nerr_pass(err);
	}
	*document = made;
	return STATUS_OK;
}

void
document_free(struct document **document)
{
	if (*document == NULL)
		return;
	xmlFreeTextReader((*document)->reader);
	xmlFreeDoc((*document)->kept);
	xmlResetLastError();
	explicit_bzero(*document, sizeof(**document));
	free(*document);
	*document = NULL;
}

/* What the declaration says must be what we take: UTF-8, XML 1.0. */
static void
check_declaration(struct document *document)
{
	const xmlChar *encoding = xmlTextReaderConstEncoding(document->reader);
	const xmlChar *version = xmlTextReaderConstXmlVersion(document->reader);

	if ((encoding && strcasecmp((const char *)encoding, "UTF-8") != 0) ||
	    (version && strcmp((const char *)version, "1.0") != 0))
		fault_set(document->fault, "F06", 1, NULL);
}

static void
begin_element(struct document *document)
{
	const xmlChar *name = xmlTextReaderConstLocalName(document->reader);

	document->depth++;
	/* No schema of ours is as deep, so the fault is on its way. */
	if (document->depth <= DEPTH)
		snprintf(document->names[document->depth], NAME_MAX_LEN, "%s", plain(name));
	document->text_len = 0;
	document->text[0] = '\0';
	document->pending = xmlTextReaderIsEmptyElement(document->reader) == 1;
}

static void
take_text(struct document *document)
{
	const xmlChar *text = xmlTextReaderConstValue(document->reader);
	size_t len = text ? strlen((const char *)text) : 0;

	if (len == 0)
		return;
	if (document->text_len + len >= TEXT_MAX) {
		document->text_len = TEXT_MAX;
		document->text[0] = '\0';
		return;
	}
	memcpy(document->text + document->text_len, text, len);
	document->text_len += len;
	document->text[document->text_len] = '\0';
}

enum step { STEP_ON, STEP_ENDED, STEP_OVER };

static enum step
end_element(struct document *document)
{
	document->pending = false;
	document->ended = document->depth;
	document->depth--;
	return document->ended <= DEPTH ? STEP_ENDED : STEP_ON;
}

static enum step
step(struct document *document)
{
	char path[sizeof(document->fault->path)];

	if (document->pending)
		return end_element(document);
	switch (xmlTextReaderRead(document->reader)) {
	case 1:
		break;
	case 0:
		if (xmlTextReaderIsValid(document->reader) != 1)
			fault_set(document->fault, "F05", 0, NULL);
		return STEP_OVER;
	default:
		document_path(document, path, sizeof(path));
		fault_set(document->fault, "F04", document_line(document), path);
		return STEP_OVER;
	}
	if (!document->begun) {
		document->begun = true;
		check_declaration(document);
	}
	switch (xmlTextReaderNodeType(document->reader)) {
	case XML_READER_TYPE_ELEMENT:
		begin_element(document);
		break;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		take_text(document);
		break;
	case XML_READER_TYPE_DOCUMENT_TYPE:
		/* The parser, which knows the lines, is far beyond it. */
		fault_set(document->fault, "F06", 0, NULL);
		break;
	case XML_READER_TYPE_ENTITY_REFERENCE:
	case XML_READER_TYPE_ENTITY:
		fault_set(document->fault, "F06", document_line(document), NULL);
		break;
	case XML_READER_TYPE_END_ELEMENT:
		return end_element(document);
	default:
		break;
	}
	return STEP_ON;
}

bool
document_next(struct document *document)
{
	enum step now = STEP_ON;

	if (document->ended) {
		document->ended = 0;
		document->text_len = 0;
		document->text[0] = '\0';
	}
	/*
	 * A reader with a schema loses its parser's errors to the handler of the process (libxml2
	 * 2.9.14): so that one is used, for as long as we are in there.
	 */
	xmlSetStructuredErrorFunc(document, on_error);
	while (now == STEP_ON && !fault_is(document->fault))
		now = step(document);
	xmlSetStructuredErrorFunc(NULL, be_quiet);
	return now == STEP_ENDED && !fault_is(document->fault);
}

const char *
document_name(const struct document *document)
{
	return document->names[document->ended];
}

const char *
document_parent(const struct document *document)
{
	return document->ended > 1 ? document->names[document->ended - 1] : "";
}

const char *
document_text(const struct document *document)
{
	return document->text;
}

int
document_line(const struct document *document)
{
	const xmlNode *node = xmlTextReaderCurrentNode(document->reader);
	long line = node ? xmlGetLineNo(node) : 0;

	return line > 0 && line < LINE_MAX_KNOWN
		   ? (int)line
		   : xmlTextReaderGetParserLineNumber(document->reader);
}

void
document_path(const struct document *document, char *path, size_t size)
{
	size_t deepest = document->ended ? document->ended : document->depth;
	size_t len = 0;

	path[0] = '\0';
	for (size_t i = 1; i <= deepest && i <= DEPTH; i++) {
		int n = snprintf(path + len, size - len, "/%s", document->names[i]);

		if (n < 0 || (size_t)n >= size - len)
			break;
		len += (size_t)n;
	}
}
