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
#include "web/templates.h"

#define MAX_PARSED 16
#define STATIC_HASH_BYTES 8

const char *const templates_languages[TEMPLATES_LANGUAGES] = { "zh-CN", "en" };

struct templates {
	const char *dir; /* borrowed from conf */
	HDF *base;       /* what cs_init wants to see: escape mode, load path */
	HDF *language[TEMPLATES_LANGUAGES];
	struct {
		char name[32];
		CSPARSE *cs;
	} parsed[MAX_PARSED];
	size_t count;
	long watch;
	struct timespec newest;
	char static_path[64];
};

static NEOERR *
load_languages(struct templates *t)
{
	char path[PATH_MAX];
	NEOERR *err;

	for (int i = 0; i < TEMPLATES_LANGUAGES; i++) {
		hdf_destroy(&t->language[i]);
		snprintf(path, sizeof path, "%s/lang/%s.hdf", t->dir, templates_languages[i]);
		if ((err = hdf_init(&t->language[i])) ||
		    (err = hdf_read_file(t->language[i], path)))
			return nerr_pass(err);
	}
	return STATUS_OK;
}

/* Content decides: a changed file changes the path of all of them, so nothing stale is ever cached. */
static NEOERR *
hash_static(struct templates *t, const char *dir)
{
	static const char *const files[] = { "app.css", "app.js", "favicon.svg",
		"node_modules/weui/dist/style/weui.min.css" };
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
	for (int i = 0; i < TEMPLATES_LANGUAGES; i++)
		hdf_destroy(&(*t)->language[i]);
	hdf_destroy(&(*t)->base);
	free(*t);
	*t = NULL;
}

static bool
later(struct timespec a, struct timespec b)
{
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

/* In development: forget all when any file is newer than what was last seen. */
static NEOERR *
look_for_changes(struct templates *t)
{
	static const char *const folders[] = { "", "/lang" };
	struct timespec newest = t->newest;
	char path[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	bool seen_before = t->newest.tv_sec != 0;

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
	t->newest = newest;
	if (!seen_before)
		return STATUS_OK;
	forget(t);
	return nerr_pass(load_languages(t));
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
templates_render(struct templates *t, const char *name, int language, HDF *hdf, STRING *out)
{
	CSPARSE *cs = NULL;
	NEOERR *err;

	if (t->watch && (err = look_for_changes(t)))
		return nerr_pass(err);
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->parsed[i].name, name) == 0)
			cs = t->parsed[i].cs;
	if (cs == NULL && (err = parse(t, name, &cs)))
		return nerr_pass(err);
	cs->hdf = hdf;
	cs->global_hdf = t->language[language];
	err = cs_render(cs, out, append);
	cs->hdf = t->base;
	cs->global_hdf = NULL;
	return nerr_pass(err);
}

HDF *
templates_language(const struct templates *t, int language)
{
	return t->language[language];
}

const char *
templates_static(const struct templates *t)
{
	return t->static_path;
}
