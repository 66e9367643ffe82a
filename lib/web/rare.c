#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/utf8.h"
#include "web/rare.h"

struct found {
	uint32_t points[RARE_MAX];
	size_t count;
};

static bool
rare(uint32_t point)
{
	return (point >= 0x3400 && point <= 0x4DBF) || (point >= 0x9FA6 && point <= 0x9FFF) ||
	       (point >= 0x20000 && point <= 0x3FFFD);
}

/* False: there is no room for more. */
static bool
add(struct found *found, uint32_t point)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->points[i] == point)
			return true;
	if (found->count == RARE_MAX)
		return false;
	found->points[found->count++] = point;
	return true;
}

static void
look(const char *text, struct found *found)
{
	uint32_t point;

	while ((point = utf8_next(&text)) != 0)
		if (rare(point) && !add(found, point))
			return;
}

static void
walk(HDF *hdf, struct found *found)
{
	for (HDF *node = hdf_obj_child(hdf); node != NULL; node = hdf_obj_next(node)) {
		if (hdf_obj_value(node) != NULL)
			look(hdf_obj_value(node), found);
		walk(node, found);
	}
}

NEOERR *
rare_show(HDF *hdf)
{
	struct found found = { .count = 0 };
	char list[RARE_MAX * sizeof "3fffd"], *out = list;

	walk(hdf, &found);
	if (found.count == 0)
		return STATUS_OK;
	for (size_t i = 0; i < found.count; i++)
		out += sprintf(out, i ? "-%x" : "%x", found.points[i]);
	return nerr_pass(hdf_set_value(hdf, "Page.rare", list));
}

size_t
rare_read(const char *list, uint32_t points[RARE_MAX])
{
	for (size_t count = 0; count < RARE_MAX; list++) {
		const size_t digits = strspn(list, "0123456789abcdef");
		const uint32_t point = digits <= 5 ? (uint32_t)strtoul(list, NULL, 16) : 0;

		list += digits;
		if (digits == 0 || !rare(point) || (*list != '\0' && *list != '-'))
			return 0;
		points[count++] = point;
		if (*list == '\0')
			return count;
	}
	return 0;
}
