/*
 * cards.c FOLDER - reads the photographed ID cards in it as the picture workers do, and compares with truth.json
 * (tests/sandbox/pictures/cards.mjs).  A table and what it is held against (TAP) on stdout; with -v each field that came out
 * wrong.  1: an aim was missed.
 */
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/resource.h>
#include <jansson.h>

#include <base/fail.h>
#include <photo/image.h>

static const struct image_rules rules = {
	.limits = {
		.min = 1,
		.max = 9175040,
		.pixels = 60000000,
		.edge_min = 200,
		.portrait_width = 358,
		.portrait_height = 441,
		.portrait_max = 61440,
		.side_max = 1600,
	},
};

#define QUALITIES 2
static const char *const qualities[QUALITIES] = { "good", "hard" };

/* The items of each side; per cent of them that have to be right, by quality (0: only counted). */
static const struct {
	const char *side, *name;
	double aims[QUALITIES];
} items[] = {
	{ "front", "name", { 96, 96 } },
	{ "front", "sex", { 0 } },
	{ "front", "ethnicity", { 0 } },
	{ "front", "birth_date", { 0 } },
	{ "front", "address", { 0 } },
	{ "front", "id_number", { 99.5, 99.5 } },
	{ "back", "issuer", { 0 } },
	{ "back", "id_valid_from", { 0 } },
	{ "back", "id_valid_to", { 0 } },
};
#define ITEMS (sizeof(items) / sizeof(items[0]))

static const struct {
	const char *name;
	double aims[QUALITIES];
} sides[] = {
	{ "whole front", { 90, 80 } },
	{ "whole back", { 97, 97 } },
};
#define SIDES (sizeof(sides) / sizeof(sides[0]))

#define HIDDEN 1 /* per cent of all fields that may be wrong and not marked */

struct count {
	int of, right, hidden; /* hidden: wrong, and not marked doubtful */
};

struct table {
	struct count item[ITEMS], side[SIDES];
	double seconds, slowest;
	int pictures;
};

static bool talkative;

