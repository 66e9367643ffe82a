/*
 * flow.c - the channels and their steps.
 *
 * Names and paths are borrowed from the HDF tree of the file, which lives as long as the
 * flows do.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/flow.h"
#include "apply/valid.h"
#include "apply/words.h"
#include "base/conf.h"
#include "base/fail.h"

struct flows {
	HDF *hdf;
	struct flow *list;
	size_t count;
};

static bool
eligible(const json_t *body)
{
	return strcmp(field_answer(json_object_get(body, "eligibility"), "answer"), "ok") == 0;
}

static bool
never(const json_t *body)
{
	(void)body;
	return false;
}

static bool
always(const json_t *body)
{
	(void)body;
	return true;
}

static const struct act {
	const char *name;
	bool (*passed)(const json_t *body);
	bool last; /* belongs before the receipt, and only there */
} acts[] = {
	[FLOW_SAVE] = { .name = "", .passed = always },
	[FLOW_ELIGIBILITY] = { .name = "eligibility", .passed = eligible },
	[FLOW_SUBMIT] = { .name = "submit", .passed = never, .last = true },
	[FLOW_CORRECT] = { .name = "correct", .passed = never, .last = true },
};

static bool
act_find(const char *name, enum flow_act *act)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(acts[i].name, name) == 0) {
			*act = (enum flow_act)i;
			return true;
		}
	}
	return false;
}

/* Reading */

/* FAIL_CONFIG when a child of node is none of the blank-separated names. */
static NEOERR *
check_names(HDF *node, const char *names)
{
	for (HDF *child = hdf_obj_child(node); child != NULL; child = hdf_obj_next(child)) {
		if (!words_have(names, hdf_obj_name(child)))
			return nerr_raise(
			    FAIL_CONFIG, "flows: no such key: %s", hdf_obj_name(child));
	}
	return STATUS_OK;
}

/* Is the field asked in the flow by now? */
static bool
asks(const struct flow *flow, const struct field *field)
{
	for (size_t i = 0; i <= flow->count && i < FLOW_MAX_STEPS; i++) {
		for (size_t j = 0; flow->steps[i].fields[j] != NULL; j++) {
			if (flow->steps[i].fields[j] == field)
				return true;
		}
	}
	return false;
}

static NEOERR *
add_field(struct flow *flow, struct flow_step *step, size_t n, const char *name)
{
	const struct field *field = field_find(name);

	if (field == NULL)
		return nerr_raise(
		    FAIL_CONFIG, "flows: %s/%s: no field %s", flow->channel, step->name, name);
	if (n == FLOW_MAX_FIELDS || asks(flow, field))
		return nerr_raise(FAIL_CONFIG, "flows: %s/%s: field %s is one too many",
		    flow->channel, step->name, name);
	if (field->when_field != NULL && !asks(flow, field_find(field->when_field)))
		return nerr_raise(FAIL_CONFIG, "flows: %s/%s: %s before %s", flow->channel,
		    step->name, name, field->when_field);
	step->fields[n] = field;
	step->takes_files |= field->kind == FIELD_PHOTO;
	return STATUS_OK;
}

/* Only what the step shows can be read back. */
static NEOERR *
check_known(struct flow *flow, struct flow_step *step, size_t n, const char *name)
{
	for (size_t i = 0; step->fields[i] != NULL; i++) {
		if (strcmp(step->fields[i]->name, name) == 0)
			return STATUS_OK;
	}
	return nerr_raise(FAIL_CONFIG, "flows: %s/%s: known %zu, %s, is no field of the step",
	    flow->channel, step->name, n, name);
}

static NEOERR *
add_consent(struct flow *flow, struct flow_step *step, size_t n, const char *name)
{
	HDF *node = hdf_get_obj(hdf_get_obj(step->flows->hdf, "Consent"), name);

	if (node == NULL || n == FLOW_MAX_CONSENTS)
		return nerr_raise(FAIL_CONFIG, "flows: %s/%s: no consent %s, or too many",
		    flow->channel, step->name, name);
	step->consents[n] = hdf_obj_name(node);
	return STATUS_OK;
}

/* Calls add for each word of the step's list named key. */
static NEOERR *
each_word(HDF *node, const char *key, struct flow *flow, struct flow_step *step,
    NEOERR *(*add)(struct flow *flow, struct flow_step *step, size_t n, const char *word))
{
	const char *words = hdf_get_value(node, key, "");
	char word[WORDS_MAX];
	NEOERR *err = STATUS_OK;

	for (size_t n = 0; err == STATUS_OK && words_next(&words, word); n++)
		err = add(flow, step, n, word);
	return nerr_pass(err);
}

