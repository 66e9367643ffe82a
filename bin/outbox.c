/*
 * outbox.c - sbk outbox [--follow]: hands the messages that wait to the gateway (Sms.Url).
 *
 * A message is taken on with a lease, sent with its id as idempotency key, then marked: killed anywhere, it is sent
 * again under the same key, which the gateway counts once.  What the gateway refuses, what has been tried too often
 * and what says too late ("expires" in its body) has failed for good, and the log says so.
 */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/field.h"
#include "apply/outbox.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fail.h"
#include "base/http.h"
#include "base/log.h"
#include "command.h"
#include "job.h"

struct post {
	struct job job;
	struct http *http;
	HDF *words; /* Lang.message.<template>: text with {name} for what the body names */
	const char *url, *token;             /* token NULL: the gateway wants none */
	long tries, lease, delay, delay_max; /* seconds */
	long pause;                          /* milliseconds between looks for new ones */
};

static volatile sig_atomic_t leaving;

static void
leave(int signal)
{
	(void)signal;
	leaving = 1;
}

static NEOERR *
open_post(struct post *post)
{
	HDF *conf;
	const char *dir;
	char path[4096];
	NEOERR *err;

	if ((err = job_open(&post->job)))
		return nerr_pass(err);
	conf = post->job.conf;
	post->token = hdf_get_value(conf, "Sms.Token", NULL);
	if ((err = conf_text(conf, "Sms.Url", &post->url)) ||
	    (err = conf_int(conf, "Outbox.Tries", 1, 1000, &post->tries)) ||
	    (err = conf_int(conf, "Outbox.Lease", 1, 3600, &post->lease)) ||
	    (err = conf_int(conf, "Outbox.Delay", 1, 3600, &post->delay)) ||
	    (err = conf_int(conf, "Outbox.DelayMax", 1, 86400, &post->delay_max)) ||
	    (err = conf_int(conf, "Outbox.Pause", 10, 60000, &post->pause)) ||
	    (err = conf_text(conf, "Templates.Dir", &dir)) ||
	    (err = http_init(&post->http, conf)) || (err = hdf_init(&post->words)))
		return nerr_pass(err);
	snprintf(path, sizeof(path), "%s/lang/zh-CN.hdf", dir);
	return nerr_pass(hdf_read_file(post->words, path));
}

/* The phrase with each {name} replaced by what the body says; NERR_PARSE when it says nothing. */
static NEOERR *
fill(const char *phrase, const json_t *body, STRING *out)
{
	NEOERR *err = STATUS_OK;

	while (err == STATUS_OK && *phrase) {
		const size_t plain = strcspn(phrase, "{");
		const char *end = strchr(phrase + plain, '}');
		char name[32];
		size_t len;

		if ((err = string_appendn(out, phrase, (int)plain)) || phrase[plain] == '\0')
			break;
		len = end ? (size_t)(end - phrase) - plain - 1 : sizeof(name);
		if (len >= sizeof(name))
			return nerr_raise(NERR_PARSE, "a message's phrase");
		snprintf(name, sizeof(name), "%.*s", (int)len, phrase + plain + 1);
		if (*field_answer(body, name) == '\0')
			return nerr_raise(NERR_PARSE, "a message without %s", name);
		err = string_append(out, field_answer(body, name));
		phrase = end + 1;
	}
	return nerr_pass(err);
}

/* {"phone", "template", "text"} */
static NEOERR *
write_letter(const struct post *post, const struct outbox_letter *letter, char **json)
{
	const char *phrase = hdf_get_valuef(post->words, "Lang.message.%s", letter->template);
	json_t *object = NULL;
	STRING text;
	NEOERR *err;

	string_init(&text);
	if (phrase == NULL)
		err = nerr_raise(NERR_PARSE, "no words for message %s", letter->template);
	else
		err = fill(phrase, letter->body, &text);
	if (err == STATUS_OK) {
		object =
		    json_pack("{s:s, s:s, s:s}", "phone", field_answer(letter->body, "phone"),
			"template", letter->template, "text", text.buf);
		*json = object ? json_dumps(object, JSON_COMPACT) : NULL;
		if (*json == NULL)
			err = nerr_raise(NERR_NOMEM, "message");
	}
	json_decref(object);
	string_clear(&text);
	return nerr_pass(err);
}

