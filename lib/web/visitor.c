#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

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

static uint8_t
find(const struct sign *signs, const char *agent)
{
	uint8_t i = 0;

	while (strstr(agent, signs[i].mark) == NULL)
		i++;
	return i;
}

static const char *
name_of(const struct sign *signs, uint8_t i)
{
	while (i > 0 && *signs->mark) {
		signs++;
		i--;
	}
	return signs->name;
}

void
visitor_pack(const struct request *request, uint8_t out[VISITOR_PACKED_LEN])
{
	const char *agent = request_param(request, "HTTP_USER_AGENT");
	struct in6_addr six;
	struct in_addr four;

	memset(out, 0, VISITOR_PACKED_LEN);
	out[0] = find(browsers, agent);
	out[1] = find(systems, agent);
	if (inet_pton(AF_INET, request->address, &four) == 1) {
		out[2] = 4;
		memcpy(out + 3, &four, 3);
	} else if (inet_pton(AF_INET6, request->address, &six) == 1) {
		out[2] = 6;
		memcpy(out + 3, &six, 6);
	}
}

/* IPv4 to /24, IPv6 to /48. */
static void
network(const uint8_t packed[VISITOR_PACKED_LEN], char out[VISITOR_NETWORK_LEN])
{
	const uint8_t *b = packed + 3;

	out[0] = '\0';
	if (packed[2] == 4)
		snprintf(out, VISITOR_NETWORK_LEN, "%d.%d.%d.*", b[0], b[1], b[2]);
	else if (packed[2] == 6)
		snprintf(out, VISITOR_NETWORK_LEN, "%x:%x:%x:*", b[0] << 8 | b[1],
		    b[2] << 8 | b[3], b[4] << 8 | b[5]);
}

void
visitor_unpack(const uint8_t packed[VISITOR_PACKED_LEN], struct visitor *visitor)
{
	snprintf(visitor->browser, sizeof visitor->browser, "%s %s",
	    name_of(browsers, packed[0]), name_of(systems, packed[1]));
	network(packed, visitor->network);
}

void
visitor_read(struct visitor *visitor, const struct request *request)
{
	uint8_t packed[VISITOR_PACKED_LEN];

	visitor_pack(request, packed);
	visitor_unpack(packed, visitor);
}

void
visitor_words(HDF *words, const char *browser, char *out, size_t size)
{
	char name[VISITOR_BROWSER_LEN], *system;
	const char *by, *on;

	snprintf(name, sizeof(name), "%s", browser);
	if ((system = strchr(name, ' ')) != NULL)
		*system++ = '\0';
	by = hdf_get_valuef(words, "Lang.browser.%s", name);
	on = hdf_get_valuef(words, "Lang.system.%s", system ? system : "other");
	snprintf(out, size, "%s %s", by ? by : "", on ? on : "");
}
