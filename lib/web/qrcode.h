/*
 * qrcode.h - a text as a QR code on the page (ISO/IEC 18004, byte mode, level M).
 */
#ifndef SBK_QRCODE_H
#define SBK_QRCODE_H

#include <ClearSilver.h>

#include "web/page.h"

/*
 * path: appended, an SVG path of strokes one unit wide for the dark modules; *size: units of the picture's edge, the
 * quiet zone of four units on each side included.
 */
NEOERR *qrcode_draw(const char *text, STRING *path, int *size);

/* Fills Qr.path and Qr.size: the macro qr_picture shows them. */
NEOERR *qrcode_show(struct page *page, const char *text);

#endif
