#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "bank/folder.h"

static NEOERR *
open_folder(int at, const char *name, mode_t mode, int *fd)
{
	int opened;

	if (mkdirat(at, name, mode) != 0 && errno != EEXIST)
		return nerr_raise_errno(NERR_IO, "mkdir %s", name);
	opened = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (opened < 0)
		return nerr_raise_errno(NERR_IO, "open folder %s", name);
	*fd = opened;
	return STATUS_OK;
}

NEOERR *
folder_init(struct folder *folder, const char *dir, const char *bank)
{
	NEOERR *err = STATUS_OK;
	struct folder made = FOLDER_INIT;
	const struct {
		const char *name;
		mode_t mode;
		int *fd;
	} parts[] = {
		{ "outbound", 0750, &made.outbound },
		{ "inbound", 0770, &made.inbound },
		{ "work", 0700, &made.work },
		{ "archive", 0700, &made.archive },
		{ "quarantine", 0700, &made.quarantine },
	};
	int root = -1, own = -1;

	root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return nerr_raise(FAIL_CONFIG, "Exchange.Dir: %s: %s", dir, strerror(errno));
	err = open_folder(root, bank, 0755, &own);
	for (size_t i = 0; err == STATUS_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		err = open_folder(own, parts[i].name, parts[i].mode, parts[i].fd);
	if (own >= 0)
		close(own);
	close(root);
	if (err != STATUS_OK) {
		folder_release(&made);
		return nerr_pass(err);
	}
	*folder = made;
	return STATUS_OK;
}

void
folder_release(struct folder *folder)
{
	int *fds[] = { &folder->outbound, &folder->inbound, &folder->work, &folder->archive,
		&folder->quarantine };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

NEOERR *
folder_create(int dir, const char *name, int *fd)
{
	char tmp[FOLDER_NAME_LEN + 5];
	int opened;

	snprintf(tmp, sizeof(tmp), "%s.tmp", name);
	if (unlinkat(dir, tmp, 0) != 0 && errno != ENOENT)
		return nerr_raise_errno(NERR_IO, "unlink %s", tmp);
	opened = openat(dir, tmp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (opened < 0)
		return nerr_raise_errno(NERR_IO, "create %s", tmp);
	*fd = opened;
	return STATUS_OK;
}

NEOERR *
folder_sync(int dir)
{
	if (fsync(dir) != 0)
		return nerr_raise_errno(NERR_IO, "fsync of folder");
	return STATUS_OK;
}

NEOERR *
folder_scratch(int dir, int *fd)
{
	int opened = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (opened < 0)
		return nerr_raise_errno(NERR_IO, "create a file without a name");
	*fd = opened;
	return STATUS_OK;
}

NEOERR *
folder_publish(int dir, const char *name, int fd)
{
	char tmp[FOLDER_NAME_LEN + 5];
	struct stat ours, named = { .st_ino = 0 };

	snprintf(tmp, sizeof(tmp), "%s.tmp", name);
	/* A failed fsync may have dropped the pages: never tried twice, the next run writes a new file. */
	if (fsync(fd) != 0)
		return nerr_raise_errno(NERR_IO, "fsync %s", tmp);
	/* A job that took over has begun a file of its own under that name, or has published it. */
	if (fstat(fd, &ours) != 0 ||
	    (fstatat(dir, tmp, &named, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT))
		return nerr_raise_errno(NERR_IO, "stat %s", tmp);
	if (ours.st_dev != named.st_dev || ours.st_ino != named.st_ino)
		return nerr_raise(FAIL_FORBIDDEN, "%s is not ours any more", tmp);
	if (renameat(dir, tmp, dir, name) != 0)
		return nerr_raise_errno(NERR_IO, "rename %s", tmp);
	return nerr_pass(folder_sync(dir));
}

NEOERR *
folder_put(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno != EINTR)
			return nerr_raise_errno(NERR_IO, "write");
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return STATUS_OK;
}

NEOERR *
folder_write(int dir, const char *name, const void *data, size_t len)
{
	NEOERR *err;
	int fd;

	err = folder_create(dir, name, &fd);
	if (err != STATUS_OK)
		return nerr_pass(err);
	err = folder_put(fd, data, len);
	if (err == STATUS_OK)
		err = folder_publish(dir, name, fd);
	close(fd);
	return nerr_pass(err);
}

NEOERR *
folder_open(int dir, const char *name, int *fd)
{
	struct stat st;
	int opened;

	/* O_NONBLOCK: a planted FIFO must not make us wait. */
	opened = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (opened < 0) {
		if (errno != ENOENT && errno != ELOOP && errno != ENXIO && errno != EACCES)
			return nerr_raise_errno(NERR_IO, "open %s", name);
		*fd = -1;
		return STATUS_OK;
	}
	if (fstat(opened, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1) {
		close(opened);
		opened = -1;
	}
	*fd = opened;
	return STATUS_OK;
}

NEOERR *
folder_read(int dir, const char *name, size_t max, bool *found, struct bytes *out)
{
	NEOERR *err;
	struct bytes read_in = BYTES_INIT;
	int fd;

	err = folder_open(dir, name, &fd);
	if (err != STATUS_OK)
		return nerr_pass(err);
	*found = false;
	if (fd < 0)
		return STATUS_OK;
	read_in.data = malloc(max + 2);
	if (read_in.data == NULL) {
		err = nerr_raise(NERR_NOMEM, "folder_read");
		goto out;
	}
	while (read_in.len <= max) {
		ssize_t n = read(fd, read_in.data + read_in.len, max + 1 - read_in.len);

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR) {
			err = nerr_raise_errno(NERR_IO, "read %s", name);
			goto out;
		}
		if (n > 0)
			read_in.len += (size_t)n;
	}
	if (read_in.len <= max) {
		read_in.data[read_in.len] = '\0';
		*found = true;
		*out = read_in;
		read_in = (struct bytes)BYTES_INIT;
	}
out:
	close(fd);
	bytes_release(&read_in);
	return nerr_pass(err);
}

NEOERR *
folder_move(int from, int to, const char *name)
{
	if (renameat(from, name, to, name) != 0 && errno != ENOENT)
		return nerr_raise_errno(NERR_IO, "move %s", name);
	return STATUS_OK;
}

NEOERR *
folder_move_aside(int from, int to, const char *name)
{
	char aside[NAME_MAX + 16];

	snprintf(aside, sizeof(aside), "%s", name);
	for (int i = 1; renameat2(from, name, to, aside, RENAME_NOREPLACE) != 0; i++) {
		if (errno == ENOENT)
			return STATUS_OK;
		if (errno != EEXIST || i > 100000)
			return nerr_raise_errno(NERR_IO, "move aside");
		snprintf(aside, sizeof(aside), "%.*s.%d", NAME_MAX - 12, name, i);
	}
	return STATUS_OK;
}

bool
folder_settled(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
	       st.st_nlink == 1;
}

/* A file that is cut off meanwhile makes a shorter copy. */
static NEOERR *
copy(int from, int to, off_t len)
{
	while (len > 0) {
		ssize_t n = sendfile(to, from, NULL, (size_t)len);

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return nerr_raise_errno(NERR_IO, "sendfile");
		if (n > 0)
			len -= n;
	}
	return STATUS_OK;
}

NEOERR *
folder_own(int dir, const char *name, int64_t max)
{
	NEOERR *err;
	struct stat st;
	int theirs, ours = -1;

	err = folder_open(dir, name, &theirs);
	if (err != STATUS_OK || theirs < 0)
		return nerr_pass(err);
	if (fstat(theirs, &st) != 0) {
		err = nerr_raise_errno(NERR_IO, "stat %s", name);
		goto out;
	}
	if (st.st_uid == geteuid() || st.st_size > max)
		goto out;
	if ((err = folder_create(dir, name, &ours)) || (err = copy(theirs, ours, st.st_size)) ||
	    (err = folder_publish(dir, name, ours)))
		goto out;
out:
	if (ours >= 0)
		close(ours);
	close(theirs);
	return nerr_pass(err);
}

NEOERR *
folder_names(int dir, char ***names, size_t *count)
{
	NEOERR *err = STATUS_OK;
	char **list = NULL;
	size_t n = 0, room = 0;
	struct dirent *entry;
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return nerr_raise_errno(NERR_IO, "list folder");
	}
	for (;;) {
		errno = 0;
		entry = readdir(stream);
		if (entry == NULL)
			break;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (n == room) {
			char **more = reallocarray(list, room ? room * 2 : 64, sizeof(*list));

			if (more == NULL) {
				err = nerr_raise(NERR_NOMEM, "folder_names");
				goto out;
			}
			list = more;
			room = room ? room * 2 : 64;
		}
		list[n] = strdup(entry->d_name);
		if (list[n] == NULL) {
			err = nerr_raise(NERR_NOMEM, "folder_names");
			goto out;
		}
		n++;
	}
	if (errno != 0)
		err = nerr_raise_errno(NERR_IO, "list folder");
out:
	closedir(stream);
	if (err != STATUS_OK) {
		folder_names_free(list, n);
		return nerr_pass(err);
	}
	*names = list;
	*count = n;
	return STATUS_OK;
}

void
folder_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