static NEOERR *
read_step(const struct flows *flows, struct flow *flow, HDF *node)
{
	struct flow_step *step = &flow->steps[flow->count];
	const char *act = hdf_get_value(node, "act", "");
	const char *name = hdf_get_value(node, "name", "");
	NEOERR *err;

	if (*name == '\0' || flow_find(flow, name) >= 0 ||
	    strtoul(hdf_obj_name(node), NULL, 10) != flow->count)
		return nerr_raise(FAIL_CONFIG,
		    "flows: %s: step %s has no name, another's, or is not %zu", flow->channel,
		    hdf_obj_name(node), flow->count);
	step->name = name;
	step->flows = flows;
	step->receipt = hdf_get_int_value(node, "receipt", 0) == 1;
	step->result = hdf_get_int_value(node, "result", 0) == 1;
	step->asks = hdf_get_int_value(node, "asks", 0) == 1;
	step->known = hdf_get_value(node, "known", "");
	if (!act_find(act, &step->act))
		return nerr_raise(
		    FAIL_CONFIG, "flows: %s/%s: no act %s", flow->channel, name, act);
	if ((err = check_names(node, "name fields known consents act result asks receipt")) ||
	    (err = each_word(node, "fields", flow, step, add_field)) ||
	    (err = each_word(node, "known", flow, step, check_known)) ||
	    (err = each_word(node, "consents", flow, step, add_consent)))
		return nerr_pass(err);
	flow->count++;
	return STATUS_OK;
}

/* One step submits, and the receipt, the last one, comes after it. */
static NEOERR *
check_end(const struct flow *flow)
{
	for (size_t i = 0; i < flow->count; i++) {
		const struct flow_step *step = &flow->steps[i];

		if (step->receipt != (i + 1 == flow->count) ||
		    acts[step->act].last != (i + 2 == flow->count))
			return nerr_raise(FAIL_CONFIG,
			    "flows: %s/%s: submit, then receipt, end a flow", flow->channel,
			    step->name);
	}
	return flow->count >= 2 ? STATUS_OK
				: nerr_raise(FAIL_CONFIG, "flows: %s: no steps", flow->channel);
}

static NEOERR *
read_path(HDF *node, const char *key, const char **path)
{
	const char *value = hdf_get_value(node, key, "");

	if (value[0] != '/' || value[1] == '/')
		return nerr_raise(
		    FAIL_CONFIG, "flows: %s: %s is no path", hdf_obj_name(node), key);
	*path = value;
	return STATUS_OK;
}

static NEOERR *
read_flow(const struct flows *flows, struct flow *flow, HDF *node)
{
	NEOERR *err;

	flow->channel = hdf_obj_name(node);
	flow->ways = hdf_get_value(node, "ways", "");
	flow->greets = hdf_get_int_value(node, "greets", 0) == 1;
	if ((err = check_names(node, "entry hall greets login ways scan step")) ||
	    (err = read_path(node, "entry", &flow->entry)) ||
	    (err = read_path(node, "hall", &flow->hall)) ||
	    (err = read_path(node, "login", &flow->login)) ||
	    (hdf_get_obj(node, "scan") && (err = read_path(node, "scan", &flow->scan))))
		return nerr_pass(err);
	if (flow->entry[strlen(flow->entry) - 1] != '/' ||
	    flow->ways[strspn(flow->ways, " ")] == '\0')
		return nerr_raise(
		    FAIL_CONFIG, "flows: %s: entry is no folder, or no ways", flow->channel);
	for (HDF *step = hdf_get_child(node, "step"); step != NULL; step = hdf_obj_next(step)) {
		if (flow->count == FLOW_MAX_STEPS)
			return nerr_raise(
			    FAIL_CONFIG, "flows: %s: too many steps", flow->channel);
		if ((err = read_step(flows, flow, step)))
			return nerr_pass(err);
	}
	return nerr_pass(check_end(flow));
}

static NEOERR *
read_consents(HDF *hdf)
{
	NEOERR *err;

	for (HDF *node = hdf_get_child(hdf, "Consent"); node != NULL;
	     node = hdf_obj_next(node)) {
		if ((err = check_names(node, "version")))
			return nerr_pass(err);
		if (*hdf_get_value(node, "version", "") == '\0')
			return nerr_raise(FAIL_CONFIG, "flows: consent %s has no version",
			    hdf_obj_name(node));
	}
	return STATUS_OK;
}

static NEOERR *
read_file(HDF *conf, HDF **hdf)
{
	const char *path;
	NEOERR *err;

	if ((err = conf_text(conf, "Flows.File", &path)) || (err = hdf_init(hdf)))
		return nerr_pass(err);
	err = hdf_read_file(*hdf, path);
	if (err != STATUS_OK) {
		nerr_ignore(&err);
		return nerr_raise(FAIL_CONFIG, "Flows.File: %s is missing or no HDF", path);
	}
	return STATUS_OK;
}

