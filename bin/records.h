/*
 * records.h - JSON objects out of a file, one after another: an array of them, or one a line.
 */
#ifndef SBK_RECORDS_H
#define SBK_RECORDS_H

#include <stdio.h>
#include <ClearSilver.h>
#include <jansson.h>

struct records {
	FILE *file;
	long read; /* so far */
};

/* NERR_IO when it cannot be opened. */
NEOERR *records_open(struct records *records, const char *path);

/*
 * *record is the caller's (json_decref), NULL at the end. NERR_PARSE tells which one is no
 * object.
 */
NEOERR *records_next(struct records *records, json_t **record);
void records_close(struct records *records);

#endif
