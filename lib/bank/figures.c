#include "bank/figures.h"
#include "bank/message.h"

#define REACHED_ACCEPTED                                                           \
	"'ACCEPTED', 'ACCOUNT_OPENED', 'IN_PRODUCTION', 'PRODUCED', 'AT_BRANCH', " \
	"'MAILED', 'RETURNED', 'DELIVERED', 'COLLECTED'"
#define REACHED_IN_PRODUCTION                                                           \
	"'IN_PRODUCTION', 'PRODUCED', 'AT_BRANCH', 'MAILED', 'RETURNED', 'DELIVERED', " \
	"'COLLECTED'"
#define REACHED_PRODUCED \
	"'PRODUCED', 'AT_BRANCH', 'MAILED', 'RETURNED', 'DELIVERED', 'COLLECTED'"
/* Of which nothing more is to come. */
#define DONE "'REJECTED', 'DELIVERED', 'COLLECTED', 'FAILED'"

_Static_assert(FIGURES == MESSAGE_FIGURES, "figures of a message");

/* clang-format off */
static const struct db_sql of_order = { "figures_of_order",
	"SELECT COUNT(*), COALESCE(SUM(accepted), 0), COALESCE(SUM(rejected), 0), "
	"COALESCE(SUM(in_production), 0), COALESCE(SUM(produced), 0), COALESCE(SUM(delivered), 0), "
	"COALESCE(SUM(collected), 0), COUNT(*) - COALESCE(SUM(done), 0) FROM (SELECT "
	"COALESCE(MAX(i.status IN (" REACHED_ACCEPTED ")), 0) accepted, "
	"COALESCE(MAX(i.status = 'REJECTED'), 0) rejected, "
	"COALESCE(MAX(i.status IN (" REACHED_IN_PRODUCTION ")), 0) in_production, "
	"COALESCE(MAX(i.status IN (" REACHED_PRODUCED ")), 0) produced, "
	"COALESCE(MAX(i.status = 'DELIVERED'), 0) delivered, "
	"COALESCE(MAX(i.status = 'COLLECTED'), 0) collected, "
	"COALESCE(MAX(i.status IN (" DONE ")), 0) done "
	"FROM " FIGURES_REPORTED " GROUP BY o.n) each_one" };
/* clang-format on */

const char *const figures_names[FIGURES] = { "Sent", "Accepted", "Rejected", "InProduction",
	"Produced", "Delivered", "Collected" };

NEOERR *
figures_of(struct db *db, const char *order, int64_t figures[FIGURES], int64_t *open)
{
	struct db_rows *rows = NULL;
	bool found;
	NEOERR *err;

	err = db_select(db, &of_order, DB_WITH(db_text(order)), &rows);
	if (err == STATUS_OK)
		err = db_next(rows, &found);
	for (unsigned i = 0; err == STATUS_OK && i < FIGURES; i++)
		figures[i] = db_get_int(rows, i);
	if (err == STATUS_OK)
		*open = db_get_int(rows, FIGURES);
	db_rows_free(&rows);
	return nerr_pass(err);
}