static bool
too_late(const struct outbox_letter *letter)
{
	const json_t *expires = json_object_get(letter->body, "expires");

	return expires && json_integer_value(expires) <= clock_now();
}

/* *status: what the gateway says, 0 when it does not answer. */
static NEOERR *
hand_over(const struct post *post, const struct outbox_letter *letter, long *status)
{
	char hex[2 * SEAL_ID_LEN + 1], key[80], authorization[600] = "";
	const char *headers[] = { key, NULL, NULL };
	struct http_answer answer = { .status = 0 };
	struct http_question question = {
		.url = post->url, .headers = headers, .type = "application/json"
	};
	char *json = NULL;
	NEOERR *err;

	seal_hex(letter->id, sizeof(letter->id), hex);
	snprintf(key, sizeof(key), "Idempotency-Key: %s", hex);
	if (post->token) {
		snprintf(authorization, sizeof(authorization), "Authorization: Bearer %s",
		    post->token);
		headers[1] = authorization;
	}
	if ((err = write_letter(post, letter, &json)))
		return nerr_pass(err);
	question.body = json;
	question.len = strlen(json);
	err = http_ask(post->http, &question, &answer);
	*status = answer.status;
	http_answer_release(&answer);
	free(json);
	return nerr_pass(err);
}

/* 5, 20, 80, … seconds. */
static long
delay(const struct post *post, int64_t tries)
{
	long seconds = post->delay;

	for (int64_t i = 1; i < tries && seconds < post->delay_max; i++)
		seconds *= 4;
	return seconds < post->delay_max ? seconds : post->delay_max;
}

static NEOERR *
send_one(const struct post *post, const struct outbox_letter *letter)
{
	enum outbox_outcome outcome;
	long status = 0;
	char hex[2 * SEAL_ID_LEN + 1];
	NEOERR *err = STATUS_OK;

	seal_hex(letter->id, sizeof(letter->id), hex);
	if (!too_late(letter))
		err = hand_over(post, letter, &status);
	if (status >= 200 && status < 300)
		outcome = OUTBOX_SENT;
	else if (too_late(letter) || letter->tries >= post->tries ||
		 (status >= 400 && status < 500 && status != 408 && status != 429) ||
		 nerr_match(err, NERR_PARSE))
		outcome = OUTBOX_FAILED;
	else
		outcome = OUTBOX_AGAIN;
	if (err != STATUS_OK)
		log_failure("gateway", hex, &err);
	if (outcome != OUTBOX_SENT)
		log_line(outcome == OUTBOX_FAILED ? "error" : "warn",
		    outcome == OUTBOX_FAILED ? "message_failed" : "message_waits",
		    (struct log_item[]) { LOG_TEXT("id", hex),
			LOG_TEXT("template", letter->template), LOG_NUMBER("status", status),
			LOG_NUMBER("tries", letter->tries) },
		    4);
	return nerr_pass(
	    outbox_settle(post->job.db, letter, outcome, delay(post, letter->tries)));
}

static NEOERR *
run(struct post *post, bool follow)
{
	struct outbox_letter letter;
	bool found;
	NEOERR *err;

	while (!leaving) {
		err = outbox_claim(post->job.db, post->job.seal, post->lease, &letter, &found);
		if (err == STATUS_OK && found) {
			err = send_one(post, &letter);
			outbox_letter_release(&letter);
		}
		if (!follow && (err != STATUS_OK || !found))
			return nerr_pass(err);
		/* A database that is away comes back. */
		if (err != STATUS_OK) {
			log_failure("outbox", "", &err);
			found = false;
		}
		if (!found)
			nanosleep(&(struct timespec) { .tv_sec = post->pause / 1000,
				      .tv_nsec = post->pause % 1000 * 1000000 },
			    NULL);
	}
	return STATUS_OK;
}

int
cmd_outbox(int argc, char **argv)
{
	struct post post = { .http = NULL };
	const bool follow = argc == 2 && strcmp(argv[1], "--follow") == 0;
	NEOERR *err;

	if (argc > 2 || (argc == 2 && !follow))
		return 2;
	sigaction(SIGTERM, &(struct sigaction) { .sa_handler = leave }, NULL);
	sigaction(SIGINT, &(struct sigaction) { .sa_handler = leave }, NULL);
	if ((err = open_post(&post)) == STATUS_OK)
		err = run(&post, follow);
	hdf_destroy(&post.words);
	http_free(&post.http);
	return job_close(&post.job, argv[0], err);
}
