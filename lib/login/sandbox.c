#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fail.h"
#include "login/sandbox.h"

NEOERR *
sandbox_tell(HDF *conf, const char *kind, const char *to, const char *code)
{
	const char *path = hdf_get_value(conf, "Sandbox.Outbox", NULL);
	char at[CLOCK_TIME_LEN], *text;
	json_t *line;
	STRING out;
	NEOERR *err;
	int fd;

	if (path == NULL)
		return STATUS_OK;
	clock_iso(clock_now(), at);
	line = json_pack("{s:s, s:s, s:s, s:s, s:s}", "to", to, "kind", kind, "text", "",
	    "code", code, "at", at);
	text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	json_decref(line);
	if (text == NULL)
		return nerr_raise(NERR_NOMEM, "sandbox");
	string_init(&out);
	err = string_appendf(&out, "%s\n", text);
	free(text);
	/* One write of one line: lines of several programs do not mix. */
	if (err == STATUS_OK &&
	    (fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) < 0)
		err = nerr_raise_errno(NERR_SYSTEM, "Sandbox.Outbox cannot be opened");
	else if (err == STATUS_OK) {
		if (write(fd, out.buf, (size_t)out.len) != out.len)
			err = nerr_raise_errno(NERR_IO, "Sandbox.Outbox cannot be written");
		close(fd);
	}
	string_clear(&out);
	return nerr_pass(err);
}
