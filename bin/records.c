/*
 * records.c - JSON objects out of a file, one after another, however many there are.
 */
#include <string.h>

#include "records.h"

NEOERR *
records_open(struct records *records, const char *path)
{
	*records = (struct records) { .file = fopen(path, "re") };
	if (records->file == NULL)
		return nerr_raise_errno(NERR_IO, "%s", path);
	return STATUS_OK;
}

NEOERR *
records_next(struct records *records, json_t **record)
{
	json_t *read;
	int c;

	/* What stands between objects: blanks, and of an array its brackets and commas. */
	do
		c = getc(records->file);
	while (c != EOF && c != '\0' && strchr(" \t\r\n[],", c) != NULL);
	if (c == EOF) {
		if (ferror(records->file))
			return nerr_raise_errno(NERR_IO, "record %ld", records->read + 1);
		*record = NULL;
		return STATUS_OK;
	}
	ungetc(c, records->file);
	read = json_loadf(records->file, JSON_DISABLE_EOF_CHECK, NULL);
	if (!json_is_object(read)) {
		json_decref(read);
		return nerr_raise(
		    NERR_PARSE, "record %ld is no JSON object", records->read + 1);
	}
	records->read++;
	*record = read;
	return STATUS_OK;
}

void
records_close(struct records *records)
{
	if (records->file != NULL)
		fclose(records->file);
	records->file = NULL;
}
