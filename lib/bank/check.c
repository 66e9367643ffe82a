#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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

/* An order comes in parts of so many records. */
static void
check_size(struct exchange *exchange, const struct message_type *type,
    const struct message_header *header, const char *path, struct fault *fault)
{
	if (type && type->parts && header->records > exchange->records_per_file)
		fault_set(fault, "F12", 0, path);
}

/* A file that has the name of a message holds that one. */
static void
check_name(const char *name, const struct check *check, const char *path, struct fault *fault)
{
	struct message_header named = { .id = "" };
	char id[NAME_MAX + 1];
	size_t len = strlen(name);

	snprintf(id, sizeof(id), "%.*s", len > 4 ? (int)len - 4 : 0, name);
	if (message_name(&named, id) && strcmp(id, check->header.id) != 0)
		fault_set(fault, "F07", 0, path);
}

static NEOERR *
check_clear(struct exchange *exchange, int dir, const char *name, struct check *check)
{
	const struct message_type *type;
	char path[sizeof(check->fault.path)];
	NEOERR *err;
	int fd;

	err = folder_open(dir, name, &fd);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (fd < 0) {
		fault_set(&check->fault, "F01", 0, NULL);
		return STATUS_OK;
	}
	check->reach = CHECK_CLEAR;
	type = guess_type(fd);
	err = check_as(exchange, fd, type, check);
	close(fd);
	if (err != STATUS_OK || fault_is(&check->fault))
		return nerr_pass(err);
	snprintf(path, sizeof(path), "/%s/Header/NumberOfRecords", type->name);
	check_size(exchange, type, &check->header, path, &check->fault);
	snprintf(path, sizeof(path), "/%s/Header/MsgId", type->name);
	check_name(name, check, path, &check->fault);
	return STATUS_OK;
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
	check->reach = CHECK_WHOLE;
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
		 key_name(header->from, row))))
		goto out;
	if (!envelope_verifies(envelope)) {
		check->reach = CHECK_NOTHING;
		goto out;
	}
	err = parcel_init(&parcel, dir, tmp, header->id, envelope, exchange->schemas,
	    exchange->file_max, &check->fault);
	if (err != STATUS_OK || fault_is(&check->fault))
		goto out;
	check->reach = CHECK_SEALED;
	check->header = parcel.manifest.header;
	memcpy(check->sha256, parcel.manifest.sums.sha256, sizeof(check->sha256));
	check_size(exchange, parcel.type, header, "/Manifest/NumberOfRecords", &check->fault);
	if (!fault_is(&check->fault) && envelope_opens(envelope))
		err = check_content(exchange, &parcel, envelope, check);
out:
	parcel_release(&parcel);
	envelope_free(&envelope);
	close(tmp);
	return nerr_pass(err);
}

/* The MsgId that name is made of, as one of the three files or without an ending; false: it is none of them. */
static bool
is_sealed(const char *name, char id[NAME_MAX + 1])
{
	struct message_header named = { .id = "" };
	size_t len = strlen(name);

	for (size_t i = 0; i < PARCEL_FILES; i++) {
		size_t tail = strlen(parcel_endings[i]);

		if (len <= tail || strcmp(name + len - tail, parcel_endings[i]) != 0)
			continue;
		snprintf(id, NAME_MAX + 1, "%.*s", (int)(len - tail), name);
		return true;
	}
	snprintf(id, NAME_MAX + 1, "%s", name);
	return message_name(&named, id);
}

NEOERR *
check_file(struct exchange *exchange, const char *path, struct check *check)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX], id[NAME_MAX + 1];
	struct check made = { .reach = CHECK_CLEAR };
	int dir;
	NEOERR *err = STATUS_OK;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
	    slash ? path : ".");
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		fault_set(&made.fault, "F01", 0, NULL);
		*check = made;
		return STATUS_OK;
	}
	if (!is_sealed(name, id))
		err = check_clear(exchange, dir, name, &made);
	else if (message_name(&made.header, id))
		err = check_parcel(exchange, dir, &made);
	else
		fault_set(&made.fault, "F01", 0, NULL);
	close(dir);
	if (err == STATUS_OK)
		*check = made;
	return nerr_pass(err);
}

