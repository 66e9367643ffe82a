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

struct page;

void visitor_read(struct visitor *visitor, const struct request *request);

/* "Chrome（Windows）" in the page's words. */
void visitor_words(const struct page *page, const char *browser, char *out, size_t size);

#endif
