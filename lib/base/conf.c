/*
 * conf.c - the configuration, read once at start.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/fail.h"

static const char *
conf_path(void)
{
	const char *path = getenv("SBK_CONF");

	return path != NULL && path[0] != '\0' ? path : "/etc/sbk/sbk.hdf";
}

/* The error that was raised first: the others of the chain only passed it up. */
static const NEOERR *
origin(const NEOERR *err)
{
	while (err != INTERNAL_ERR && err->next != NULL && err->next != INTERNAL_ERR)
		err = err->next;
	return err;
}

/*
 * The parser's "[file:line] …" without what follows: that quotes the line, and the
 * line may hold a password.
 */
static NEOERR *
unreadable(const char *path, NEOERR *err)
{
	const NEOERR *first = origin(err);
	const char *desc = first == INTERNAL_ERR ? "" : first->desc;
	const char *end = desc[0] == '[' ? strchr(desc, ']') : NULL;
	NEOERR *told;

	told = end != NULL ? nerr_raise(FAIL_CONFIG, "%s: not understood at %.*s", path,
				 (int)(end - desc + 1), desc)
			   : nerr_raise(FAIL_CONFIG, "%s: %s", path, desc);
	nerr_ignore(&err);
	return told;
}

NEOERR *
conf_load(HDF **conf)
{
	const char *path = conf_path();
	const char *slash = strrchr(path, '/');
	char *folder = NULL;
	HDF *hdf = NULL;
	NEOERR *err;

	err = hdf_init(&hdf);
	if (err != STATUS_OK)
		return nerr_pass(err);
	/* So that "#include" names files beside the first one, wherever that lies. */
	folder = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup("./");
	if (folder == NULL) {
		err = nerr_raise(NERR_NOMEM, "conf");
		goto out;
	}
	err = hdf_set_value(hdf, "hdf.loadpaths.0", folder);
	if (err != STATUS_OK) {
		err = nerr_pass(err);
		goto out;
	}
	err = hdf_read_file(hdf, path);
	if (err != STATUS_OK) {
		err = unreadable(path, err);
		goto out;
	}
	err = nerr_pass(hdf_remove_tree(hdf, "hdf"));
	if (err != STATUS_OK)
		goto out;
	*conf = hdf;
	hdf = NULL;
out:
	hdf_destroy(&hdf);
	free(folder);
	return err;
}

NEOERR *
conf_text(HDF *conf, const char *key, const char **value)
{
	const char *found = hdf_get_value(conf, key, "");

	if (found[0] == '\0')
		return nerr_raise(FAIL_CONFIG, "%s is missing in %s", key, conf_path());
	*value = found;
	return STATUS_OK;
}

NEOERR *
conf_int(HDF *conf, const char *key, long min, long max, long *value)
{
	const char *text;
	char *end;
	long number;
	NEOERR *err;

	err = conf_text(conf, key, &text);
	if (err != STATUS_OK)
		return nerr_pass(err);
	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || *end != '\0' || strspn(text, "-0123456789") != strlen(text) ||
	    number < min || number > max)
		return nerr_raise(FAIL_CONFIG, "%s is not a number from %ld to %ld in %s", key,
		    min, max, conf_path());
	*value = number;
	return STATUS_OK;
}
