/*
 * portraits.c FOLDER - judges the drawn portraits in it as the picture workers do: a table of defect × verdict on stdout
 * (tests/sandbox/pictures/portraits.mjs), and what each said with -v.  1: not each was told what it should be (TAP).
 */
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jansson.h>

#include <base/conf.h>
#include <base/fail.h>
#include <photo/image.h>

static struct image_rules rules;
static bool talkative;

struct row {
	const char *defect;
	int of, right, refused, warned;
	json_t *reasons; /* key → how often */
};

/* What is to be said of each defect; of none other anything. */
static const struct {
	const char *defect, *list, *key;
} wanted[] = {
	{ "none", "refuse", "portrait_none" },
	{ "two_faces", "refuse", "portrait_many" },
	{ "small", "refuse", "portrait_small" },
	{ "cut_top", "refuse", "portrait_cut" },
	{ "cut_side", "refuse", "portrait_cut" },
	{ "background", "refuse", "portrait_background" },
	{ "dark_background", "refuse", "portrait_background" },
	{ "grey", "refuse", "portrait_grey" },
	{ "dark", "refuse", "portrait_dark" },
	{ "bright", "refuse", "portrait_bright" },
	{ "blurred", "refuse", "portrait_blurred" },
	{ "soft", "warn", "portrait_soft" },
	{ "tilted", "warn", "portrait_tilted" },
	{ "glasses", "warn", "portrait_glasses" },
	{ "sunglasses", "warn", "portrait_glasses" },
	{ "mask", "warn", "portrait_mask" },
	{ "hat", "warn", "portrait_hat" },
	{ "glare", "warn", "portrait_glare" },
};

static bool
says(const json_t *facts, const char *list, const char *key)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(facts, list), i,
	    item) if (strcmp(json_string_value(item), key) == 0) return true;
	return false;
}

static bool
is_right(const char *defect, const json_t *facts)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (strcmp(wanted[i].defect, defect) == 0)
			return says(facts, wanted[i].list, wanted[i].key);
	return json_object_get(facts, "refuse") == NULL &&
	       json_object_get(facts, "warn") == NULL;
}

static void
count_reasons(struct row *row, const json_t *facts)
{
	static const char *const lists[] = { "refuse", "warn" };
	const json_t *item;
	size_t i;

	for (size_t l = 0; l < 2; l++)
		json_array_foreach(json_object_get(facts, lists[l]), i, item)
		{
			const char *key = json_string_value(item);

			json_object_set_new(row->reasons, key,
			    json_integer(
				1 + json_integer_value(json_object_get(row->reasons, key))));
		}
}

static void
judge(const char *folder, const char *name, struct row *row)
{
	struct image image = { .jpeg = BYTES_INIT };
	char path[4096], *text;
	FILE *file;
	void *data = malloc((size_t)rules.limits.max);
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (data == NULL || (file = fopen(path, "re")) == NULL) {
		perror(path);
		exit(2);
	}
	len = fread(data, 1, (size_t)rules.limits.max, file);
	fclose(file);
	row->of++;
	if (image_normalise(&rules, WIRE_PORTRAIT, data, len, &image) != WIRE_FINE)
		printf("%s is no picture\n", path);
	row->right += is_right(row->defect, image.facts);
	row->refused += json_object_get(image.facts, "refuse") != NULL;
	row->warned += json_object_get(image.facts, "warn") != NULL;
	count_reasons(row, image.facts);
	if (talkative && (text = json_dumps(image.facts, JSON_COMPACT)) != NULL) {
		printf("%s %zu bytes %s\n", name, image.jpeg.len, text);
		free(text);
	}
	image_release(&image);
	free(data);
}

int
main(int argc, char **argv)
{
	struct row rows[64] = { { .defect = NULL } };
	size_t n, count = 0;
	int wrong = 0;
	char path[4096];
	HDF *conf = NULL;
	json_t *all, *item;
	clock_t begun;

	talkative = argc == 3 && strcmp(argv[1], "-v") == 0;
	if (argc < 2 || fail_init() != STATUS_OK || conf_load(&conf) != STATUS_OK ||
	    photo_limits_init(&rules.limits, conf) != STATUS_OK ||
	    portrait_rules_init(&rules.portrait, conf) != STATUS_OK ||
	    image_init(getenv("MODELS")) != STATUS_OK)
		return 2;
	snprintf(path, sizeof(path), "%s/portraits.json", argv[argc - 1]);
	all = json_load_file(path, 0, NULL);
	begun = clock();
	json_array_foreach(all, n, item)
	{
		const char *defect = json_string_value(json_object_get(item, "defect"));
		size_t r = 0;

		defect = defect ? defect : "(suitable)";
		while (r < count && strcmp(rows[r].defect, defect) != 0)
			r++;
		if (r == count)
			rows[count++] =
			    (struct row) { .defect = defect, .reasons = json_object() };
		judge(
		    argv[argc - 1], json_string_value(json_object_get(item, "file")), &rows[r]);
	}
	printf("%-18s %4s %6s %8s %7s  %s\n", "defect", "of", "right", "refused", "warned",
	    "reasons");
	for (size_t r = 0; r < count; r++) {
		const char *key;

		wrong += rows[r].of - rows[r].right;
		printf("%-18s %4d %6d %8d %7d ", rows[r].defect, rows[r].of, rows[r].right,
		    rows[r].refused, rows[r].warned);
		json_object_foreach(rows[r].reasons, key, item)
		    printf(" %s %d", key, (int)json_integer_value(item));
		printf("\n");
		json_decref(rows[r].reasons);
	}
	printf("%.3f s of processor each\n",
	    (double)(clock() - begun) / CLOCKS_PER_SEC /
		(double)(json_array_size(all) ? json_array_size(all) : 1));
	printf("%s - portraits are told what is wrong with them, and nothing else\n",
	    wrong ? "not ok" : "ok");
	json_decref(all);
	return wrong > 0;
}
