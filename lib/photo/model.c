#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "model.h"

#define API_VERSION \
	1         /* its slots are all that is called; a runtime serves old versions for ever */
#define QUIET 4   /* ORT_LOGGING_LEVEL_FATAL: a stranger's picture shall not write to our log */
#define FLOAT 1   /* ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT */
#define ALL 99    /* ORT_ENABLE_ALL optimisations */
#define ARENA 1   /* OrtArenaAllocator */
#define DEFAULT 0 /* OrtMemTypeDefault */

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTensorTypeAndShapeInfo OrtShape;

/* The slots of OrtApi in use; between them, how many are passed over. */
struct api {
	void *before_status[2];
	const char *(*status_message)(const OrtStatus *);
	OrtStatus *(*create_env)(int level, const char *id, OrtEnv **);
	void *before_session[3];
	OrtStatus *(*create_session)(
	    const OrtEnv *, const char *path, const OrtSessionOptions *, OrtSession **);
	void *before_run[1];
	OrtStatus *(*run)(OrtSession *, const OrtRunOptions *, const char *const *in_names,
	    const OrtValue *const *in, size_t in_count, const char *const *out_names,
	    size_t out_count, OrtValue **out);
	OrtStatus *(*create_options)(OrtSessionOptions **);
	void *before_pattern[6];
	OrtStatus *(*disable_pattern)(OrtSessionOptions *);
	void *before_arena[1];
	OrtStatus *(*disable_arena)(OrtSessionOptions *);
	void *before_severity[2];
	OrtStatus *(*log_severity)(OrtSessionOptions *, int level);
	OrtStatus *(*optimisation)(OrtSessionOptions *, int level);
	OrtStatus *(*intra_threads)(OrtSessionOptions *, int n);
	OrtStatus *(*inter_threads)(OrtSessionOptions *, int n);
	void *before_count[4];
	OrtStatus *(*input_count)(const OrtSession *, size_t *);
	OrtStatus *(*output_count)(const OrtSession *, size_t *);
	void *before_names[4];
	OrtStatus *(*input_name)(const OrtSession *, size_t i, OrtAllocator *, char **);
	OrtStatus *(*output_name)(const OrtSession *, size_t i, OrtAllocator *, char **);
	void *before_tensor[11];
	OrtStatus *(*wrap_tensor)(const OrtMemoryInfo *, void *data, size_t bytes,
	    const int64_t *shape, size_t rank, int type, OrtValue **);
	void *before_data[1];
	OrtStatus *(*tensor_data)(OrtValue *, void **);
	void *before_type[8];
	OrtStatus *(*element_type)(const OrtShape *, int *);
	OrtStatus *(*rank)(const OrtShape *, size_t *);
	OrtStatus *(*dimensions)(const OrtShape *, int64_t *, size_t rank);
	void *before_shape[2];
	OrtStatus *(*shape)(const OrtValue *, OrtShape **);
	void *before_memory[3];
	OrtStatus *(*cpu_memory)(int allocator, int type, OrtMemoryInfo **);
	void *before_allocator[8];
	OrtStatus *(*allocator)(OrtAllocator **);
	void *before_release[14];
	void (*release_status)(OrtStatus *);
	void *release_memory;
	void (*release_session)(OrtSession *);
	void (*release_value)(OrtValue *);
	void *release_run;
	void *release_type;
	void (*release_shape)(OrtShape *);
	void (*release_options)(OrtSessionOptions *);
	void *release_domain; /* 101: the last slot of version 1, which no version moves */
};
_Static_assert(offsetof(struct api, release_domain) == 101 * sizeof(void *), "slots of OrtApi");

struct api_base {
	const struct api *(*api)(uint32_t version);
	const char *(*version)(void);
};

struct model {
	OrtSession *session;
	char *in, *out[MODEL_OUTPUTS];
	size_t outputs;
};

/* The process has one runtime, as it has one libc. */
static struct {
	const struct api *api;
	OrtEnv *env;
	OrtMemoryInfo *memory;
	OrtAllocator *allocator;
} ort;

/* A status is an error, and ours to release. */
static NEOERR *
raise(OrtStatus *status, const char *doing)
{
	NEOERR *err;

	if (status == NULL)
		return STATUS_OK;
	err = nerr_raise(NERR_SYSTEM, "%s: %s", doing, ort.api->status_message(status));
	ort.api->release_status(status);
	return err;
}

NEOERR *
model_init(const char *library)
{
	const struct api_base *(*base)(void);
	void *handle;
	NEOERR *err;

	if (ort.api)
		return STATUS_OK;
	/*
	 * It would report to its maker how it is used: with a thread, a database in the home
	 * folder and the network.  It asks when it starts.
	 */
	setenv("ORT_DISABLE_TELEMETRY", "1", 1);
	handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return nerr_raise(FAIL_CONFIG, "%s", dlerror());
	*(void **)&base = dlsym(handle, "OrtGetApiBase");
	if (base == NULL || strncmp(base()->version(), "1.", 2) != 0 ||
	    (ort.api = base()->api(API_VERSION)) == NULL)
		return nerr_raise(FAIL_CONFIG, "%s is no ONNX Runtime", library);
	if ((err = raise(ort.api->create_env(QUIET, "sbk", &ort.env), "runtime")) ||
	    (err = raise(ort.api->cpu_memory(ARENA, DEFAULT, &ort.memory), "memory")))
		return nerr_pass(err);
	return nerr_pass(raise(ort.api->allocator(&ort.allocator), "allocator"));
}

