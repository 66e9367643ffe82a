#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "web/page.h"
#include "web/visitor.h"

struct sign {
	const char *mark; /* in the User-Agent */
	const char *name;
};

/* The first that is found: many claim to be others as well. */
static const struct sign browsers[] = {
	{ "MicroMessenger/", "wechat" },
	{ "AlipayClient/", "alipay" },
	{ "baiduboxapp/", "baidu" },
	{ "Edg", "edge" },
	{ "Firefox/", "firefox" },
	{ "Chrome/", "chrome" },
	{ "Safari/", "safari" },
	{ "", "other" },
};

static const struct sign systems[] = {
	{ "iPhone", "iphone" },
	{ "iPad", "ipad" },
	{ "HarmonyOS", "harmony" },
	{ "Android", "android" },
	{ "Windows", "windows" },
	{ "Mac OS X", "mac" },
	{ "Linux", "linux" },
	{ "", "other" },
};

static const char *
name_of(const struct sign *signs, const char *agent)
{
	while (strstr(agent, signs->mark) == NULL)
		signs++;
	return signs->name;
}

/* IPv4 to /24, IPv6 to /48. */
static void
network(const char *address, char out[VISITOR_NETWORK_LEN])
{
	struct in6_addr six;
	struct in_addr four;

	out[0] = '\0';
	if (inet_pton(AF_INET, address, &four) == 1) {
		const uint8_t *b = (const uint8_t *)&four.s_addr;

		snprintf(out, VISITOR_NETWORK_LEN, "%d.%d.%d.*", b[0], b[1], b[2]);
	} else if (inet_pton(AF_INET6, address, &six) == 1) {
		const uint8_t *b = six.s6_addr;

		snprintf(out, VISITOR_NETWORK_LEN, "%x:%x:%x:*", b[0] << 8 | b[1],
		    b[2] << 8 | b[3], b[4] << 8 | b[5]);
	}
}

void
visitor_read(struct visitor *visitor, const struct request *request)
{
	const char *agent = request_param(request, "HTTP_USER_AGENT");

	snprintf(visitor->browser, sizeof visitor->browser, "%s %s", name_of(browsers, agent),
	    name_of(systems, agent));
	network(request->address, visitor->network);
}

void
visitor_words(const struct page *page, const char *browser, char *out, size_t size)
{
	char name[VISITOR_BROWSER_LEN], *system;

	snprintf(name, sizeof name, "%s", browser);
	if ((system = strchr(name, ' ')) != NULL)
		*system++ = '\0';
	snprintf(out, size, "%s %s", page_word(page, "browser.%s", name),
	    page_word(page, "system.%s", system ? system : "other"));
}
