#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/fail.h"
#include "bank/check.h"
#include "bank/cipher_file.h"
#include "bank/parcel.h"

static ssize_t
read_clear(void *from, void *buf, size_t len)
{
	return cipher_file_read(from, buf, len);
}

/* One type's view of a clear file. */
static NEOERR *
check_as(
    struct exchange *exchange, int fd, const struct message_type *type, struct check *check)
{
	struct cipher_file *file = NULL;
	struct reader *reader = NULL;
	struct document_source source;
	bool more = true;
	NEOERR *err, *failure;

	if ((err = cipher_file_reader(&file, fd, NULL, NULL, NULL)))
		return nerr_pass(err);
	source = (struct document_source) { read_clear, file };
	err = reader_init(&reader, exchange->schemas, type, &source, &check->fault);
	while (err == STATUS_OK && more)
		err = reader_next(reader, &more);
	if (err == STATUS_OK)
		check->header = *reader_header(reader);
	failure = cipher_file_error(file);
	if (failure != STATUS_OK) {
		nerr_ignore(&err);
		err = failure;
	}
	reader_free(&reader);
	cipher_file_free(&file);
	return nerr_pass(err);
}

/* The message type that begins first in the file's first kilobytes: the root element. */
static const struct message_type *
guess_type(int fd)
{
	const struct message_type *type = NULL, *first = NULL;
	char begin[4096], tag[32];
	const char *at, *nearest = NULL;
	ssize_t n = pread(fd, begin, sizeof(begin) - 1, 0);

	begin[n > 0 ? n : 0] = '\0';
	while ((type = message_type_next(type)) != NULL) {
		snprintf(tag, sizeof(tag), "<%s", type->name);
		at = strstr(begin, tag);
		if (at && (nearest == NULL || at < nearest)) {
			nearest = at;
			first = type;
		}
	}
	return first ? first : message_type_next(NULL);
}

static NEOERR *
check_clear(struct exchange *exchange, int dir, const char *name, struct check *check)
{
	NEOERR *err;
	int fd;

	err = folder_open(dir, name, &fd);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (fd < 0) {
		fault_set(&check->fault, "F01", 0, NULL);
		return STATUS_OK;
	}
	check->opened = true;
	err = check_as(exchange, fd, guess_type(fd), check);
	close(fd);
	return nerr_pass(err);
}

static const char *
key_name(const char *party, const struct profile *profile)
{
	return strcmp(party, MESSAGE_BUREAU) == 0 ? profile->bureau : party;
}

static NEOERR *
check_content(struct exchange *exchange, struct parcel *parcel, struct envelope *envelope,
    struct check *check)
{
	struct parcel_walk walk;
	bool more = true;
	NEOERR *err;

	err = parcel_unlock(parcel, envelope, &check->fault);
	if (err != STATUS_OK || fault_is(&check->fault))
		return nerr_pass(err);
	check->opened = true;
	err = parcel_walk_init(&walk, parcel, envelope, exchange->schemas, &check->fault);
	if (err != STATUS_OK)
		return nerr_pass(err);
	while (err == STATUS_OK && more)
		err = parcel_walk_next(&walk, &more);
	parcel_walk_release(&walk);
	return nerr_pass(err);
}

static NEOERR *
check_parcel(struct exchange *exchange, int dir, struct check *check)
{
	const struct message_header *header = &check->header;
	const struct profile *row;
	const char *profile;
	char conf_key[32];
	struct envelope *envelope = NULL;
	struct parcel parcel = PARCEL_INIT;
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	NEOERR *err;

	if (tmp < 0)
		return nerr_raise_errno(NERR_IO, "/tmp");
	snprintf(conf_key, sizeof(conf_key), "Bank.%s.profile", message_bank(header));
	if ((err = conf_text(exchange->conf, conf_key, &profile)))
		goto out;
	if ((row = profile_find(profile)) == NULL) {
		err = nerr_raise(FAIL_CONFIG, "%s: no crypto profile %s", conf_key, profile);
		goto out;
	}
	if ((err = envelope_init(&envelope, profile, exchange->keys, key_name(header->to, row),
		 key_name(header->from, row))) ||
	    (err = parcel_init(&parcel, dir, tmp, header->id, envelope, exchange->schemas,
		 exchange->file_max, &check->fault)))
		goto out;
	if (fault_is(&check->fault))
		goto out;
	check->header = parcel.manifest.header;
	if (envelope_opens(envelope))
		err = check_content(exchange, &parcel, envelope, check);
out:
	parcel_release(&parcel);
	envelope_free(&envelope);
	close(tmp);
	return nerr_pass(err);
}

NEOERR *
check_file(struct exchange *exchange, const char *path, struct check *check)
{
	static const char *const suffixes[] = { ".manifest.xml", ".manifest.sig", ".xml.enc" };
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX], id[NAME_MAX + 1];
	struct check made = { .opened = false };
	bool sealed = false;
	int dir;
	NEOERR *err;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
	    slash ? path : ".");
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		fault_set(&made.fault, "F01", 0, NULL);
		*check = made;
		return STATUS_OK;
	}
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !sealed; i++) {
		size_t len = strlen(name), tail = strlen(suffixes[i]);

		if (len <= tail || strcmp(name + len - tail, suffixes[i]) != 0)
			continue;
		sealed = true;
		snprintf(id, sizeof(id), "%.*s", (int)(len - tail), name);
	}
	if (!sealed)
		err = check_clear(exchange, dir, name, &made);
	else if (message_name(&made.header, id))
		err = check_parcel(exchange, dir, &made);
	else {
		fault_set(&made.fault, "F01", 0, NULL);
		err = STATUS_OK;
	}
	close(dir);
	if (err == STATUS_OK)
		*check = made;
	return nerr_pass(err);
}
