#include <string.h>

#include "apply/words.h"
#include "base/log.h"
#include "login/offer.h"
#include "login/provider.h"

static const struct {
	const char *name;
	const char *needs;                            /* words: keys of the configuration */
	bool (*ready)(HDF *conf, const char **lacks); /* says so itself; NULL: by its keys */
} ways[] = {
	{ OFFER_ACCOUNT, "", NULL },
	{ "qr", "", NULL },
	{ OFFER_OTHER, "", provider_any },
	{ OFFER_FACE, "Face.Url Face.Key", NULL },
	{ OFFER_SMS, "Sms.Url", NULL },
	{ "wechat", "Wechat.Url Wechat.AppId Wechat.Secret", NULL },
};

bool
offer_ready(HDF *conf, const char *name, const char **lacks)
{
	char key[WORDS_MAX];

	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		const char *needs = ways[i].needs;

		if (strcmp(ways[i].name, name) != 0)
			continue;
		if (ways[i].ready)
			return ways[i].ready(conf, lacks);
		while (words_next(&needs, key)) {
			if (*hdf_get_value(conf, key, "") != '\0')
				continue;
			if (lacks)
				*lacks = ways[i].needs;
			return false;
		}
		return true;
	}
	if (lacks)
		*lacks = "a way of that name";
	return false;
}

static void
log_lack(const char *channel, const char *way, const char *lacks)
{
	log_line("warn", "login_not_offered",
	    (struct log_item[]) {
		LOG_TEXT("channel", channel), LOG_TEXT("way", way), LOG_TEXT("lacks", lacks) },
	    3);
}

void
offer_log(HDF *conf, const struct flows *flows)
{
	const struct flow *flow;
	const char *lacks, *key;

	for (size_t i = 0; (flow = flows_each(flows, i)) != NULL; i++) {
		const char *names = flow->ways;
		char name[WORDS_MAX];

		while (words_next(&names, name))
			if (!offer_ready(conf, name, &lacks))
				log_lack(flow->channel, name, lacks);
	}
	for (size_t n = 0; provider_row(conf, n, &key, &lacks); n++)
		if (lacks)
			log_lack("", key, lacks);
}
