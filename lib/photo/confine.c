/*
 * confine.c - landlock, limits, seccomp; and the proof that they hold.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fail.h"
#include "confine.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1 /* its shadow is terabytes of address space, its reports go to stderr */
#else
#define SANITIZED 0
#endif

/* <linux/landlock.h> of Debian 12 ends at version 2; this is version 6. */
struct landlock_rules {
	uint64_t files;
	uint64_t ports;  /* since 4 */
	uint64_t scopes; /* since 6 */
};

/* What landlock can refuse, each bit by the version that brought it. */
#define FILES_1 0x1fffULL /* execute … make_sym */
#define FILES_2 0x2000ULL /* refer */
#define FILES_3 0x4000ULL /* truncate */
#define FILES_5 0x8000ULL /* ioctl on devices */
#define PORTS_4 0x3ULL    /* bind, connect */
#define SCOPES_6 0x3ULL   /* abstract Unix sockets, signals */

static const int allowed[] = {
	/* memory; what makes it executable is refused below */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	/* threads */
	SCMP_SYS(futex),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(gettid),
	SCMP_SYS(getpid),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	/* time and chance */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getrandom),
	/* the end */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* All else is refused with EPERM; trying these no picture ever does by mistake. */
static const int fatal[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(bpf),
	SCMP_SYS(mount),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(memfd_create),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

int
confine_landlock(void)
{
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

NEOERR *
confine_files(void)
{
	int version = confine_landlock();
	struct landlock_rules rules = {
		.files = FILES_1 | (version >= 2 ? FILES_2 : 0) | (version >= 3 ? FILES_3 : 0) |
			 (version >= 5 ? FILES_5 : 0),
		.ports = version >= 4 ? PORTS_4 : 0,
		.scopes = version >= 6 ? SCOPES_6 : 0,
	};
	NEOERR *err = STATUS_OK;
	int fd;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return nerr_raise_errno(NERR_SYSTEM, "no_new_privs");
	if (version == 0)
		return STATUS_OK;
	/* An older kernel takes the longer struct as long as what it does not know is zero. */
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (fd == -1)
		return nerr_raise_errno(NERR_SYSTEM, "landlock ruleset");
	if (syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		err = nerr_raise_errno(NERR_SYSTEM, "landlock");
	close(fd);
	return err;
}

/*
 * RLIMIT_NPROC is not among them: it counts all processes and threads of the user, so that a
 * busy user's decoders would get no thread.  The filter of system calls refuses a fork.
 */
static NEOERR *
confine_means(const struct confine *limits)
{
	const struct {
		const char *name;
		__rlimit_resource_t what;
		rlim_t most;
	} table[] = {
		{ "files", RLIMIT_NOFILE, 0 },
		{ "file size", RLIMIT_FSIZE, 0 },
		{ "core", RLIMIT_CORE, 0 },
		{ "locked memory", RLIMIT_MEMLOCK, 0 },
		{ "processor", RLIMIT_CPU, limits->seconds },
		{ "memory", RLIMIT_AS, SANITIZED ? RLIM_INFINITY : limits->memory },
	};

	if (close_range(0, STDIN_FILENO, 0) != 0 || close_range(STDOUT_FILENO, 1, 0) != 0 ||
	    close_range(SANITIZED ? 3 : 2, ~0U, 0) != 0)
		return nerr_raise_errno(NERR_SYSTEM, "descriptors");
	for (size_t i = 0; i < COUNT(table); i++)
		if (setrlimit(
			table[i].what, &(struct rlimit) { table[i].most, table[i].most }) != 0)
			return nerr_raise_errno(NERR_SYSTEM, "limit: %s", table[i].name);
	return STATUS_OK;
}

/* Adds the rules; the first error of libseccomp (negative), or 0. */
static int
add_rules(scmp_filter_ctx filter)
{
	int bad = 0;

	for (size_t i = 0; i < COUNT(allowed) && bad == 0; i++)
		bad = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < COUNT(fatal) && bad == 0; i++)
		bad = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
	if (bad == 0) /* memory from nowhere, never both written and run */
		bad = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	if (bad == 0)
		bad = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (bad == 0) /* threads, not processes */
		bad = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (bad ==
	    0) /* its flags lie in memory, out of a filter's sight: glibc falls back to clone */
		bad = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (bad == 0) /* abort(3) */
		bad = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	if (bad == 0 && SANITIZED)
		bad = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
		    SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
	return bad;
}

static NEOERR *
confine_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int bad;

	if (filter == NULL)
		return nerr_raise(NERR_NOMEM, "seccomp");
	bad = add_rules(filter);
	if (bad == 0)
		bad = seccomp_load(filter);
	seccomp_release(filter);
	return bad == 0 ? STATUS_OK : nerr_raise(NERR_SYSTEM, "seccomp: %s", strerror(-bad));
}

NEOERR *
confine_decoder(const struct confine *limits)
{
	NEOERR *err = confine_means(limits);

	if (err != STATUS_OK)
		return nerr_pass(err);
	return nerr_pass(confine_calls());
}

static bool
opens(const struct confine *limits)
{
	(void)limits;
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) != -1;
}

