/*
 * photo.c - the asker's side of the picture workers, and the pictures in the database.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "photo.h"
#include "wire.h"

#define SEALED_AS "photo.body"

enum { PHOTO_INSERT, PHOTO_SELECT };

static const struct db_sql sql[] = {
	[PHOTO_INSERT] = { "photo_insert",
	    "INSERT INTO photo (id, person, kind, body, width, height, received_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
	[PHOTO_SELECT] = { "photo_select",
	    "SELECT body FROM photo WHERE id = ? AND person = ?" },
};

NEOERR *
photo_limits_init(struct photo_limits *limits, HDF *conf)
{
	struct photo_limits found = { 0 };
	const struct {
		const char *key;
		long min, max;
		long *value;
	} keys[] = {
		{ "Photo.Min", 1, INT_MAX, &found.min },
		{ "Photo.Max", 1, INT_MAX, &found.max },
		{ "Photo.Pixels", 1, INT_MAX, &found.pixels },
		{ "Photo.EdgeMin", 1, 10000, &found.edge_min },
		{ "Photo.PortraitWidth", 1, 10000, &found.portrait_width },
		{ "Photo.PortraitHeight", 1, 10000, &found.portrait_height },
		{ "Photo.PortraitMin", 1, WIRE_JPEG_MAX, &found.portrait_min },
		{ "Photo.PortraitMax", 1, WIRE_JPEG_MAX, &found.portrait_max },
		{ "Photo.SideMax", 1, 10000, &found.side_max },
		{ "Photo.FaceMin", 1, INT_MAX, &found.face_min },
		{ "Photo.FaceMax", 1, 10000, &found.face_max },
		{ "Photo.Timeout", 1, 600, &found.timeout },
	};
	NEOERR *err;

	err = conf_text(conf, "Photo.Socket", &found.socket);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (strlen(found.socket) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return nerr_raise(FAIL_CONFIG, "Photo.Socket is too long a path");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		err = conf_int(conf, keys[i].key, keys[i].min, keys[i].max, keys[i].value);
		if (err != STATUS_OK)
			return nerr_pass(err);
	}
	if (found.min > found.max || found.face_min > found.max)
		return nerr_raise(FAIL_CONFIG, "Photo.Min or Photo.FaceMin is over Photo.Max");
	*limits = found;
	return STATUS_OK;
}

/* *end: WIRE_LATE when the workers have enough to do, WIRE_GONE when there are none. */
static NEOERR *
reach(const char *path, int *fd, enum wire_end *end)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (s == -1)
		return nerr_raise_errno(FAIL_UNAVAILABLE, "no socket for the picture workers");
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(s, (struct sockaddr *)&address, sizeof(address)) == 0) {
		*end = WIRE_DONE;
		*fd = s;
		return STATUS_OK;
	}
	/* Where it does not block, a full queue is EAGAIN (unix(7)). */
	*end = errno == EAGAIN ? WIRE_LATE : WIRE_GONE;
	close(s);
	return STATUS_OK;
}

/* The worker has had a stranger's picture in its hands: its answer is checked as well. */
static bool
believable(const struct photo_limits *limits, enum wire_kind kind,
    const struct wire_answer *answer, const struct bytes *jpeg)
{
	static const uint8_t head[] = { 0xff, 0xd8, 0xff }, tail[] = { 0xff, 0xd9 };
	long most;

	if (jpeg->len < sizeof(head) + sizeof(tail) ||
	    memcmp(jpeg->data, head, sizeof(head)) != 0 ||
	    memcmp(jpeg->data + jpeg->len - sizeof(tail), tail, sizeof(tail)) != 0)
		return false;
	if (kind == WIRE_PORTRAIT)
		return answer->width == limits->portrait_width &&
		       answer->height == limits->portrait_height;
	most = kind == WIRE_FACE ? limits->face_max : limits->side_max;
	return answer->width > 0 && answer->width <= most && answer->height > 0 &&
	       answer->height <= most;
}

