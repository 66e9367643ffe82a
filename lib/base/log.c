/*
 * log.c - one JSON object a line on stderr.
 *
 * A line is at most PIPE_BUF bytes: so long does one write(2) to a pipe stay in one
 * piece when many processes share it.  What does not fit is cut, never the object's end.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define TAIL 2 /* "}\n" */

struct line {
	char text[PIPE_BUF];
	size_t len;
};

/* Appends as a whole or not at all, leaving room for reserve bytes. */
static int
append(struct line *line, const char *piece, size_t len, size_t reserve)
{
	if (len + reserve > sizeof(line->text) - line->len)
		return 0;
	memcpy(line->text + line->len, piece, len);
	line->len += len;
	return 1;
}

/*
 * Length of the well-formed UTF-8 sequence at text (Unicode 15, table 3-7), 0 if there
 * is none.  Stops at the NUL, which is no continuation byte.
 */
static size_t
utf8_len(const unsigned char *text)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		len = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		len = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (text[0] == 0xe0)
		low = 0xa0;
	else if (text[0] == 0xed)
		high = 0x9f;
	else if (text[0] == 0xf0)
		low = 0x90;
	else if (text[0] == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	}
	return len;
}

/*
 * A JSON string.  Both sets of control characters are escaped (U+0080…U+009F too: they
 * steer terminals), and what is no UTF-8 shows as U+FFFD.
 */
static void
append_string(struct line *line, const char *text, size_t reserve)
{
	const unsigned char *at = (const unsigned char *)text;
	char escape[8];
	size_t len;

	append(line, "\"", 1, 1 + reserve);
	for (; *at != '\0'; at += len) {
		const char *piece = (const char *)at;
		size_t piece_len = len = utf8_len(at);
		unsigned control = *at;

		if (len == 2 && at[0] == 0xc2 && at[1] < 0xa0)
			control = at[1];
		if (len == 0) {
			piece = "\\ufffd";
			piece_len = 6;
			len = 1;
		} else if (control == '"' || control == '\\') {
			snprintf(escape, sizeof(escape), "\\%c", (int)control);
			piece = escape;
			piece_len = 2;
		} else if (control < 0x20 || (control >= 0x7f && control < 0xa0)) {
			snprintf(escape, sizeof(escape), "\\u%04x", control);
			piece = escape;
			piece_len = 6;
		}
		if (!append(line, piece, piece_len, 1 + reserve))
			break;
	}
	append(line, "\"", 1, reserve);
}

static void
append_item(struct line *line, const char *key, const char *text, int64_t number)
{
	size_t start = line->len;
	char digits[24];
	int len;

	if (!append(line, start == 0 ? "{" : ",", 1, TAIL))
		return;
	append_string(line, key, 0); /* one that was cut leaves no room for what follows */
	if (!append(line, ":", 1, TAIL + sizeof(digits))) {
		line->len = start;
		return;
	}
	if (text != NULL) {
		append_string(line, text, TAIL);
		return;
	}
	len = snprintf(digits, sizeof(digits), "%lld", (long long)number);
	append(line, digits, (size_t)len, TAIL);
}

void
log_line(const char *level, const char *event, const struct log_item *items, size_t n)
{
	struct line line = { .len = 0 };
	char now[CLOCK_TIME_LEN];
	ssize_t sent;

	clock_iso(clock_now(), now);
	append_item(&line, "time", now, 0);
	append_item(&line, "level", level, 0);
	append_item(&line, "program", program_invocation_short_name, 0);
	append_item(&line, "event", event, 0);
	for (size_t i = 0; i < n; i++)
		append_item(&line, items[i].key, items[i].text, items[i].number);
	append(&line, "}\n", TAIL, 0);
	do
		sent = write(STDERR_FILENO, line.text, line.len);
	while (sent < 0 && errno == EINTR);
}

/* Where the error was raised, then where it was passed up: "db.c:12 step.c:34 (context)". */
static void
trace_write(const NEOERR *err, char *out, size_t size)
{
	size_t len = 0;
	int more;

	out[0] = '\0';
	if (err->next != NULL && err->next != INTERNAL_ERR) {
		trace_write(err->next, out, size);
		len = strlen(out);
	}
	more = snprintf(
	    out + len, size - len, "%s%s:%d", len > 0 ? " " : "", err->file, err->lineno);
	if (err->error == NERR_PASS && err->desc[0] != '\0' && more > 0 &&
	    (size_t)more < size - len)
		snprintf(
		    out + len + (size_t)more, size - len - (size_t)more, " (%s)", err->desc);
}

void
log_failure(const char *event, const char *request_id, NEOERR **err)
{
	struct log_item items[4];
	char trace[1024] = "";
	STRING told;
	char *text;
	size_t n = 0;

	if (*err == STATUS_OK)
		return;
	string_init(&told);
	nerr_error_string(*err, &told); /* "KIND: text" */
	if (*err != INTERNAL_ERR)
		trace_write(*err, trace, sizeof(trace));
	text = told.buf != NULL ? strstr(told.buf, ": ") : NULL;
	if (text != NULL) {
		*text = '\0';
		text += 2;
	}
	if (request_id != NULL)
		items[n++] = (struct log_item)LOG_TEXT("request", request_id);
	items[n++] = (struct log_item)LOG_TEXT("kind", told.buf);
	items[n++] = (struct log_item)LOG_TEXT("text", text);
	items[n++] = (struct log_item)LOG_TEXT("trace", trace);
	log_line("error", event, items, n);
	string_clear(&told);
	nerr_ignore(err);
	*err = STATUS_OK;
}
