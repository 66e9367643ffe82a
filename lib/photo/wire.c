/*
 * wire.c - the headers of request and answer, and the bytes through the socket.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#include "wire.h"

#define MAGIC_REQUEST 0x53424b71U /* "SBKq" */
#define MAGIC_ANSWER 0x53424b61U  /* "SBKa" */

static const char *const kinds[] = {
	[WIRE_PORTRAIT] = "portrait",
	[WIRE_ID_FRONT] = "id_front",
	[WIRE_ID_BACK] = "id_back",
	[WIRE_FACE] = "face",
};

static const char *const faults[] = {
	[WIRE_FINE] = NULL,
	[WIRE_TOO_SMALL] = "photo_too_small",
	[WIRE_TOO_LARGE] = "photo_too_large",
	[WIRE_TYPE] = "photo_type",
	[WIRE_PIXELS] = "photo_pixels",
	[WIRE_UNREADABLE] = "photo_unreadable",
	[WIRE_BUSY] = "photo_busy",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
put(uint8_t *out, size_t size, uint32_t number)
{
	while (size-- > 0) {
		out[size] = (uint8_t)number;
		number >>= 8;
	}
}

static uint32_t
get(const uint8_t *in, size_t size)
{
	uint32_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | in[i];
	return number;
}

enum wire_kind
wire_kind_named(const char *name)
{
	for (size_t i = WIRE_PORTRAIT; i < COUNT(kinds); i++)
		if (strcmp(kinds[i], name) == 0)
			return (enum wire_kind)i;
	return 0;
}

const char *
wire_kind_name(enum wire_kind kind)
{
	return kinds[kind];
}

const char *
wire_fault_name(enum wire_fault fault)
{
	return faults[fault];
}

void
wire_pack_request(const struct wire_request *request, uint8_t out[WIRE_REQUEST_LEN])
{
	put(out, 4, MAGIC_REQUEST);
	put(out + 4, 2, WIRE_VERSION);
	put(out + 6, 2, request->kind);
	put(out + 8, 4, request->len);
}

void
wire_pack_answer(const struct wire_answer *answer, uint8_t out[WIRE_ANSWER_LEN])
{
	put(out, 4, MAGIC_ANSWER);
	put(out + 4, 2, WIRE_VERSION);
	put(out + 6, 2, answer->fault);
	put(out + 8, 4, answer->width);
	put(out + 12, 4, answer->height);
	put(out + 16, 4, answer->facts_len);
	put(out + 20, 4, answer->jpeg_len);
}

bool
wire_read_request(const uint8_t in[WIRE_REQUEST_LEN], struct wire_request *request)
{
	uint32_t kind = get(in + 6, 2);

	if (get(in, 4) != MAGIC_REQUEST || get(in + 4, 2) != WIRE_VERSION ||
	    kind < WIRE_PORTRAIT || kind >= COUNT(kinds))
		return false;
	request->kind = (enum wire_kind)kind;
	request->len = get(in + 8, 4);
	return true;
}

bool
wire_read_answer(const uint8_t in[WIRE_ANSWER_LEN], struct wire_answer *answer)
{
	struct wire_answer read = {
		.width = get(in + 8, 4),
		.height = get(in + 12, 4),
		.facts_len = get(in + 16, 4),
		.jpeg_len = get(in + 20, 4),
	};
	uint32_t fault = get(in + 6, 2);

	if (get(in, 4) != MAGIC_ANSWER || get(in + 4, 2) != WIRE_VERSION ||
	    fault >= COUNT(faults) || read.facts_len > WIRE_FACTS_MAX ||
	    read.jpeg_len > WIRE_JPEG_MAX || (fault == WIRE_FINE) != (read.jpeg_len > 0))
		return false;
	read.fault = (enum wire_fault)fault;
	*answer = read;
	return true;
}

int64_t
wire_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until fd is ready for events, at the longest until the deadline. */
static enum wire_end
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd watched = { .fd = fd, .events = events };
	int64_t left;
	int ready;

	do {
		left = deadline - wire_now();
		if (left <= 0)
			return WIRE_LATE;
		ready = poll(&watched, 1, (int)left);
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	return ready == -1 ? WIRE_GONE : WIRE_DONE;
}

enum wire_end
wire_send(int fd, const void *data, size_t len, int64_t deadline)
{
	const uint8_t *from = data;
	enum wire_end end = WIRE_DONE;
	ssize_t n;

	while (len > 0 && end == WIRE_DONE) {
		n = send(fd, from, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0) {
			from += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			end = wait_for(fd, POLLOUT, deadline);
		} else if (errno != EINTR) {
			end = WIRE_GONE;
		}
	}
	return end;
}

enum wire_end
wire_receive(int fd, void *data, size_t len, int64_t deadline)
{
	uint8_t *to = data;
	enum wire_end end = WIRE_DONE;
	ssize_t n;

	while (len > 0 && end == WIRE_DONE) {
		n = recv(fd, to, len, MSG_DONTWAIT);
		if (n > 0) {
			to += n;
			len -= (size_t)n;
		} else if (n == 0) {
			end = WIRE_GONE;
		} else if (errno == EAGAIN) {
			end = wait_for(fd, POLLIN, deadline);
		} else if (errno != EINTR) {
			end = WIRE_GONE;
		}
	}
	return end;
}