/* One question, one answer.  Anything but WIRE_DONE leaves photo untouched. */
static NEOERR *
converse(int fd, const struct photo_limits *limits, enum wire_kind kind, const void *data,
    size_t len, int64_t deadline, struct photo *photo, enum wire_end *end)
{
	struct wire_request request = { .kind = kind, .len = (uint32_t)len };
	struct wire_answer answer;
	struct bytes body = BYTES_INIT;
	json_t *facts = NULL;
	uint8_t head[WIRE_REQUEST_LEN], reply[WIRE_ANSWER_LEN];
	NEOERR *err = STATUS_OK;

	wire_pack_request(&request, head);
	*end = wire_send(fd, head, sizeof(head), deadline);
	if (*end == WIRE_DONE)
		*end = wire_send(fd, data, len, deadline);
	if (*end == WIRE_DONE)
		*end = wire_receive(fd, reply, sizeof(reply), deadline);
	if (*end != WIRE_DONE)
		return STATUS_OK;
	if (!wire_read_answer(reply, &answer))
		return nerr_raise(
		    FAIL_UNAVAILABLE, "the picture worker's answer makes no sense");

	/* The facts pass through the JPEG's buffer before it. */
	body.len = answer.facts_len > answer.jpeg_len ? answer.facts_len : answer.jpeg_len;
	body.data = malloc(body.len + 1);
	if (body.data == NULL) {
		body.len = 0;
		err = nerr_raise(NERR_NOMEM, "photo");
		goto out;
	}
	*end = wire_receive(fd, body.data, answer.facts_len, deadline);
	if (*end == WIRE_DONE) {
		facts = json_loadb((const char *)body.data, answer.facts_len, 0, NULL);
		*end = wire_receive(fd, body.data, answer.jpeg_len, deadline);
	}
	if (*end != WIRE_DONE)
		goto out;
	body.len = answer.jpeg_len;
	body.data[body.len] = '\0';
	if (answer.fault == WIRE_FINE &&
	    (!json_is_object(facts) || !believable(limits, kind, &answer, &body))) {
		err =
		    nerr_raise(FAIL_UNAVAILABLE, "the picture worker's answer makes no sense");
		goto out;
	}
	*photo = (struct photo) { .fault = wire_fault_name(answer.fault) };
	if (answer.fault != WIRE_FINE)
		goto out;
	photo->jpeg = body;
	photo->width = (int)answer.width;
	photo->height = (int)answer.height;
	photo->facts = facts;
	body = (struct bytes)BYTES_INIT;
	facts = NULL;
out:
	json_decref(facts);
	bytes_release(&body);
	return err;
}

NEOERR *
photo_normalise(const struct photo_limits *limits, const char *kind, const void *data,
    size_t len, struct photo *photo)
{
	int64_t deadline = wire_now() + limits->timeout * 1000;
	enum wire_kind wanted = wire_kind_named(kind);
	enum wire_fault fault = WIRE_FINE;
	enum wire_end end = WIRE_GONE;
	int fd = -1;
	NEOERR *err;

	if (wanted == 0)
		return nerr_raise(NERR_ASSERT, "no such kind of picture");
	if (len < (size_t)(wanted == WIRE_FACE ? limits->face_min : limits->min))
		fault = WIRE_TOO_SMALL;
	else if (len > (size_t)limits->max)
		fault = WIRE_TOO_LARGE;
	if (fault != WIRE_FINE) {
		*photo = (struct photo) { .fault = wire_fault_name(fault) };
		return STATUS_OK;
	}
	err = nerr_pass(reach(limits->socket, &fd, &end));
	if (err == STATUS_OK && end == WIRE_DONE)
		err = nerr_pass(converse(fd, limits, wanted, data, len, deadline, photo, &end));
	if (fd != -1)
		close(fd);
	if (err == STATUS_OK && end != WIRE_DONE)
		*photo = (struct photo) { .fault = wire_fault_name(WIRE_BUSY) };
	return err;
}

void
photo_release(struct photo *photo)
{
	bytes_release(&photo->jpeg);
	json_decref(photo->facts);
	*photo = (struct photo) { 0 };
}

NEOERR *
photo_store(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const char *kind, const struct photo *photo, uint8_t id[SEAL_ID_LEN])
{
	struct bytes sealed = BYTES_INIT;
	uint8_t fresh[SEAL_ID_LEN];
	NEOERR *err;

	if (photo->fault != NULL || photo->jpeg.len == 0 || wire_kind_named(kind) == 0)
		return nerr_raise(NERR_ASSERT, "only a normalised picture can be kept");
	err = nerr_pass(seal_random(fresh, sizeof(fresh)));
	if (err != STATUS_OK)
		goto out;
	err = nerr_pass(seal_close(
	    seal, SEALED_AS, fresh, sizeof(fresh), photo->jpeg.data, photo->jpeg.len, &sealed));
	if (err != STATUS_OK)
		goto out;
	err = nerr_pass(db_run(db, &sql[PHOTO_INSERT],
	    DB_WITH(db_bytes(fresh, sizeof(fresh)), db_bytes(person, PERSON_LEN), db_text(kind),
		db_bytes(sealed.data, sealed.len), db_int(photo->width), db_int(photo->height),
		db_int(clock_now())),
	    NULL));
	if (err != STATUS_OK)
		goto out;
	memcpy(id, fresh, sizeof(fresh));
out:
	bytes_release(&sealed);
	return err;
}

NEOERR *
photo_load(struct db *db, const struct seal *seal, const uint8_t person[PERSON_LEN],
    const uint8_t id[SEAL_ID_LEN], bool *found, struct bytes *jpeg)
{
	struct db_rows *rows = NULL;
	const void *sealed;
	size_t len;
	bool more;
	NEOERR *err;

	err = nerr_pass(db_select(db, &sql[PHOTO_SELECT],
	    DB_WITH(db_bytes(id, SEAL_ID_LEN), db_bytes(person, PERSON_LEN)), &rows));
	if (err != STATUS_OK)
		goto out;
	err = nerr_pass(db_next(rows, &more));
	if (err != STATUS_OK)
		goto out;
	if (more) {
		sealed = db_get_bytes(rows, 0, &len);
		err = nerr_pass(seal_open(seal, SEALED_AS, id, SEAL_ID_LEN, sealed, len, jpeg));
		if (err != STATUS_OK)
			goto out;
	}
	*found = more;
out:
	db_rows_free(&rows);
	return err;
}
