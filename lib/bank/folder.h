/*
 * folder.h - a bank's folder: outbound, inbound, work, archive, quarantine.
 *
 * Folders are opened once and files within them by plain names relative to the open folder, never
 * through a symbolic link.  A file is written as NAME.tmp, fsynced, renamed to NAME, and the folder is fsynced.
 */
#ifndef SBK_FOLDER_H
#define SBK_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#include "base/bytes.h"

struct folder {
	int outbound, inbound, work, archive, quarantine;
};

#define FOLDER_INIT                \
	{                          \
		-1, -1, -1, -1, -1 \
	}
#define FOLDER_NAME_LEN 64

/* dir/bank and the five inside it, made when missing (in production they are there: conf/sftp/bank.sh). */
NEOERR *folder_init(struct folder *folder, const char *dir, const char *bank);
void folder_release(struct folder *folder);

/* A new, empty NAME.tmp to write to; an old one is removed. *fd is the caller's. */
NEOERR *folder_create(int dir, const char *name, int *fd);
/* A file without a name, gone when *fd, the caller's, is closed. */
NEOERR *folder_scratch(int dir, int *fd);
/* Fsyncs fd, renames NAME.tmp to NAME, fsyncs the folder. fd stays open.
 * FAIL_FORBIDDEN when NAME.tmp is somebody else's by now. */
NEOERR *folder_publish(int dir, const char *name, int fd);
/* create, write, publish. */
NEOERR *folder_write(int dir, const char *name, const void *data, size_t len);

/* An existing plain file with one name only; *fd = -1 when there is none, something else of that name, or one that
 * its owner lets nobody read. */
NEOERR *folder_open(int dir, const char *name, int *fd);
/* All of a file of at most max bytes. *found false: none, not plain, or larger. */
NEOERR *folder_read(int dir, const char *name, size_t max, bool *found, struct bytes *out);

/* Writes all of data, whatever the kernel takes at a time. */
NEOERR *folder_put(int fd, const void *data, size_t len);

/* Moves a file; replaces what has that name in to. Nothing to move is no error. */
NEOERR *folder_move(int from, int to, const char *name);
/* Moves a file (whatever it is) and never replaces: .1, .2 … is appended. Nothing to move is no error. */
NEOERR *folder_move_aside(int from, int to, const char *name);
NEOERR *folder_sync(int dir);

/* False while a plain file has a second name: SFTP's plain rename links the new name, then removes the old. */
bool folder_settled(int dir, const char *name);
/* Puts a copy of our own in the place of a file that is somebody else's, who may hold it open still.  What folder_open does
 * not open, and what is larger than max bytes, stays as it is. */
NEOERR *folder_own(int dir, const char *name, int64_t max);

/* The names in a folder; the caller's, to be given to folder_names_free. No order. */
NEOERR *folder_names(int dir, char ***names, size_t *count);
void folder_names_free(char **names, size_t count);

#endif