NEOERR *
flows_init(struct flows **flows, HDF *conf)
{
	struct flows *made = calloc(1, sizeof(*made));
	size_t count = 0;
	NEOERR *err;

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "flows");
	if ((err = read_file(conf, &made->hdf)) ||
	    (err = check_names(made->hdf, "Channel Consent")) ||
	    (err = read_consents(made->hdf)))
		goto out;
	for (HDF *node = hdf_get_child(made->hdf, "Channel"); node; node = hdf_obj_next(node))
		count++;
	made->list = calloc(count + 1, sizeof(*made->list));
	if (made->list == NULL) {
		err = nerr_raise(NERR_NOMEM, "flows");
		goto out;
	}
	for (HDF *node = hdf_get_child(made->hdf, "Channel"); node; node = hdf_obj_next(node)) {
		if ((err = read_flow(made, &made->list[made->count++], node)))
			goto out;
	}
	if (count == 0) {
		err = nerr_raise(FAIL_CONFIG, "flows: no channel");
		goto out;
	}
	*flows = made;
	made = NULL;
out:
	flows_free(&made);
	return nerr_pass(err);
}

void
flows_free(struct flows **flows)
{
	if (*flows == NULL)
		return;
	hdf_destroy(&(*flows)->hdf);
	free((*flows)->list);
	free(*flows);
	*flows = NULL;
}

/* Asking */

const struct flow *
flows_channel(const struct flows *flows, const char *channel)
{
	for (size_t i = 0; i < flows->count; i++) {
		if (strcmp(flows->list[i].channel, channel) == 0)
			return &flows->list[i];
	}
	return NULL;
}

const struct flow *
flows_each(const struct flows *flows, size_t n)
{
	return n < flows->count ? &flows->list[n] : NULL;
}

/* How much of the path names the flow: bytes, 0 for nothing. */
static size_t
names(const struct flow *flow, const char *path)
{
	const size_t entry = strlen(flow->entry), login = strlen(flow->login);
	char way[WORDS_MAX];
	size_t segment;

	if (strncmp(path, flow->entry, entry) == 0)
		return entry;
	if (strncmp(path, flow->login, login) != 0)
		return 0;
	if (path[login] == '\0')
		return login;
	segment = path[login] == '/' ? strcspn(path + login + 1, "/") : 0;
	if (segment == 0 || segment >= sizeof(way))
		return 0;
	memcpy(way, path + login + 1, segment);
	way[segment] = '\0';
	return words_have(flow->ways, way) ? login + 1 + segment : 0;
}

const struct flow *
flows_at(const struct flows *flows, const char *path)
{
	const struct flow *found = NULL;
	size_t most = 0, n;

	for (size_t i = 0; i < flows->count; i++) {
		if ((n = names(&flows->list[i], path)) > most) {
			most = n;
			found = &flows->list[i];
		}
	}
	return found;
}

const char *
flows_consent_version(const struct flows *flows, const char *key)
{
	HDF *node = hdf_get_obj(hdf_get_obj(flows->hdf, "Consent"), key);

	return node != NULL ? hdf_get_value(node, "version", NULL) : NULL;
}

bool
flows_consented(const struct flows *flows, const char *key, const json_t *body)
{
	const json_t *given = json_object_get(json_object_get(body, "consents"), key);
	const char *version = flows_consent_version(flows, key);

	return version != NULL && strcmp(field_answer(given, "version"), version) == 0;
}

int
flow_find(const struct flow *flow, const char *step)
{
	for (size_t i = 0; i < flow->count; i++) {
		if (strcmp(flow->steps[i].name, step) == 0)
			return (int)i;
	}
	return -1;
}

bool
flow_known(const struct flow_step *step, const struct field *field, const json_t *body)
{
	return words_have(step->known, field->name) &&
	       words_have(
		   field_answer(json_object_get(body, "eligibility"), "known"), field->name);
}

static bool
fields_done(const struct flow_step *step, const json_t *answers, const char *today)
{
	json_t *faults;
	bool done;

	if (step->fields[0] == NULL)
		return true;
	faults = json_object();
	done = faults != NULL;
	if (done)
		valid_across(answers, today, faults);
	for (size_t i = 0; done && step->fields[i] != NULL; i++) {
		const struct field *field = step->fields[i];
		const char *answer = field_answer(answers, field->name);

		if (field_asked(field, answers))
			done = *answer != '\0' &&
			       (field->valid == NULL || field->valid(answer) == NULL) &&
			       json_object_get(faults, field->name) == NULL;
	}
	json_decref(faults);
	return done;
}

bool
flow_consented(const struct flow_step *step, const json_t *body)
{
	for (size_t i = 0; step->consents[i] != NULL; i++) {
		if (!flows_consented(step->flows, step->consents[i], body))
			return false;
	}
	return true;
}

bool
flow_step_done(const struct flow_step *step, const json_t *body, const char *today)
{
	return !step->receipt && flow_consented(step, body) && acts[step->act].passed(body) &&
	       fields_done(step, json_object_get(body, "answers"), today);
}

size_t
flow_first_open(const struct flow *flow, const json_t *body, const char *today)
{
	size_t i = 0;

	while (i + 2 < flow->count && flow_step_done(&flow->steps[i], body, today))
		i++;
	return i;
}
