/*
 * element.h - the elements that we write; each gives 0 or -1, so that many are ored and asked once.
 */
#ifndef SBK_ELEMENT_H
#define SBK_ELEMENT_H

#include <stdint.h>
#include <libxml/xmlwriter.h>

/* The beginning of a document of the exchange's namespace, indented, and its end. */
int element_root(xmlTextWriterPtr writer, const char *name);
int element_root_end(xmlTextWriterPtr writer);

int element_put(xmlTextWriterPtr writer, const char *name, const char *text);
int element_put_number(xmlTextWriterPtr writer, const char *name, int64_t number);

#endif
