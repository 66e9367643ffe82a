/*
 * confine.h - takes from a process what a decoder does not need, for the rest of its life.
 *
 * Three walls: landlock (files, network, signals), limits (descriptors, memory, time), seccomp
 * (system calls).  Landlock goes up first: behind a seccomp filter it would silently fail.  All
 * are inherited by children; none can be taken down again.
 */
#ifndef SBK_CONFINE_H
#define SBK_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <ClearSilver.h>

enum {
	CONFINE_FILES = 1,
	CONFINE_MEANS = 2,
	CONFINE_CALLS = 4,
	CONFINE_ALL = CONFINE_FILES | CONFINE_MEANS | CONFINE_CALLS,
};

struct confine {
	size_t memory;    /* bytes of address space, libraries included */
	unsigned seconds; /* of processor time */
};

/* The kernel's version of landlock, 0 when it has none. */
int confine_landlock(void);

/*
 * First wall: no file can be opened, no TCP port bound or connected to, no process outside
 * signalled, each as far as the kernel's landlock knows it.  A kernel without landlock is no
 * error here; NERR_SYSTEM when the wall cannot be put up though there is one.
 */
NEOERR *confine_files(void);

/*
 * The other two, for a decoder just forked that has no threads: every descriptor closed and
 * none to be had, memory and processor time limited, and no system calls but those for memory,
 * threads and the end.  NERR_SYSTEM when one cannot be put up.
 */
NEOERR *confine_decoder(const struct confine *limits);

/*
 * Forks children that put up one wall each and try what it should hold back.  FAIL_CONFIG names
 * the first escape that worked.  walls: CONFINE_ALL in earnest; one left out is not put up, so
 * that a test can see it missed.
 */
NEOERR *confine_prove(const struct confine *limits, unsigned walls);

#endif
