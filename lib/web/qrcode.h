/*
 * qrcode.h - a text as a QR code (ISO/IEC 18004, byte mode, level M).
 */
#ifndef SBK_QRCODE_H
#define SBK_QRCODE_H

#include <ClearSilver.h>

#include "web/page.h"

/*
 * Calls run for each row of dark modules side by side, in units; *size: units of the picture's edge, the quiet zone of
 * four units on each side included.  What run fails with ends it.
 */
typedef NEOERR *qrcode_run(void *context, int x, int y, int length);
NEOERR *qrcode_runs(const char *text, qrcode_run *run, void *context, int *size);

/*
 * path: appended, an SVG path of strokes one unit wide for the dark modules; *size: as above.
 */
NEOERR *qrcode_draw(const char *text, STRING *path, int *size);

/* Fills Qr.path and Qr.size: the macro qr_picture shows them. */
NEOERR *qrcode_show(struct page *page, const char *text);

#endif
