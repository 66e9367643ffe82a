/*
 * analyzer.h - what a static analyzer should know of ClearSilver's errors (make lint includes it).
 *
 * Without it the analyzer has to assume that an error which is passed up may have become success on the
 * way, and reports every value that was not set.
 */
#include <ClearSilver.h>

#undef nerr_pass
#define nerr_pass(err) (err)

NEOERR *analyzer_raise(int kind, ...) __attribute__((returns_nonnull));
#undef nerr_raise
#define nerr_raise(...) analyzer_raise(__VA_ARGS__)
#undef nerr_raise_errno
#define nerr_raise_errno(...) analyzer_raise(__VA_ARGS__)
