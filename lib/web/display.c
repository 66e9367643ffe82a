#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "web/display.h"

#define COOKIE "view"
#define COOKIE_SECONDS 31536000
#define MAX_VALUES 3

static const struct {
	const char *name;
	const char *values[MAX_VALUES]; /* the usual one first */
} sets[DISPLAY_SETS] = {
	[DISPLAY_MODE] = { "mode", { "standard", "care" } },
	[DISPLAY_THEME] = { "theme", { "auto", "light", "dark" } },
	[DISPLAY_CONTRAST] = { "contrast", { "normal", "high" } },
	[DISPLAY_LANG] = { "lang", { "zh-CN", "en" } },
};

static bool
choose(struct display *display, const char *name, size_t name_len, const char *value)
{
	for (int i = 0; i < DISPLAY_SETS; i++) {
		if (strlen(sets[i].name) != name_len ||
		    strncmp(sets[i].name, name, name_len) != 0)
			continue;
		for (int k = 0; k < MAX_VALUES && sets[i].values[k]; k++)
			if (strcmp(sets[i].values[k], value) == 0) {
				display->choice[i] = k;
				return true;
			}
	}
	return false;
}

bool
display_choose(struct display *display, const char *setting)
{
	const char *equals = strchr(setting, '=');

	return equals && choose(display, setting, (size_t)(equals - setting), equals + 1);
}

/* The cookie: the values in the order of the table, "care.dark.normal.en". */
void
display_read(struct display *display, const struct request *request)
{
	char cookie[64], *p = cookie;

	*display = (struct display) { .choice = { 0 } };
	if (request_cookie(request, COOKIE, cookie, sizeof cookie) == NULL)
		return;
	for (int i = 0; i < DISPLAY_SETS && p; i++) {
		char *value = strsep(&p, ".");

		choose(display, sets[i].name, strlen(sets[i].name), value);
	}
}

NEOERR *
display_cookie(const struct display *display, struct request *request)
{
	char line[160];

	snprintf(line, sizeof line,
	    COOKIE "=%s.%s.%s.%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax",
	    sets[0].values[display->choice[0]], sets[1].values[display->choice[1]],
	    sets[2].values[display->choice[2]], sets[3].values[display->choice[3]],
	    COOKIE_SECONDS);
	return nerr_pass(request_header(request, "Set-Cookie", line));
}

NEOERR *
display_fill(const struct display *display, HDF *hdf)
{
	NEOERR *err;

	for (int i = 0; i < DISPLAY_SETS; i++)
		if ((err = hdf_set_valuef(
			 hdf, "Page.%s=%s", sets[i].name, sets[i].values[display->choice[i]])))
			return nerr_pass(err);
	return STATUS_OK;
}

NEOERR *
display_words(HDF *words)
{
	int n = 0;
	NEOERR *err;

	for (int i = 0; i < DISPLAY_SETS; i++)
		for (int k = 0; k < MAX_VALUES && sets[i].values[k]; k++, n++) {
			const char *value = sets[i].values[k];
			const char *label = hdf_get_valuef(words, "Lang.display.%s", value);

			if ((err = hdf_set_valuef(
				 words, "Display.%d.set=%s=%s", n, sets[i].name, value)) ||
			    (err = hdf_set_valuef(
				 words, "Display.%d.group=%s", n, sets[i].name)) ||
			    (err = hdf_set_valuef(words, "Display.%d.value=%s", n, value)) ||
			    (err = hdf_set_valuef(
				 words, "Display.%d.label=%s", n, label ? label : value)) ||
			    (i == DISPLAY_LANG &&
				(err = hdf_set_valuef(words, "Display.%d.lang=%s", n, value))))
				return nerr_pass(err);
		}
	return STATUS_OK;
}

bool
display_asked(const struct form *query, char *out, size_t size)
{
	for (int i = 0; i < DISPLAY_SETS; i++) {
		const char *value = form_text(query, sets[i].name);

		if (value && snprintf(out, size, "%s=%s", sets[i].name, value) < (int)size)
			return true;
	}
	return false;
}
