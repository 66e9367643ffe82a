/*
 * visitor.h - with what and from where a request came, as far as a citizen can recognise it and no further.
 */
#ifndef SBK_VISITOR_H
#define SBK_VISITOR_H

#include "web/request.h"

#define VISITOR_BROWSER_LEN 24
#define VISITOR_NETWORK_LEN 40

struct visitor {
	char browser
	    [VISITOR_BROWSER_LEN]; /* "chrome windows": keys of Lang.browser and Lang.system */
	char network[VISITOR_NETWORK_LEN]; /* "203.0.113.*", "2001:db8:1:*" */
};

/* The same in few bytes: browser(1) | system(1) | 4, 6 or 0(1) | the network's first bytes(6, zeros after them). */
#define VISITOR_PACKED_LEN 9

void visitor_pack(const struct request *request, uint8_t out[VISITOR_PACKED_LEN]);

/* What no visitor_pack has made is "other", and has no network. */
void visitor_unpack(const uint8_t packed[VISITOR_PACKED_LEN], struct visitor *visitor);

void visitor_read(struct visitor *visitor, const struct request *request);

/* "Chrome Windows" in the words of a language: struct visitor's browser. */
void visitor_words(HDF *words, const char *browser, char *out, size_t size);

#endif
