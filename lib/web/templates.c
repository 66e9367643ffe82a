#include <dirent.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/fail.h"
#include "base/seal.h"
#include "web/display.h"
#include "web/templates.h"

#define MAX_PARSED 16
#define MAX_CHANNELS 8
#define STATIC_HASH_BYTES 8

const char *const templates_languages[TEMPLATES_LANGUAGES] = { "zh-CN", "en" };

/* What the static files are called on a page: Asset.<name>. */
static const struct {
	const char *name, *file;
} assets[] = {
	{ "weui", "weui.css" },
	{ "app", "app.css" },
	{ "dark", "dark.css" },
	{ "contrast", "contrast.css" },
	{ "js", "app.js" },
	{ "icon", "favicon.svg" },
};

struct words {
	int language;
	const char *channel; /* borrowed from tree */
	HDF *tree;
};

struct templates {
	const char *dir; /* borrowed from conf */
	HDF *base;       /* what cs_init wants to see: escape mode, load path */
	struct words words[TEMPLATES_LANGUAGES * MAX_CHANNELS];
	size_t words_count;
	unsigned generation;
	struct {
		char name[32];
		CSPARSE *cs;
	} parsed[MAX_PARSED];
	size_t count;
	long watch;
	struct timespec newest;
	char static_path[64];
};

/* Reads a language once more and lays the n-th channel's words over the general ones; *more: there was one. */
static NEOERR *
load_words(struct templates *t, int language, int n, bool *more)
{
	struct words *words = &t->words[t->words_count];
	char path[PATH_MAX];
	HDF *channel;
	NEOERR *err;

	snprintf(path, sizeof path, "%s/lang/%s.hdf", t->dir, templates_languages[language]);
	if ((err = hdf_init(&words->tree)) || (err = hdf_read_file(words->tree, path)))
		goto out;
	for (channel = hdf_get_child(words->tree, "Lang.channel"); channel && n > 0; n--)
		channel = hdf_obj_next(channel);
	if ((*more = channel != NULL) == false)
		goto out;
	if (t->words_count + 1 == sizeof t->words / sizeof t->words[0]) {
		err = nerr_raise(FAIL_CONFIG, "more than %d channels", MAX_CHANNELS);
		goto out;
	}
	if ((err = hdf_copy(words->tree, "Lang", channel)))
		goto out;
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++)
		if ((err = hdf_set_valuef(words->tree, "Asset.%s=%s%s", assets[i].name,
			 t->static_path, assets[i].file)))
			goto out;
	if ((err = display_words(words->tree)))
		goto out;
	words->language = language;
	words->channel = hdf_obj_name(channel);
	t->words_count++;
	return STATUS_OK;
out:
	hdf_destroy(&words->tree);
	return nerr_pass(err);
}

static void
forget_words(struct templates *t)
{
	while (t->words_count > 0)
		hdf_destroy(&t->words[--t->words_count].tree);
}

static NEOERR *
load_languages(struct templates *t)
{
	bool more;
	NEOERR *err;

	forget_words(t);
	t->generation++;
	for (int language = 0; language < TEMPLATES_LANGUAGES; language++)
		for (int n = 0, go = 1; go; n++) {
			if ((err = load_words(t, language, n, &more)))
				return nerr_pass(err);
			go = more;
		}
	return t->words_count > 0 ? STATUS_OK : nerr_raise(FAIL_CONFIG, "no Lang.channel");
}

