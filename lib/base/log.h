/*
 * log.h - one JSON object a line on stderr, written with one write(2).
 *
 * Never personal data: ids, codes, counts, durations.  Libraries do not log; the top
 * of a program does, once per request or per job.
 */
#ifndef SBK_LOG_H
#define SBK_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

struct log_item {
	const char *key;
	const char *text; /* NULL: the number counts */
	int64_t number;
};

/* An item's text NULL would make it a number. */
static inline const char *
log_known(const char *text)
{
	return text != NULL ? text : "";
}

#define LOG_TEXT(k, v)                           \
	{                                        \
		.key = (k), .text = log_known(v) \
	}
#define LOG_NUMBER(k, v)                  \
	{                                 \
		.key = (k), .number = (v) \
	}

/* level: "info", "warn", "error". Adds time and program; escapes control characters. */
void log_line(const char *level, const char *event, const struct log_item *items, size_t n);

/* Logs the error's kind, text and trace, and frees it (*err becomes STATUS_OK). */
void log_failure(const char *event, const char *request_id, NEOERR **err);

#endif