static void *
file_bytes(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	void *data = malloc((size_t)rules.limits.max + 1);

	if (file == NULL || data == NULL) {
		perror(path);
		exit(2);
	}
	*len = fread(data, 1, (size_t)rules.limits.max + 1, file);
	fclose(file);
	return data;
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* Of ethnicities the application believes none that no list has (lib/web/picture.c). */
static bool
believed(const char *name, const char *text)
{
	static json_t *codes;
	const json_t *code;
	size_t i;

	if (codes == NULL)
		codes = json_load_file("schema/data/codes.json", 0, NULL);
	if (*text == '\0' || strcmp(name, "ethnicity") != 0)
		return *text != '\0';
	json_array_foreach(codes, i,
	    code) if (strcmp(text_of(code, "list"), "ethnicity") == 0 &&
		      strncmp(text_of(code, "name_zh"), text, strlen(text)) == 0) return true;
	return false;
}

static void
compare(const json_t *truth, const json_t *facts, struct table *table)
{
	const json_t *read = json_object_get(facts, "fields");
	const bool back = strcmp(text_of(truth, "side"), "back") == 0;
	bool whole = true;

	for (size_t i = 0; i < ITEMS; i++) {
		const json_t *field = json_object_get(read, items[i].name);
		const char *wanted = text_of(truth, items[i].name),
			   *got = text_of(field, "text");
		const bool right = strcmp(wanted, got) == 0;

		if (strcmp(items[i].side, back ? "back" : "front") != 0)
			continue;
		table->item[i].of++;
		table->item[i].right += right;
		table->item[i].hidden += !right && believed(items[i].name, got) &&
					 json_array_size(json_object_get(field, "doubt")) == 0;
		whole = whole && right;
		if (!right && talkative)
			printf("%s %s: %s, read %s\n", text_of(truth, "file"), items[i].name,
			    wanted, got);
	}
	table->side[back].of++;
	table->side[back].right += whole;
}

static double
processor(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
examine(const char *folder, const json_t *truth, struct table *table)
{
	struct image image = { .jpeg = BYTES_INIT };
	char path[4096];
	double begun, took;
	size_t len;
	void *data;
	const bool back = strcmp(text_of(truth, "side"), "back") == 0;

	snprintf(path, sizeof(path), "%s/%s", folder, text_of(truth, "file"));
	data = file_bytes(path, &len);
	begun = processor();
	if (image_normalise(&rules, back ? WIRE_ID_BACK : WIRE_ID_FRONT, data, len, &image) !=
	    WIRE_FINE)
		printf("%s is refused\n", path);
	took = processor() - begun;
	table->seconds += took;
	table->slowest = took > table->slowest ? took : table->slowest;
	table->pictures++;
	compare(truth, image.facts, table);
	image_release(&image);
	free(data);
}

static double
per_cent(int part, int of)
{
	return of ? 100.0 * part / of : 0;
}

static void
row(const char *name, const struct count *count)
{
	if (count->of > 0)
		printf("%-16s %4d of %4d  %5.1f %%   wrong and not marked %d\n", name,
		    count->right, count->of, per_cent(count->right, count->of), count->hidden);
}

/* Returns whether it was missed. */
static bool
aim(const char *quality, const char *name, bool met, const char *bound, double wanted,
    double found)
{
	printf("%s - %s pictures, %s: %s %.1f %%, found %.1f %%\n", met ? "ok" : "not ok",
	    quality, name, bound, wanted, found);
	return !met;
}

static bool
aim_least(const char *quality, const char *name, double wanted, const struct count *count)
{
	const double found = per_cent(count->right, count->of);

	return wanted > 0 && aim(quality, name, found >= wanted, "at least", wanted, found);
}

static void
show(const struct table *table, const char *quality)
{
	printf("\n%s pictures: %d, %.2f s of processor each, %.2f s at most\n", quality,
	    table->pictures, table->seconds / table->pictures, table->slowest);
	for (size_t i = 0; i < ITEMS; i++)
		row(items[i].name, &table->item[i]);
	for (size_t i = 0; i < SIDES; i++)
		row(sides[i].name, &table->side[i]);
}

/* Returns how many aims were missed. */
static int
hold(const struct table *table, size_t quality)
{
	const char *name = qualities[quality];
	struct count all = { .of = 0 };
	int missed = 0;

	for (size_t i = 0; i < ITEMS; i++) {
		all.of += table->item[i].of;
		all.hidden += table->item[i].hidden;
		missed +=
		    aim_least(name, items[i].name, items[i].aims[quality], &table->item[i]);
	}
	for (size_t i = 0; i < SIDES; i++)
		missed +=
		    aim_least(name, sides[i].name, sides[i].aims[quality], &table->side[i]);
	return missed + aim(name, "wrong and not marked", all.hidden * 100 <= HIDDEN * all.of,
			    "at most", HIDDEN, per_cent(all.hidden, all.of));
}

int
main(int argc, char **argv)
{
	char path[4096];
	json_t *all, *truth;
	size_t n;
	struct rusage usage;
	int missed = 0;

	talkative = argc == 3 && strcmp(argv[1], "-v") == 0;
	/* As lib/photo/worker.c has it. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	if (argc < 2 || fail_init() != STATUS_OK || image_init(getenv("MODELS")) != STATUS_OK)
		return 2;
	snprintf(path, sizeof(path), "%s/truth.json", argv[argc - 1]);
	all = json_load_file(path, 0, NULL);
	for (size_t q = 0; q < QUALITIES; q++) {
		struct table table = { .pictures = 0 };

		json_array_foreach(
		    all, n, truth) if (strcmp(text_of(truth, "quality"), qualities[q]) == 0)
		    examine(argv[argc - 1], truth, &table);
		if (table.pictures == 0)
			continue;
		show(&table, qualities[q]);
		missed += hold(&table, q);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("\n%ld MB resident at the peak\n", usage.ru_maxrss / 1024);
	json_decref(all);
	return missed > 0;
}
