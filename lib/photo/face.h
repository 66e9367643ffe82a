/*
 * face.h - the faces on a picture, by BlazeFace (back camera, 256 × 256).
 */
#ifndef SBK_FACE_H
#define SBK_FACE_H

#include <stddef.h>
#include <ClearSilver.h>

#include "pixels.h"

struct point {
	float x, y;
};

/* In pixels of the picture. The box reaches from the brows to the chin and from cheek to cheek. */
struct face {
	float left, top, width, height;
	float score;                                /* 0 … 1 */
	struct point eyes[2], nose, mouth, ears[2]; /* the one on the picture's left first */
};

/* Loads face.onnx out of the folder. */
NEOERR *face_init(const char *models);

/*
 * Faces that score above least, the largest first; *count of them, max at most.  Where there is none on the whole
 * picture it is looked for in its quarters, so that a small one is found too.  NERR_SYSTEM when the model fails.
 */
NEOERR *face_find(
    const struct pixels *pixels, float least, struct face *faces, size_t max, size_t *count);

#endif
