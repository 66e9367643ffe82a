/*
 * analyzer.h - what a static analyzer should know of ClearSilver's errors (make lint includes it).
 *
 * Without it the analyzer has to assume that an error just raised, or passed up, may be success, and
 * reports every value that was not set.
 */
#include <ClearSilver.h>

static NEOERR analyzer_error;
void analyzer_takes(int kind, ...);

#undef nerr_pass
#define nerr_pass(err) (err)
#undef nerr_raise
#define nerr_raise(...) (analyzer_takes(__VA_ARGS__), &analyzer_error)
#undef nerr_raise_errno
#define nerr_raise_errno(...) (analyzer_takes(__VA_ARGS__), &analyzer_error)
