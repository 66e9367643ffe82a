/*
 * model.h - neural networks in ONNX files, run by ONNX Runtime on the thread that asks.
 *
 * The runtime comes as a shared library without its header: model.c declares the few slots that it
 * calls of the library's append-only function table (onnxruntime_c_api.h, OrtApi), and checks the version.
 * It is loaded once, and the models with it, before any confinement; forked children share them.
 */
#ifndef SBK_MODEL_H
#define SBK_MODEL_H

#include <stddef.h>
#include <stdint.h>
#include <ClearSilver.h>

#define TENSOR_RANK 4

struct tensor {
	const float *data; /* row by row, the last dimension first */
	int64_t shape[TENSOR_RANK];
	size_t rank;
	void *owner; /* of data, where the runtime made it */
};

struct model; /* one input, up to MODEL_OUTPUTS outputs */
#define MODEL_OUTPUTS 4

/* library: path of libonnxruntime.so.1. FAIL_CONFIG when it is missing or of an unknown version. */
NEOERR *model_init(const char *library);

/* FAIL_CONFIG when the file is no model that the runtime takes. */
NEOERR *model_load(struct model **model, const char *path);
void model_free(struct model **model);

/*
 * out[i] is the i-th output in the model's own order; n as many as the model has at most.  tensor_release each.
 * NERR_SYSTEM when the runtime refuses; then nothing is to be released.
 */
NEOERR *model_run(
    const struct model *model, const struct tensor *in, struct tensor out[], size_t n);
void tensor_release(struct tensor *tensor);

#endif
