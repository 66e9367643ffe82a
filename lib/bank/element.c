#include <stdio.h>

#include "bank/element.h"
#include "bank/message.h"

int
element_root(xmlTextWriterPtr writer, const char *name)
{
	int bad = 0;

	bad |= xmlTextWriterSetIndent(writer, 1) < 0;
	bad |= xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL) < 0;
	bad |= xmlTextWriterStartElement(writer, BAD_CAST name) < 0;
	bad |= xmlTextWriterWriteAttribute(writer, BAD_CAST "xmlns", BAD_CAST MESSAGE_NS) < 0;
	return bad ? -1 : 0;
}

int
element_root_end(xmlTextWriterPtr writer)
{
	int bad = 0;

	bad |= xmlTextWriterEndElement(writer) < 0;
	bad |= xmlTextWriterEndDocument(writer) < 0;
	bad |= xmlTextWriterFlush(writer) < 0;
	return bad ? -1 : 0;
}

int
element_put(xmlTextWriterPtr writer, const char *name, const char *text)
{
	return xmlTextWriterWriteElement(writer, BAD_CAST name, BAD_CAST text) < 0 ? -1 : 0;
}

int
element_put_number(xmlTextWriterPtr writer, const char *name, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	return element_put(writer, name, text);
}
