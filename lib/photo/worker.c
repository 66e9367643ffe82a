/*
 * worker.c - the program that opens strangers' pictures.
 *
 * A pool of acceptors shares one socket.  An acceptor never looks at a picture: it takes the
 * bytes in, forks a decoder that shares some memory with it, waits, and sends what lies there.
 * The decoder has no descriptor, no file, no network and no memory of the picture before;
 * its death is one answer "unreadable".
 *
 *   $SBK_CONF → settings → listener → libvips → proof of confinement → acceptors → decoders
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/fail.h"
#include "base/log.h"
#include "confine.h"
#include "image.h"
#include "photo.h"
#include "wire.h"

#define WORKERS_MAX 64
#define RESPAWN_MS 200 /* an acceptor that dies at once shall not burn the machine */
#define NOBODY 65534

struct settings {
	struct image_rules rules;
	struct confine confine;
	char socket[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	char models[PATH_MAX];
	long workers, queue;
	bool require_landlock;
	bool read; /* the process that read them came to the end */
};

/* What a decoder leaves behind, in memory shared with its acceptor. */
struct legacy {
	uint8_t head[WIRE_ANSWER_LEN]; /* zero: nothing was left */
	char facts[WIRE_FACTS_MAX];
	uint8_t jpeg[WIRE_JPEG_MAX];
};

static volatile sig_atomic_t leaving;

static void
leave(int signal)
{
	(void)signal;
	leaving = 1;
}

static NEOERR *
settings_init(struct settings *settings, HDF *conf)
{
	long seconds, memory, require_landlock;
	const char *models;
	NEOERR *err;

	err = photo_limits_init(&settings->rules.limits, conf);
	if (err == STATUS_OK)
		err = portrait_rules_init(&settings->rules.portrait, conf);
	if (err == STATUS_OK)
		err = conf_int(conf, "Photo.Workers", 1, WORKERS_MAX, &settings->workers);
	if (err == STATUS_OK)
		err = conf_int(conf, "Photo.Queue", 0, 4096, &settings->queue);
	if (err == STATUS_OK)
		err = conf_int(conf, "Photo.Seconds", 1, 600, &seconds);
	if (err == STATUS_OK)
		err = conf_int(conf, "Photo.Memory", 1L << 28, 1L << 36, &memory);
	if (err == STATUS_OK)
		err = conf_int(conf, "Photo.RequireLandlock", 0, 1, &require_landlock);
	if (err == STATUS_OK)
		err = conf_text(conf, "Photo.Models", &models);
	if (err != STATUS_OK)
		return nerr_pass(err);
	snprintf(
	    settings->socket, sizeof(settings->socket), "%s", settings->rules.limits.socket);
	snprintf(settings->models, sizeof(settings->models), "%s", models);
	settings->rules.limits.socket = settings->socket;
	settings->confine.seconds = (unsigned)seconds;
	settings->confine.memory = (size_t)memory;
	settings->require_landlock = require_landlock == 1;
	settings->read = true;
	return STATUS_OK;
}

/*
 * The configuration may name the database's password, and what once lay in this process's
 * memory a decoder could find there.  So a child reads it and leaves only the settings.
 */
static NEOERR *
settings_read(const struct settings **settings)
{
	struct settings *shared;
	HDF *conf = NULL;
	pid_t child;
	NEOERR *err;

	shared = mmap(
	    NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return nerr_raise_errno(NERR_NOMEM, "settings");
	child = fork();
	if (child == -1)
		return nerr_raise_errno(NERR_SYSTEM, "fork");
	if (child == 0) {
		err = conf_load(&conf);
		if (err == STATUS_OK)
			err = settings_init(shared, conf);
		if (err != STATUS_OK)
			log_failure("start", NULL, &err);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	if (!shared->read)
		return nerr_raise(FAIL_CONFIG, "no settings");
	mprotect(shared, sizeof(*shared), PROT_READ);
	*settings = shared;
	return STATUS_OK;
}

/* A socket file that nobody serves is left from a crash; one that somebody serves is his. */
static NEOERR *
clear_way(const struct sockaddr_un *address)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served;

	if (s == -1)
		return nerr_raise_errno(NERR_SYSTEM, "socket");
	served = connect(s, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		 errno == EAGAIN;
	close(s);
	if (served)
		return nerr_raise(FAIL_CONFIG, "Photo.Socket is served already");
	unlink(address->sun_path);
	return STATUS_OK;
}

/* Descriptor 0 where the starter passed a listening socket, else Photo.Socket made here; with a queue as long as is set. */
static NEOERR *
listener_init(const struct settings *settings, int *listener, bool *made)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = 0, s;
	socklen_t len = sizeof(listening);
	mode_t mask;
	NEOERR *err;

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 &&
	    listening) {
		fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
		listen(STDIN_FILENO, (int)settings->queue);
		*listener = STDIN_FILENO;
		*made = false;
		return STATUS_OK;
	}
	memcpy(address.sun_path, settings->socket, sizeof(address.sun_path));
	err = clear_way(&address);
	if (err != STATUS_OK)
		return nerr_pass(err);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s == -1)
		return nerr_raise_errno(NERR_SYSTEM, "socket");
	mask = umask(0117);
	if (bind(s, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(s, (int)settings->queue) != 0)
		err = nerr_raise_errno(NERR_SYSTEM, "Photo.Socket");
	umask(mask);
	if (err != STATUS_OK) {
		close(s);
		return err;
	}
	*listener = s;
	*made = true;
	return STATUS_OK;
}

/* The decoder's whole life. */
static _Noreturn void
decode(const struct settings *settings, const struct wire_request *request, const void *data,
    struct legacy *legacy)
{
	struct image image = { .jpeg = BYTES_INIT };
	struct wire_answer answer = { .fault = WIRE_UNREADABLE };

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (confine_decoder(&settings->confine) != STATUS_OK)
		_exit(1);
	answer.fault =
	    image_normalise(&settings->rules, request->kind, data, request->len, &image);
	if (answer.fault == WIRE_FINE) {
		answer.facts_len = (uint32_t)json_dumpb(
		    image.facts, legacy->facts, sizeof(legacy->facts), JSON_COMPACT);
		if (image.jpeg.len > sizeof(legacy->jpeg) ||
		    answer.facts_len > sizeof(legacy->facts))
			_exit(1);
		answer.width = (uint32_t)image.width;
		answer.height = (uint32_t)image.height;
		answer.jpeg_len = (uint32_t)image.jpeg.len;
		memcpy(legacy->jpeg, image.jpeg.data, image.jpeg.len);
	}
	wire_pack_answer(&answer, legacy->head);
	_exit(0);
}

/* Until the decoder ends, by itself or because its time is up or its asker gone. */
static int
await(pid_t decoder, int conn, unsigned seconds, bool *asked, struct rusage *usage)
{
	struct pollfd watched[] = {
		{ .fd = pidfd_open(decoder, 0), .events = POLLIN },
		{ .fd = conn, .events = POLLRDHUP },
	};
	int64_t deadline = wire_now() + seconds * 1000, left;
	int status = 0;

	while ((left = deadline - wire_now()) > 0)
		if (watched[0].fd == -1 || poll(watched, 2, (int)left) > 0)
			break;
	*asked = watched[1].revents == 0;
	/* It is our child and not yet waited for: the number can mean no other process. */
	if (watched[0].revents == 0)
		kill(decoder, SIGKILL);
	while (wait4(decoder, &status, 0, usage) == -1 && errno == EINTR)
		;
	if (watched[0].fd != -1)
		close(watched[0].fd);
	return status;
}

/* One picture from its bytes to what the decoder left; false when nobody waits for it now. */
static bool
work(const struct settings *settings, int conn, const struct wire_request *request,
    const void *data, struct legacy *legacy, struct wire_answer *answer)
{
	int64_t begun = wire_now();
	struct rusage usage = { 0 };
	bool asked = false;
	pid_t decoder;
	int status;

	decoder = fork();
	if (decoder == 0)
		decode(settings, request, data, legacy);
	if (decoder == -1)
		return false;
	status = await(decoder, conn, settings->confine.seconds, &asked, &usage);
	if (status != 0 || !wire_read_answer(legacy->head, answer))
		*answer = (struct wire_answer) { .fault = WIRE_UNREADABLE };
	log_line("info", "photo",
	    (const struct log_item[]) {
		LOG_TEXT("kind", wire_kind_name(request->kind)),
		LOG_TEXT("fault", wire_fault_name(answer->fault)),
		LOG_NUMBER("bytes", request->len),
		LOG_NUMBER("ms", wire_now() - begun),
		LOG_NUMBER("kib", usage.ru_maxrss),
		LOG_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
	    },
	    6);
	return asked;
}

static void
send_answer(
    int conn, const struct wire_answer *answer, const struct legacy *legacy, int64_t deadline)
{
	uint8_t head[WIRE_ANSWER_LEN];

	wire_pack_answer(answer, head);
	if (wire_send(conn, head, sizeof(head), deadline) == WIRE_DONE &&
	    wire_send(conn, legacy->facts, answer->facts_len, deadline) == WIRE_DONE)
		wire_send(conn, legacy->jpeg, answer->jpeg_len, deadline);
}

/* Memory is mapped anew for each picture, so that no decoder can find another's. */
static void
serve(const struct settings *settings, int conn)
{
	int64_t patience = settings->confine.seconds * 1000;
	struct wire_request request;
	struct wire_answer answer;
	uint8_t head[WIRE_REQUEST_LEN];
	struct legacy *legacy;
	void *data;

	if (wire_receive(conn, head, sizeof(head), wire_now() + patience) != WIRE_DONE ||
	    !wire_read_request(head, &request) || request.len > settings->rules.limits.max)
		return;
	legacy = mmap(
	    NULL, sizeof(*legacy), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	data = mmap(NULL, request.len + 1UL, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (legacy != MAP_FAILED && data != MAP_FAILED &&
	    wire_receive(conn, data, request.len, wire_now() + patience) == WIRE_DONE &&
	    work(settings, conn, &request, data, legacy, &answer))
		send_answer(conn, &answer, legacy, wire_now() + patience);
	if (data != MAP_FAILED)
		munmap(data, request.len + 1UL);
	if (legacy != MAP_FAILED)
		munmap(legacy, sizeof(*legacy));
}

/* Started by root, as only a newcomer's machine does: be nobody. */
static NEOERR *
drop_root(void)
{
	if (geteuid() != 0)
		return STATUS_OK;
	if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return nerr_raise_errno(NERR_SYSTEM, "cannot stop being root");
	return STATUS_OK;
}

/* Between pictures a signal ends it; a picture begun is finished. */
static NEOERR *
accept_pictures(const struct settings *settings, int listener, pid_t pool)
{
	struct pollfd watched = { .fd = listener, .events = POLLIN };
	sigset_t open;
	int conn;
	NEOERR *err;

	err = drop_root();
	if (err == STATUS_OK)
		err = confine_files();
	if (err != STATUS_OK)
		return nerr_pass(err);
	sigaction(SIGTERM, &(struct sigaction) { .sa_handler = leave }, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	sigemptyset(&open);
	while (!leaving && getppid() == pool) {
		if (ppoll(&watched, 1, NULL, &open) != 1)
			continue;
		conn = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (conn == -1)
			continue;
		serve(settings, conn);
		close(conn);
	}
	return STATUS_OK;
}

static pid_t
acceptor_start(const struct settings *settings, int listener)
{
	pid_t pool = getpid(), pid = fork();
	NEOERR *err;

	if (pid != 0)
		return pid;
	err = accept_pictures(settings, listener, pool);
	if (err == STATUS_OK)
		_exit(0);
	log_failure("acceptor", NULL, &err);
	_exit(1);
}

/* Forgets the acceptors that have ended; how many still live. */
static long
reap(pid_t acceptors[], long n)
{
	long alive = 0;
	int status;

	for (long i = 0; i < n; i++) {
		if (acceptors[i] > 0 && waitpid(acceptors[i], &status, WNOHANG) > 0) {
			acceptors[i] = 0;
			if (status != 0)
				log_line("error", "acceptor_died",
				    (const struct log_item[]) {
					LOG_NUMBER("status", status),
				    },
				    1);
		}
		alive += acceptors[i] > 0;
	}
	return alive;
}

/* Keeps up the number of acceptors until SIGTERM or SIGINT; then waits for their last. */
static void
pool_run(const struct settings *settings, int listener, const sigset_t *signals)
{
	pid_t acceptors[WORKERS_MAX] = { 0 };
	const struct timespec respawn = { 0, RESPAWN_MS * 1000000L };
	long alive;
	int got;

	for (long i = 0; i < settings->workers; i++)
		acceptors[i] = acceptor_start(settings, listener);
	do {
		alive = reap(acceptors, settings->workers);
		got = sigtimedwait(signals, NULL, alive < settings->workers ? &respawn : NULL);
		for (long i = 0; i < settings->workers && got == -1; i++)
			if (acceptors[i] <= 0)
				acceptors[i] = acceptor_start(settings, listener);
	} while (got != SIGTERM && got != SIGINT);
	close(listener);
	for (long i = 0; i < settings->workers; i++)
		if (acceptors[i] > 0)
			kill(acceptors[i], SIGTERM);
	while (reap(acceptors, settings->workers) > 0)
		sigwaitinfo(signals, NULL);
}

static NEOERR *
prepare(const struct settings **settings, int *listener, bool *made)
{
	int landlock = confine_landlock();
	NEOERR *err;

	err = settings_read(settings);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (landlock == 0 && (*settings)->require_landlock)
		return nerr_raise(FAIL_CONFIG, "landlock absent, Photo.RequireLandlock is 1");
	if (landlock == 0)
		log_line("warn", "landlock absent", NULL, 0);
	mallopt(M_ARENA_MAX, 1); /* each thread's own would cost 64 MB of address space */
	/* What a model's layer gives back the next one takes: not by way of the kernel. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	err = image_init((*settings)->models);
	if (err != STATUS_OK)
		return nerr_pass(err);
	err = confine_prove(&(*settings)->confine, CONFINE_ALL);
	if (err != STATUS_OK)
		return nerr_pass(err);
	err = listener_init(*settings, listener, made);
	if (err != STATUS_OK)
		return nerr_pass(err);
	log_line("info", "start",
	    (const struct log_item[]) {
		LOG_NUMBER("workers", (*settings)->workers),
		LOG_NUMBER("landlock", landlock),
	    },
	    2);
	return STATUS_OK;
}

int
main(void)
{
	const struct settings *settings = NULL;
	sigset_t signals;
	int listener;
	bool made = false;
	NEOERR *err;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	err = fail_init();
	if (err == STATUS_OK)
		err = prepare(&settings, &listener, &made);
	if (err != STATUS_OK) {
		log_failure("start", NULL, &err);
		return EXIT_FAILURE;
	}
	pool_run(settings, listener, &signals);
	if (made)
		unlink(settings->socket);
	return EXIT_SUCCESS;
}
