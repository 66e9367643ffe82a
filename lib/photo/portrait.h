/*
 * portrait.h - is this a picture for the card, and which part of it (社会保障卡制证用数字相片技术要求)?
 *
 * Of the finished picture of 358 × 441 the rule wants: face 179–255 wide, top of the hair 7–21 below the upper edge, the
 * line of the eyes at least 207 above the lower edge, the middle of the face 162–196 from the left; a plain light
 * background.  The part is chosen so that this holds; nothing is retouched.
 */
#ifndef SBK_PORTRAIT_H
#define SBK_PORTRAIT_H

#include <jansson.h>
#include <ClearSilver.h>

#include "pixels.h"

/* From conf Portrait.*: where the lines run. Brightness and colour are 0 … 255. */
struct portrait_rules {
	long score;        /* per cent: a face is one from there on */
	long face_min;     /* pixels of its width */
	long crowd;        /* per cent of the largest face: another one counts from there on */
	long dark, bright; /* mean brightness of the face */
	long grey;         /* mean colourfulness of the face below which the picture is grey */
	long background_dark;   /* brightness of the background, at least */
	long background_colour; /* its colourfulness, at most */
	long background_uneven; /* deviation of its brightness, at most */
	long blurred, soft;     /* variance of the Laplacian in the face: refused, warned */
	long tilted;            /* degrees of the line of the eyes */
	long mask; /* per mille of difference in hue between the lower face and the upper */
	long
	    shade; /* per cent: the eyes' brightness by the face's, below which there are dark glasses */
	long
	    bridge; /* brightness: a line between the eyes that is so much darker is of glasses */
	long hat;   /* colourfulness above the brows, where hair is */
	long glare; /* per mille of the face that is burnt out */
	long share; /* per cent of the picture's width that the face has */
	long aside; /* per cent of that width between the face's middle and the picture's */
};

/* The part to cut out, in pixels of the picture; it may reach beyond it, where background takes its place. */
struct portrait {
	int left, top, width, height;
	unsigned char background[3];
};

/* FAIL_CONFIG names a key that is missing or out of range. */
NEOERR *portrait_rules_init(struct portrait_rules *rules, HDF *conf);

/* Loads the models in that folder. */
NEOERR *portrait_init(const char *models);

/*
 * Where to cut for a result of width × height, and into facts (an object, photo.h) what is wrong:
 *   refuse  portrait_none portrait_many portrait_small portrait_cut portrait_grey portrait_dark portrait_bright
 *           portrait_background portrait_blurred
 *   warn    portrait_soft portrait_tilted portrait_glare portrait_glasses portrait_mask portrait_hat portrait_far
 *   marks, head, and eyes (their line), in pixels of the result
 */
NEOERR *portrait_judge(const struct portrait_rules *rules, const struct pixels *pixels,
    int width, int height, struct portrait *portrait, json_t *facts);

#endif