static bool
lists(const struct confine *limits)
{
	(void)limits;
	return opendir("/") != NULL;
}

static bool
creates(const struct confine *limits)
{
	char path[] = "/tmp/photo-worker-escape-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	(void)limits;
	if (fd == -1)
		return false;
	unlink(path);
	return true;
}

/* Ends as the program does: with the code for an escape when it runs. */
static bool
executes(const struct confine *limits)
{
	(void)limits;
	execl("/bin/sh", "sh", "-c", "exit 42", (char *)NULL);
	return false;
}

static bool
talks(const struct confine *limits)
{
	(void)limits;
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) != -1;
}

static bool
forks(const struct confine *limits)
{
	pid_t child = fork();

	(void)limits;
	if (child == 0)
		_exit(0);
	if (child == -1)
		return false;
	waitpid(child, NULL, 0);
	return true;
}

static bool
signals(const struct confine *limits)
{
	(void)limits;
	return kill(getppid(), 0) == 0;
}

static bool
makes_code(const struct confine *limits)
{
	(void)limits;
	return mmap(NULL, 1, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0) != MAP_FAILED;
}

static bool
grows(const struct confine *limits)
{
	return mmap(NULL, limits->memory, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

static bool
still_holds(const struct confine *limits)
{
	(void)limits;
	return fcntl(STDIN_FILENO, F_GETFD) != -1 || fcntl(STDOUT_FILENO, F_GETFD) != -1 ||
	       fcntl(STDERR_FILENO + 1, F_GETFD) != -1;
}

#define ESCAPED 42

static const struct escape {
	const char *name;
	unsigned held_by; /* each of these walls holds it back alone */
	bool (*works)(const struct confine *limits);
} escapes[] = {
	{ "open a file", CONFINE_FILES | CONFINE_MEANS | CONFINE_CALLS, opens },
	{ "list a folder", CONFINE_FILES | CONFINE_MEANS | CONFINE_CALLS, lists },
	{ "create a file", CONFINE_FILES | CONFINE_MEANS | CONFINE_CALLS, creates },
	{ "execute", CONFINE_FILES | CONFINE_CALLS, executes },
	{ "make a socket", CONFINE_MEANS | CONFINE_CALLS, talks },
	{ "fork", CONFINE_CALLS, forks },
	{ "signal", CONFINE_CALLS, signals },
	{ "make code", CONFINE_CALLS, makes_code },
	{ "grow", SANITIZED ? 0 : CONFINE_MEANS, grows },
	{ "use a descriptor", CONFINE_MEANS | CONFINE_CALLS, still_holds },
};

static NEOERR *
put_up(const struct confine *limits, unsigned wall)
{
	switch (wall) {
	case CONFINE_FILES:
		return nerr_pass(confine_files());
	case CONFINE_MEANS:
		return nerr_pass(confine_means(limits));
	case CONFINE_CALLS:
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
			return nerr_raise_errno(NERR_SYSTEM, "no_new_privs");
		return nerr_pass(confine_calls());
	default:
		return STATUS_OK;
	}
}

/* 0 held, killed by the filter included; 1 escaped; -1 no proof could be had. */
static int
attempt(const struct confine *limits, unsigned wall, const struct escape *escape)
{
	pid_t child = fork();
	NEOERR *err;
	int status;

	if (child == -1)
		return -1;
	if (child == 0) {
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		err = put_up(limits, wall);
		if (err != STATUS_OK)
			_exit(1);
		_exit(escape->works(limits) ? ESCAPED : 0);
	}
	while (waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? 0 : -1;
	return WEXITSTATUS(status) == 0 ? 0 : WEXITSTATUS(status) == ESCAPED ? 1 : -1;
}

NEOERR *
confine_prove(const struct confine *limits, unsigned walls)
{
	unsigned present = confine_landlock() > 0 ? CONFINE_ALL : CONFINE_ALL & ~CONFINE_FILES;

	for (size_t i = 0; i < COUNT(escapes); i++) {
		for (unsigned wall = CONFINE_FILES; wall <= CONFINE_CALLS; wall <<= 1) {
			if (!(escapes[i].held_by & wall & present))
				continue;
			switch (attempt(limits, wall & walls, &escapes[i])) {
			case 0:
				break;
			case 1:
				return nerr_raise(FAIL_CONFIG,
				    "a decoder can still %s (wall %u)", escapes[i].name, wall);
			default:
				return nerr_raise(NERR_SYSTEM,
				    "cannot try whether a decoder can %s", escapes[i].name);
			}
		}
	}
	return STATUS_OK;
}
