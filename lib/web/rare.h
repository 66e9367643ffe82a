/*
 * rare.h - the characters of names that the fonts of an old phone lack: which of them stand on a page.
 *
 * What Unicode took in after its first block of unified ideographs (4E00 to 9FA5): extension A, 9FA6 to 9FFF, and all
 * of planes 2 and 3. cgi-bin/font.c has the letters.
 */
#ifndef SBK_RARE_H
#define SBK_RARE_H

#include <ClearSilver.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RARE_MAX 8 /* of one page; any others are left to the device */

/* Is there one in text? */
bool rare_in(const char *text);

/* Page.rare: those in the tree's values, each once ("20bb7-4dae"); absent: none. */
NEOERR *rare_show(HDF *hdf);

/* Reads that back, and moves *list past it. Returns how many; 0: it is no such list. */
size_t rare_read(const char **list, uint32_t points[RARE_MAX]);

#endif
