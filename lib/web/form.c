#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "web/form.h"

#define MAX_NAME 64
#define MAX_BOUNDARY 70 /* RFC 2046 */
#define MAX_PART_HEADER 1024

static int
hex(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 3629: shortest form, no surrogates, no NUL; control characters only tab, LF, CR. */
static bool
is_text(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;

	while (p < end) {
		uint32_t c = *p++;
		int more = c < 0x80   ? 0
			   : c < 0xC2 ? -1
			   : c < 0xE0 ? 1
			   : c < 0xF0 ? 2
			   : c < 0xF5 ? 3
				      : -1;

		if (more < 0 || end - p < more)
			return false;
		if (more == 0) {
			if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
				return false;
			continue;
		}
		c &= 0x3Fu >> more;
		for (int i = 0; i < more; i++, p++) {
			if ((*p & 0xC0) != 0x80)
				return false;
			c = c << 6 | (*p & 0x3Fu);
		}
		if ((more == 2 && (c < 0x800 || (c >= 0xD800 && c < 0xE000))) ||
		    (more == 3 && (c < 0x10000 || c > 0x10FFFF)))
			return false;
	}
	return true;
}

static NEOERR *
add(struct form *form, size_t max, char *name, char *text, size_t len, bool file)
{
	if (form->count == max)
		return nerr_raise(FAIL_REQUEST, "more than %zu inputs", max);
	if (strlen(name) > MAX_NAME || !is_text(name, strlen(name)))
		return nerr_raise(FAIL_REQUEST, "input name");
	if (!file && !is_text(text, len))
		return nerr_raise(FAIL_REQUEST, "input is not text in UTF-8");
	form->inputs[form->count++] =
	    (struct form_input) { .name = name, .text = text, .len = len, .file = file };
	return STATUS_OK;
}

/* Decodes from…to in place, ends it with NUL; the length, or -1 for a NUL inside. */
static long
unescape(char *from, const char *to)
{
	char *out = from;

	for (const char *in = from; in < to; in++, out++) {
		if (*in == '+') {
			*out = ' ';
		} else if (*in == '%' && to - in > 2 && hex((unsigned char)in[1]) >= 0 &&
			   hex((unsigned char)in[2]) >= 0) {
			*out =
			    (char)(hex((unsigned char)in[1]) << 4 | hex((unsigned char)in[2]));
			in += 2;
		} else {
			*out = *in;
		}
		if (*out == '\0')
			return -1;
	}
	*out = '\0';
	return out - from;
}

static NEOERR *
parse_urlencoded(struct form *form, size_t max)
{
	char *p = (char *)form->memory.data, *end = p + form->memory.len;
	NEOERR *err;

	while (p < end) {
		char *stop = memchr(p, '&', (size_t)(end - p)), *equals, *value;
		long len = 0;

		if (stop == NULL)
			stop = end;
		if (stop > p) {
			equals = memchr(p, '=', (size_t)(stop - p));
			value = equals ? equals + 1 : stop;
			if (unescape(p, equals ? equals : stop) < 0 ||
			    (equals && (len = unescape(value, stop)) < 0))
				return nerr_raise(FAIL_REQUEST, "NUL in a form");
			if ((err = add(form, max, p, equals ? value : p + strlen(p),
				 (size_t)len, false)))
				return nerr_pass(err);
		}
		p = stop + 1;
	}
	return STATUS_OK;
}

/* The value of a parameter in a header's parameters; cut out in place. NULL when absent. */
static char *
parameter(char *header, const char *name)
{
	size_t len = strlen(name);

	for (char *p = strchr(header, ';'); p != NULL; p = strchr(p, ';')) {
		char *end;

		for (p++; *p == ' ' || *p == '\t'; p++)
			;
		if (strncasecmp(p, name, len) != 0 || p[len] != '=')
			continue;
		p += len + 1;
		if (*p == '"') {
			if ((end = strchr(++p, '"')) == NULL)
				return NULL;
		} else {
			end = p + strcspn(p, "; \t");
		}
		*end = '\0';
		return p;
	}
	return NULL;
}

/* One part's headers lie in head, NUL-terminated; its bytes in text. */
static NEOERR *
add_part(struct form *form, size_t max, char *head, char *text, size_t len)
{
	static const char wanted[] = "content-disposition:";
	char *name, *line = head, *next, *copy;
	bool file;
	NEOERR *err;

	for (; line; line = next) {
		if ((next = strstr(line, "\r\n")) != NULL) {
			*next = '\0';
			next += 2;
		}
		if (strncasecmp(line, wanted, sizeof wanted - 1) == 0)
			break;
	}
	if (line == NULL)
		return nerr_raise(FAIL_REQUEST, "part without a name");
	if ((copy = strdup(line)) == NULL)
		return nerr_raise(NERR_NOMEM, "part header");
	file = parameter(copy, "filename") != NULL;
	free(copy);
	if ((name = parameter(line, "name")) == NULL)
		return nerr_raise(FAIL_REQUEST, "part without a name");
	text[len] = '\0'; /* over the CR of the next delimiter */
	err = add(form, max, name, text, len, file);
	return nerr_pass(err);
}

static NEOERR *
parse_multipart(struct form *form, const char *type, size_t max)
{
	char delimiter[MAX_BOUNDARY + 5], header[256], *boundary;
	char *p = (char *)form->memory.data, *end = p + form->memory.len, *head, *text, *stop;
	size_t n;
	NEOERR *err;

	if ((n = strlen(type)) >= sizeof header)
		return nerr_raise(FAIL_REQUEST, "content type");
	memcpy(header, type, n + 1);
	boundary = parameter(header, "boundary");
	if (boundary == NULL || *boundary == '\0' || strlen(boundary) > MAX_BOUNDARY)
		return nerr_raise(FAIL_REQUEST, "multipart without a boundary");
	n = (size_t)snprintf(delimiter, sizeof delimiter, "\r\n--%s", boundary);
	/* The first delimiter has no line break before it. */
	if ((size_t)(end - p) < n - 2 || memcmp(p, delimiter + 2, n - 2) != 0)
		return nerr_raise(FAIL_REQUEST, "multipart does not begin");
	for (p += n - 2; end - p >= 2 && memcmp(p, "--", 2) != 0; p = stop + n) {
		if (memcmp(p, "\r\n", 2) != 0)
			return nerr_raise(FAIL_REQUEST, "multipart delimiter");
		head = p + 2;
		if ((text = memmem(head, (size_t)(end - head), "\r\n\r\n", 4)) == NULL ||
		    text - head > MAX_PART_HEADER)
			return nerr_raise(FAIL_REQUEST, "part header");
		*text = '\0';
		text += 4;
		if (memchr(head, '\0', (size_t)(text - 4 - head)) != NULL)
			return nerr_raise(FAIL_REQUEST, "NUL in a part header");
		/* An empty part: its delimiter begins with the header's last line break. */
		if ((stop = memmem(text - 2, (size_t)(end - text + 2), delimiter, n)) == NULL)
			return nerr_raise(FAIL_REQUEST, "multipart does not end");
		if (stop < text) {
			if ((err = add_part(form, max, head, text - 2, 0)))
				return nerr_pass(err);
			continue;
		}
		if ((err = add_part(form, max, head, text, (size_t)(stop - text))))
			return nerr_pass(err);
	}
	return end - p >= 2 ? STATUS_OK : nerr_raise(FAIL_REQUEST, "multipart does not end");
}

NEOERR *
form_parse(struct form *form, const char *type, struct bytes *body, size_t max_inputs)
{
	static const char urlencoded[] = "application/x-www-form-urlencoded";
	static const char multipart[] = "multipart/form-data";
	struct form parsed = { .memory = *body };
	NEOERR *err;

	*body = (struct bytes)BYTES_INIT;
	if ((parsed.inputs = calloc(max_inputs + 1, sizeof *parsed.inputs)) == NULL)
		err = nerr_raise(NERR_NOMEM, "form");
	else if (strncasecmp(type, urlencoded, sizeof urlencoded - 1) == 0)
		err = parse_urlencoded(&parsed, max_inputs);
	else if (strncasecmp(type, multipart, sizeof multipart - 1) == 0)
		err = parse_multipart(&parsed, type, max_inputs);
	else
		err = nerr_raise(FAIL_REQUEST, "content type is no form");
	if (err) {
		form_release(&parsed);
		return nerr_pass(err);
	}
	*form = parsed;
	return STATUS_OK;
}

void
form_release(struct form *form)
{
	free(form->inputs);
	bytes_release(&form->memory);
	*form = (struct form)FORM_INIT;
}

const char *
form_text(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (!form->inputs[i].file && strcmp(form->inputs[i].name, name) == 0)
			return form->inputs[i].text;
	return NULL;
}

const struct form_input *
form_file(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (form->inputs[i].file && form->inputs[i].len > 0 &&
		    strcmp(form->inputs[i].name, name) == 0)
			return &form->inputs[i];
	return NULL;
}
