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

bool
rare_in(const char *text)
{
	struct found found = { .count = 0 };

	look(text, &found);
	return found.count > 0;
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
	STRING list;
	NEOERR *err = STATUS_OK;

	walk(hdf, &found);
	if (found.count == 0)
		return STATUS_OK;
	string_init(&list);
	for (size_t i = 0; i < found.count && err == STATUS_OK; i++)
		err = string_appendf(&list, i ? "-%x" : "%x", found.points[i]);
	if (err == STATUS_OK)
		err = hdf_set_value(hdf, "Page.rare", list.buf);
	string_clear(&list);
	return nerr_pass(err);
}

size_t
rare_read(const char **list, uint32_t points[RARE_MAX])
{
	const char *at = *list;
	size_t count = 0;

	do {
		const size_t digits = strspn(at, "0123456789abcdef");
		char *end;
		const unsigned long point = strtoul(at, &end, 16);

		if (digits == 0 || digits > 5 || end != at + digits || !rare((uint32_t)point) ||
		    count == RARE_MAX)
			return 0;
		points[count++] = (uint32_t)point;
		at = end;
	} while (*at++ == '-');
	*list = at - 1;
	return count;
}
