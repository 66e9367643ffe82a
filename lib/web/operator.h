/*
 * operator.h - who of the staff is at the other end: whom nginx has made sure of.
 *
 * nginx hands over a name as OPERATOR where it has verified a client certificate (production) or a password (a local
 * instance), and nowhere else; what a client sends comes under other names (HTTP_…).  There is no session and no cookie.
 * As a browser sends certificate and password by itself, forms carry a token: a keyed hash of name and day.
 */
#ifndef SBK_OPERATOR_H
#define SBK_OPERATOR_H

#include "base/db.h"
#include "base/seal.h"
#include "web/csrf.h"
#include "web/request.h"
#include "web/settings.h"

#define OPERATOR_HOME "/operators" /* their first page; all others are below */
#define OPERATOR_LEN 41

/* FAIL_NOT_FOUND unless there is a name, of letters, digits, and . _ @ - */
NEOERR *operator_name(const struct request *request, char name[OPERATOR_LEN]);

/* The token for today's forms. */
NEOERR *operator_csrf(const struct seal *seal, const char *name, char out[CSRF_LEN]);

/* FAIL_FORBIDDEN unless the form carries today's or yesterday's token and comes from Operators.Origin. */
NEOERR *operator_check_csrf(const struct seal *seal, const struct settings *settings,
    const char *name, const struct request *request);

/*
 * Counts the request (FAIL_TOO_MANY beyond Operators.Views) and records it: audit "operator", the name, method and path.
 * Before anything is shown, and so the one write that a GET makes.
 */
NEOERR *operator_record(struct db *db, const struct seal *seal, const struct settings *settings,
    const char *name, const struct request *request);

#endif