/* Content decides: a changed file changes the path of all of them, so nothing stale is ever cached. */
static NEOERR *
hash_static(struct templates *t, const char *dir)
{
	static const char *const files[] = { "app.css", "app.js", "favicon.svg", "weui.css" };
	struct dirent **list = NULL;
	unsigned char digest[EVP_MAX_MD_SIZE], block[16384];
	char path[PATH_MAX], hex[2 * STATIC_HASH_BYTES + 1];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int n = scandir(dir, &list, NULL, alphasort), known = sizeof files / sizeof files[0];
	FILE *f;
	size_t got;
	NEOERR *err = STATUS_OK;

	if (md == NULL || n < 0 || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		err = nerr_raise(FAIL_CONFIG, "Htdocs.Dir %s cannot be read", dir);
	for (int i = 0; err == STATUS_OK && i < n + known; i++) {
		snprintf(
		    path, sizeof path, "%s/%s", dir, i < n ? list[i]->d_name : files[i - n]);
		if (i < n && strstr(path, ".js") == NULL && strstr(path, ".css") == NULL)
			continue;
		if ((f = fopen(path, "r")) == NULL) {
			err = nerr_raise(FAIL_CONFIG, "static file %s is missing", path);
			break;
		}
		while ((got = fread(block, 1, sizeof block, f)) > 0)
			EVP_DigestUpdate(md, block, got);
		fclose(f);
	}
	if (err == STATUS_OK && EVP_DigestFinal_ex(md, digest, NULL) != 1)
		err = nerr_raise(FAIL_CRYPTO, "hash of the static files");
	if (err == STATUS_OK) {
		seal_hex(digest, STATIC_HASH_BYTES, hex);
		snprintf(t->static_path, sizeof t->static_path, "/static/%s/", hex);
	}
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
	EVP_MD_CTX_free(md);
	return err;
}

NEOERR *
templates_init(struct templates **out, HDF *conf)
{
	struct templates *t = calloc(1, sizeof *t);
	const char *htdocs;
	NEOERR *err;

	if (t == NULL)
		return nerr_raise(NERR_NOMEM, "templates");
	if ((err = conf_text(conf, "Templates.Dir", &t->dir)) ||
	    (err = conf_int(conf, "Templates.Watch", 0, 1, &t->watch)) ||
	    (err = conf_text(conf, "Htdocs.Dir", &htdocs)) || (err = hash_static(t, htdocs)) ||
	    (err = load_languages(t)) || (err = hdf_init(&t->base)) ||
	    (err = hdf_set_value(t->base, "Config.VarEscapeMode", "html")) ||
	    (err = hdf_set_value(t->base, "hdf.loadpaths.0", t->dir))) {
		templates_free(&t);
		return nerr_pass(err);
	}
	*out = t;
	return STATUS_OK;
}

static void
forget(struct templates *t)
{
	while (t->count > 0)
		cs_destroy(&t->parsed[--t->count].cs);
}

void
templates_free(struct templates **t)
{
	if (*t == NULL)
		return;
	forget(*t);
	forget_words(*t);
	hdf_destroy(&(*t)->base);
	free(*t);
	*t = NULL;
}

static bool
later(struct timespec a, struct timespec b)
{
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

/* Forgets all when any file is newer than what was last seen. */
NEOERR *
templates_fresh(struct templates *t)
{
	static const char *const folders[] = { "", "/lang" };
	struct timespec newest = t->newest;
	char path[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	bool seen_before = t->newest.tv_sec != 0;
	NEOERR *err;

	if (!t->watch)
		return STATUS_OK;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		DIR *dir;

		snprintf(path, sizeof path, "%s%s", t->dir, folders[i]);
		if ((dir = opendir(path)) == NULL)
			continue;
		while ((entry = readdir(dir)) != NULL)
			if (fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 &&
			    later(st.st_mtim, newest))
				newest = st.st_mtim;
		closedir(dir);
	}
	if (!later(newest, t->newest))
		return STATUS_OK;
	if (seen_before) {
		forget(t);
		/* Seen only when it is read: an error stays one until it is mended. */
		if ((err = load_languages(t)))
			return nerr_pass(err);
	}
	t->newest = newest;
	return STATUS_OK;
}

static NEOERR *
parse(struct templates *t, const char *name, CSPARSE **cs)
{
	char file[64];
	NEOERR *err;

	if (t->count == MAX_PARSED || strlen(name) >= sizeof t->parsed[0].name)
		return nerr_raise(NERR_ASSERT, "template %s", name);
	snprintf(file, sizeof file, "%s.cs", name);
	if ((err = cs_init(cs, t->base)) || (err = cgi_register_strfuncs(*cs)) ||
	    (err = cs_parse_file(*cs, file))) {
		cs_destroy(cs);
		return nerr_pass(err);
	}
	memcpy(t->parsed[t->count].name, name, strlen(name) + 1);
	t->parsed[t->count++].cs = *cs;
	return STATUS_OK;
}

/* Definitions of macros leave blank lines before the page begins. */
static NEOERR *
append(void *context, char *text)
{
	STRING *out = context;

	return nerr_pass(string_append(out, out->len == 0 ? text + strspn(text, "\n") : text));
}

NEOERR *
templates_render(struct templates *t, const char *name, HDF *words, HDF *hdf, STRING *out)
{
	CSPARSE *cs = NULL;
	NEOERR *err;

	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->parsed[i].name, name) == 0)
			cs = t->parsed[i].cs;
	if (cs == NULL && (err = parse(t, name, &cs)))
		return nerr_pass(err);
	cs->hdf = hdf;
	cs->global_hdf = words;
	err = cs_render(cs, out, append);
	cs->hdf = t->base;
	cs->global_hdf = NULL;
	return nerr_pass(err);
}

HDF *
templates_words(const struct templates *t, int language, const char *channel)
{
	for (size_t i = 0; i < t->words_count; i++)
		if (t->words[i].language == language &&
		    strcmp(t->words[i].channel, channel) == 0)
			return t->words[i].tree;
	return t->words[0].tree;
}

NEOERR *
templates_each_words(struct templates *t,
    NEOERR *(*each)(HDF *words, int language, void *context), void *context)
{
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; err == STATUS_OK && i < t->words_count; i++)
		err = each(t->words[i].tree, t->words[i].language, context);
	return nerr_pass(err);
}

unsigned
templates_generation(const struct templates *t)
{
	return t->generation;
}
