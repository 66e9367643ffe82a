/*
 * cards.c FOLDER - reads the photographed ID cards in it as the picture workers do, and compares with truth.json
 * (tests/sandbox/pictures/cards.mjs).  A table on stdout; with -v each field that came out wrong.
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

/* The items of each side; with a mark, whether the models know all characters is asked. */
static const struct {
	const char *side, *name;
} items[] = {
	{ "front", "name" },
	{ "front", "sex" },
	{ "front", "ethnicity" },
	{ "front", "birth_date" },
	{ "front", "address" },
	{ "front", "id_number" },
	{ "back", "issuer" },
	{ "back", "id_valid_from" },
	{ "back", "id_valid_to" },
};
#define ITEMS (sizeof(items) / sizeof(items[0]))

struct count {
	int of, right, hidden; /* hidden: wrong, and not marked doubtful */
};

struct table {
	struct count item[ITEMS], side[2];
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
		table->item[i].hidden +=
		    !right && *got && json_array_size(json_object_get(field, "doubt")) == 0;
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

static void
row(const char *name, const struct count *count)
{
	if (count->of > 0)
		printf("%-16s %4d of %4d  %5.1f %%   wrong and not marked %d\n", name,
		    count->right, count->of, 100.0 * count->right / count->of, count->hidden);
}

int
main(int argc, char **argv)
{
	static const char *const qualities[] = { "good", "hard" };
	char path[4096];
	json_t *all, *truth;
	size_t n;
	struct rusage usage;

	talkative = argc == 3 && strcmp(argv[1], "-v") == 0;
	/* As lib/photo/worker.c has it. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	if (argc < 2 || fail_init() != STATUS_OK || image_init(getenv("MODELS")) != STATUS_OK)
		return 2;
	snprintf(path, sizeof(path), "%s/truth.json", argv[argc - 1]);
	all = json_load_file(path, 0, NULL);
	for (size_t q = 0; q < 2; q++) {
		struct table table = { .pictures = 0 };

		json_array_foreach(
		    all, n, truth) if (strcmp(text_of(truth, "quality"), qualities[q]) == 0)
		    examine(argv[argc - 1], truth, &table);
		if (table.pictures == 0)
			continue;
		printf("\n%s pictures: %d, %.2f s of processor each, %.2f s at most\n",
		    qualities[q], table.pictures, table.seconds / table.pictures,
		    table.slowest);
		for (size_t i = 0; i < ITEMS; i++)
			row(items[i].name, &table.item[i]);
		row("whole front", &table.side[0]);
		row("whole back", &table.side[1]);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("\n%ld MB resident at the peak\n", usage.ru_maxrss / 1024);
	json_decref(all);
	return 0;
}