struct checker {
	struct exchange *exchange;
	void (*tell)(void *to, const char *path, const struct check *check);
	void *to;
	struct check *seen; /* the good ones */
	size_t count, room;
};

NEOERR *
checker_init(struct checker **checker, struct exchange *exchange,
    void (*tell)(void *to, const char *path, const struct check *check), void *to)
{
	struct checker *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "checker");
	made->exchange = exchange;
	made->tell = tell;
	made->to = to;
	*checker = made;
	return STATUS_OK;
}

void
checker_free(struct checker **checker)
{
	if (*checker == NULL)
		return;
	free((*checker)->seen);
	free(*checker);
	*checker = NULL;
}

/* A message in clear has no digest to be compared. */
static void
compare_seen(const struct checker *checker, struct check *check)
{
	for (size_t i = 0; i < checker->count; i++) {
		const struct check *before = &checker->seen[i];
		bool same = strcmp(before->header.id, check->header.id) == 0;

		if (strcmp(before->header.from, check->header.from) != 0 ||
		    strcmp(before->header.to, check->header.to) != 0)
			continue;
		if (!same && before->header.seq == check->header.seq)
			fault_set(&check->fault, "F11", 0, NULL);
		if (same && before->reach >= CHECK_SEALED && check->reach >= CHECK_SEALED &&
		    memcmp(before->sha256, check->sha256, sizeof(check->sha256)) != 0)
			fault_set(&check->fault, "F10", 0, NULL);
	}
}

static NEOERR *
remember(struct checker *checker, const struct check *check)
{
	if (checker->count == checker->room) {
		size_t room = checker->room ? 2 * checker->room : 16;
		struct check *grown = realloc(checker->seen, room * sizeof(*grown));

		if (grown == NULL)
			return nerr_raise(NERR_NOMEM, "checker");
		checker->seen = grown;
		checker->room = room;
	}
	checker->seen[checker->count++] = *check;
	return STATUS_OK;
}

static NEOERR *
take_file(struct checker *checker, const char *path)
{
	struct check check;
	NEOERR *err;

	err = check_file(checker->exchange, path, &check);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (!fault_is(&check.fault) && check.reach != CHECK_NOTHING) {
		compare_seen(checker, &check);
		if (!fault_is(&check.fault))
			err = remember(checker, &check);
	}
	if (err == STATUS_OK)
		checker->tell(checker->to, path, &check);
	return nerr_pass(err);
}

static int
by_sender_and_seq(const void *a, const void *b)
{
	const struct message_header *x = a, *y = b;
	int sender = strcmp(x->from, y->from);
	int seq = (x->seq > y->seq) - (x->seq < y->seq);

	return sender ? sender : seq ? seq : strcmp(x->id, y->id);
}

static NEOERR *
take_folder(struct checker *checker, const char *path, int dir)
{
	struct message_header *list = NULL;
	char **names = NULL, id[NAME_MAX + 1], file[PATH_MAX];
	size_t count = 0, n = 0;
	NEOERR *err;

	err = folder_names(dir, &names, &count);
	if (err == STATUS_OK && (list = calloc(count + 1, sizeof(*list))) == NULL)
		err = nerr_raise(NERR_NOMEM, "checker");
	for (size_t i = 0; err == STATUS_OK && i < count; i++)
		if (is_sealed(names[i], id) && strcmp(names[i], id) != 0 &&
		    message_name(&list[n], id))
			n++;
	if (err == STATUS_OK)
		qsort(list, n, sizeof(*list), by_sender_and_seq);
	for (size_t i = 0; err == STATUS_OK && i < n; i++) {
		if (i > 0 && strcmp(list[i - 1].id, list[i].id) == 0)
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, list[i].id);
		err = take_file(checker, file);
	}
	if (err == STATUS_OK && n == 0)
		checker->tell(checker->to, path, &(struct check) { .fault.code = "F01" });
	folder_names_free(names, count);
	free(list);
	return nerr_pass(err);
}

NEOERR *
checker_take(struct checker *checker, const char *path)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	NEOERR *err;

	if (dir < 0)
		return nerr_pass(take_file(checker, path));
	err = take_folder(checker, path, dir);
	close(dir);
	return nerr_pass(err);
}
