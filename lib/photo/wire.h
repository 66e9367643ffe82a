/*
 * wire.h - what goes over the socket between the asker and the picture workers.
 *
 * One connection, one request, one answer; all numbers are unsigned, big endian.
 *
 *   request  magic(4) "SBKq" | version(2) | kind(2) | length(4)
 *            then the picture as uploaded, length bytes
 *   answer   magic(4) "SBKa" | version(2) | fault(2) | width(4) | height(4) |
 *            facts(4) | jpeg(4)
 *            then facts bytes of JSON, an object: what was seen (photo.h); none when there is a fault
 *            then jpeg bytes, a normalised JPEG of width × height; none when there is a fault
 *
 * A side that reads a wrong magic, version, code or a length over its limit hangs up.  To a
 * request in order the worker hangs up only when the pool goes down or has no means left.
 */
#ifndef SBK_WIRE_H
#define SBK_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION 1
#define WIRE_REQUEST_LEN 12
#define WIRE_ANSWER_LEN 24
#define WIRE_FACTS_MAX 65536
#define WIRE_JPEG_MAX 4194304

enum wire_kind {
	WIRE_PORTRAIT = 1,
	WIRE_ID_FRONT,
	WIRE_ID_BACK,
	WIRE_FACE,
};

enum wire_fault {
	WIRE_FINE,
	WIRE_TOO_SMALL,
	WIRE_TOO_LARGE,
	WIRE_TYPE,
	WIRE_PIXELS,
	WIRE_UNREADABLE,
	WIRE_BUSY,
};

struct wire_request {
	enum wire_kind kind;
	uint32_t len;
};

struct wire_answer {
	enum wire_fault fault;
	uint32_t width, height;
	uint32_t facts_len, jpeg_len;
};

/* How sending or receiving ended: all of it, the other side gone, the deadline passed. */
enum wire_end { WIRE_DONE, WIRE_GONE, WIRE_LATE };

/* The kind of that name ("portrait"), 0 when there is none. */
enum wire_kind wire_kind_named(const char *name);
const char *wire_kind_name(enum wire_kind kind);

/* Keys of Lang.error; WIRE_FINE is NULL. */
const char *wire_fault_name(enum wire_fault fault);

void wire_pack_request(const struct wire_request *request, uint8_t out[WIRE_REQUEST_LEN]);
void wire_pack_answer(const struct wire_answer *answer, uint8_t out[WIRE_ANSWER_LEN]);

/* False, and out untouched, when it is not what the head of this file says. */
bool wire_read_request(const uint8_t in[WIRE_REQUEST_LEN], struct wire_request *request);
bool wire_read_answer(const uint8_t in[WIRE_ANSWER_LEN], struct wire_answer *answer);

/* Milliseconds of a clock that nobody sets; a deadline is a moment of it. */
int64_t wire_now(void);

/* All len bytes, however short the single steps are. The socket may be a blocking one. */
enum wire_end wire_send(int fd, const void *data, size_t len, int64_t deadline);
enum wire_end wire_receive(int fd, void *data, size_t len, int64_t deadline);

#endif
