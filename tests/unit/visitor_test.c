/*
 * visitor_test.c - a visitor is told from others as far as she can recognise herself, and no further.
 */
#include "instance.h"

#include <stdlib.h>
#include <string.h>

#include "web/page.h"
#include "web/visitor.h"

static void
browsers_systems_and_networks_are_recognised(void **state)
{
	static const struct {
		const char *agent, *address, *browser, *network;
	} visitors[] = {
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
		  "Gecko) Chrome/120.0 Safari/537.36",
		    "203.0.113.77", "chrome windows", "203.0.113.*" },
		{ "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0",
		    "10.0.0.1", "edge windows", "10.0.0.*" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) "
		  "MicroMessenger/8.0.40",
		    "2001:db8:1:2:3:4:5:6", "wechat iphone", "2001:db8:1:*" },
		{ "Mozilla/5.0 (Linux; Android 13) AlipayClient/10.5", "2001:db8::1",
		    "alipay android", "2001:db8:0:*" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605", "::1",
		    "safari mac", "0:0:0:*" },
		{ "", "", "other other", "" },
		{ "<script>", "not an address", "other other", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof visitors / sizeof visitors[0]; i++) {
		char agent[256];
		char *env[] = { agent, NULL };
		FCGX_Request fcgi = { .envp = env };
		struct request request = { .fcgi = &fcgi, .address = visitors[i].address };
		struct visitor visitor;

		snprintf(agent, sizeof agent, "HTTP_USER_AGENT=%s", visitors[i].agent);
		visitor_read(&visitor, &request);
		assert_string_equal(visitor.browser, visitors[i].browser);
		assert_string_equal(visitor.network, visitors[i].network);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers_systems_and_networks_are_recognised),
	};

	return cmocka_run_group_tests_name("visitor", tests, NULL, NULL);
}