/* One thread and no pool of memory: a forked child has what it needs, and gives back what it used. */
static NEOERR *
configure(OrtSessionOptions *options)
{
	NEOERR *err;

	if ((err = raise(ort.api->intra_threads(options, 1), "threads")) ||
	    (err = raise(ort.api->inter_threads(options, 1), "threads")) ||
	    (err = raise(ort.api->disable_arena(options), "arena")) ||
	    (err = raise(ort.api->disable_pattern(options), "pattern")) ||
	    (err = raise(ort.api->log_severity(options, QUIET), "log")))
		return nerr_pass(err);
	return nerr_pass(raise(ort.api->optimisation(options, ALL), "optimisation"));
}

static NEOERR *
names(struct model *model)
{
	size_t inputs;
	NEOERR *err;

	if ((err = raise(ort.api->input_count(model->session, &inputs), "inputs")) ||
	    (err = raise(ort.api->output_count(model->session, &model->outputs), "outputs")))
		return nerr_pass(err);
	if (inputs != 1 || model->outputs < 1 || model->outputs > MODEL_OUTPUTS)
		return nerr_raise(
		    NERR_SYSTEM, "%zu inputs, %zu outputs", inputs, model->outputs);
	err = raise(ort.api->input_name(model->session, 0, ort.allocator, &model->in), "input");
	for (size_t i = 0; err == STATUS_OK && i < model->outputs; i++)
		err = raise(
		    ort.api->output_name(model->session, i, ort.allocator, &model->out[i]),
		    "output");
	return nerr_pass(err);
}

NEOERR *
model_load(struct model **model, const char *path)
{
	struct model *made = calloc(1, sizeof(*made));
	OrtSessionOptions *options = NULL;
	NEOERR *err;

	if (made == NULL)
		return nerr_raise(NERR_NOMEM, "model");
	err = raise(ort.api->create_options(&options), "options");
	if (err == STATUS_OK)
		err = configure(options);
	if (err == STATUS_OK)
		err = raise(
		    ort.api->create_session(ort.env, path, options, &made->session), "load");
	if (err == STATUS_OK)
		err = names(made);
	ort.api->release_options(options);
	if (err == STATUS_OK)
		*model = made;
	else {
		model_free(&made);
		err = nerr_pass_ctx(err, "%s", path);
	}
	return err;
}

/* The names are the default allocator's, which is malloc's. */
void
model_free(struct model **model)
{
	if (*model == NULL)
		return;
	if ((*model)->session)
		ort.api->release_session((*model)->session);
	free((*model)->in);
	for (size_t i = 0; i < MODEL_OUTPUTS; i++)
		free((*model)->out[i]);
	free(*model);
	*model = NULL;
}

static NEOERR *
unwrap(OrtValue *value, struct tensor *tensor)
{
	OrtShape *shape = NULL;
	void *data = NULL;
	int type = 0;
	NEOERR *err;

	*tensor = (struct tensor) { .owner = value };
	if ((err = raise(ort.api->shape(value, &shape), "shape")))
		return nerr_pass(err);
	if ((err = raise(ort.api->element_type(shape, &type), "type")) == STATUS_OK &&
	    (err = raise(ort.api->rank(shape, &tensor->rank), "rank")) == STATUS_OK &&
	    (type != FLOAT || tensor->rank > TENSOR_RANK))
		err = nerr_raise(
		    NERR_SYSTEM, "an output of type %d, rank %zu", type, tensor->rank);
	if (err == STATUS_OK)
		err = raise(ort.api->dimensions(shape, tensor->shape, tensor->rank), "shape");
	if (err == STATUS_OK)
		err = raise(ort.api->tensor_data(value, &data), "data");
	ort.api->release_shape(shape);
	tensor->data = data;
	return nerr_pass(err);
}

NEOERR *
model_run(const struct model *model, const struct tensor *in, struct tensor out[], size_t n)
{
	const char *const in_names[] = { model->in };
	OrtValue *given = NULL, *made[MODEL_OUTPUTS] = { NULL };
	const OrtValue *givens[1];
	size_t bytes = sizeof(float);
	NEOERR *err;

	if (n > model->outputs)
		return nerr_raise(NERR_ASSERT, "the model has %zu outputs", model->outputs);
	for (size_t i = 0; i < in->rank; i++)
		bytes *= (size_t)in->shape[i];
	err = raise(ort.api->wrap_tensor(ort.memory, (void *)(uintptr_t)in->data, bytes,
			in->shape, in->rank, FLOAT, &given),
	    "input");
	givens[0] = given;
	if (err == STATUS_OK)
		err = raise(ort.api->run(model->session, NULL, in_names, givens, 1,
				(const char *const *)model->out, n, made),
		    "run");
	for (size_t i = 0; err == STATUS_OK && i < n; i++)
		err = unwrap(made[i], &out[i]);
	if (given)
		ort.api->release_value(given);
	if (err == STATUS_OK)
		return STATUS_OK;
	for (size_t i = 0; i < n; i++)
		if (made[i])
			ort.api->release_value(made[i]);
	return nerr_pass(err);
}

void
tensor_release(struct tensor *tensor)
{
	if (tensor->owner)
		ort.api->release_value(tensor->owner);
	*tensor = (struct tensor) { .data = NULL };
}
