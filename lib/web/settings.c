#include <stddef.h>

#include "base/conf.h"
#include "base/fail.h"
#include "login/captcha.h"
#include "web/settings.h"

#define DAY 86400
#define AT(member) offsetof(struct settings, member)

/* clang-format off */
static const struct {
	const char *key;
	long min, max;
	size_t at;
} numbers[] = {
	{ "Session.Secure",          0,                      1, AT(session.secure) },
	{ "Session.Idle",           60,                    DAY, AT(session.idle) },
	{ "Session.Life",           60,                    DAY, AT(session.life) },
	{ "Session.Warn",           10,                   3600, AT(session.warn) },
	{ "Session.Keep",            0,               30 * DAY, AT(session.keep) },
	{ "Form.Max",             1024,                1 << 24, AT(form.max) },
	{ "Form.MaxFiles",        1024,                1 << 28, AT(form.max_files) },
	{ "Form.Inputs",             1,                  10000, AT(form.inputs) },
	{ "Captcha.Life",           10,                   3600, AT(captcha.life) },
	{ "Captcha.Length",          3, CAPTCHA_MAX_ANSWER - 1, AT(captcha.length) },
	{ "Qr.Life",                10,                    600, AT(qr.life) },
	{ "Qr.Take",                10,                    600, AT(qr.take) },
	{ "Application.PromiseDays", 1,                    365, AT(promise_days) },
	{ "Registry.Closed",         0,                      1, AT(registry_closed) },
	{ "Operators.Stale",        60,               30 * DAY, AT(operators.stale) },
	{ "Operators.Files",         1,                  10000, AT(operators.files) },
	{ "Operators.Suspense",      1,                   1000, AT(operators.suspense) },
};

static const struct {
	const char *key;
	size_t at;
} texts[] = {
	{ "Site.Origin",      AT(origin) },
	{ "Operators.Origin", AT(operators.origin) },
	{ "Session.Cookie",   AT(session.cookie) },
	{ "Captcha.Voice",    AT(captcha.voice) },
	{ "Paper.Font",       AT(paper_font) },
};

static const struct {
	const char *key;
	size_t at;
} rates[] = {
	{ "Login.PerAccount", AT(login.per_account) },
	{ "Login.PerAddress", AT(login.per_address) },
	{ "Face.PerPerson",   AT(face.per_person) },
	{ "Face.PerAccount",  AT(face.per_account) },
	{ "Face.PerAddress",  AT(face.per_address) },
	{ "Operators.Views",  AT(operators.views) },
};
/* clang-format on */

NEOERR *
settings_init(struct settings *settings, HDF *conf)
{
	char *base = (char *)settings;
	NEOERR *err;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if ((err = conf_int(conf, numbers[i].key, numbers[i].min, numbers[i].max,
			 (long *)(void *)(base + numbers[i].at))))
			return nerr_pass(err);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if ((err = conf_text(
			 conf, texts[i].key, (const char **)(void *)(base + texts[i].at))))
			return nerr_pass(err);
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
		if ((err = throttle_rates_init(
			 (struct throttle_rates *)(void *)(base + rates[i].at), conf,
			 rates[i].key)))
			return nerr_pass(err);
	if ((err = otp_rules_init(&settings->otp, conf)) ||
	    (err = password_rules_init(&settings->password, conf)) ||
	    (err = handoff_rules_init(&settings->handoff, conf)))
		return nerr_pass(err);
	return nerr_pass(photo_limits_init(&settings->photo, conf));
}
