#include <qrencode.h>

#include "base/fail.h"
#include "web/qrcode.h"

#define QUIET 4 /* units without modules on each side */

NEOERR *
qrcode_runs(const char *text, qrcode_run *run, void *context, int *size)
{
	QRcode *qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	NEOERR *err = STATUS_OK;

	if (qr == NULL)
		return nerr_raise_errno(NERR_SYSTEM, "qrencode");
	*size = qr->width + 2 * QUIET;
	for (int y = 0; err == STATUS_OK && y < qr->width; y++) {
		const unsigned char *row = qr->data + y * qr->width;

		for (int x = 0, end; err == STATUS_OK && x < qr->width; x = end + 1) {
			for (end = x; end < qr->width && row[end] & 1; end++)
				;
			if (end > x)
				err = run(context, x + QUIET, y + QUIET, end - x);
		}
	}
	QRcode_free(qr);
	return nerr_pass(err);
}

/* One stroke, along the middle of its row. */
static NEOERR *
stroke(void *path, int x, int y, int length)
{
	return nerr_pass(string_appendf(path, "M%d %d.5h%d", x, y, length));
}

NEOERR *
qrcode_draw(const char *text, STRING *path, int *size)
{
	return nerr_pass(qrcode_runs(text, stroke, path, size));
}

NEOERR *
qrcode_show(struct page *page, const char *text)
{
	STRING path;
	int size;
	NEOERR *err;

	string_init(&path);
	if ((err = qrcode_draw(text, &path, &size)) == STATUS_OK &&
	    (err = hdf_set_int_value(page->hdf, "Qr.size", size)) == STATUS_OK)
		err = hdf_set_value(page->hdf, "Qr.path", path.buf);
	string_clear(&path);
	return nerr_pass(err);
}
