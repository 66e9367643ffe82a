/*
 * wechat.h - the telephone number that a citizen lets WeChat tell us.
 *
 * The mini program's native button (open-type="getPhoneNumber") yields a code that is good once, for five minutes.
 * It is exchanged here for the number (POST /wxa/business/getuserphonenumber).  The access token that this needs
 * (POST /cgi-bin/stable_token) lies in the database, sealed, for all workers and nodes: before it ends one of them
 * fetches the next, while the others go on with the old one; one that WeChat no longer takes is fetched anew, once.
 *
 * The number says which account is meant, and no more.  Numbers are handed on: where it stands on the roster for
 * somebody whose account has another number, it is not logged in to that account; it becomes a proof only together
 * with name and ID number, in the real-name check.
 */
#ifndef SBK_WECHAT_H
#define SBK_WECHAT_H

#include <stddef.h>
#include <ClearSilver.h>

#include "base/db.h"
#include "base/seal.h"

#define WECHAT_PHONE_LEN 12
#define WECHAT_CODE_MAX 256 /* bytes of a code */

enum wechat_verdict {
	WECHAT_OK,
	WECHAT_USED,    /* 40163: the code has been exchanged before */
	WECHAT_EXPIRED, /* 40029: no code of WeChat's, or too old */
	WECHAT_OFTEN,   /* 45009, 45011: over the day's or the minute's limit */
	WECHAT_BUSY,    /* -1, or no answer */
	WECHAT_ABROAD,  /* not a mainland number */
	WECHAT_TOKEN    /* 40001, 40014, 42001: the access token; from wechat_read only */
};

struct wechat;

/* Reads Wechat.Url, Wechat.AppId, Wechat.Secret (a file), and what http_init reads. FAIL_CONFIG. */
NEOERR *wechat_init(struct wechat **wechat, HDF *conf);
void wechat_free(struct wechat **wechat);

/* Exchanges the code. FAIL_UNAVAILABLE: WeChat does not answer, or with something else. */
NEOERR *wechat_phone(struct wechat *wechat, struct db *db, const struct seal *seal,
    const char *code, char phone[WECHAT_PHONE_LEN], enum wechat_verdict *verdict);

/* Reads WeChat's answer to that; FAIL_UNAVAILABLE when it is none, or made for another mini program than appid. */
NEOERR *wechat_read(const void *answer, size_t len, const char *appid,
    char phone[WECHAT_PHONE_LEN], enum wechat_verdict *verdict);

#endif
