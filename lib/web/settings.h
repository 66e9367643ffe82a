/*
 * settings.h - what the web programs want from the configuration, read once at start: a key that is missing
 * or senseless stops the start and is named.
 */
#ifndef SBK_SETTINGS_H
#define SBK_SETTINGS_H

#include <ClearSilver.h>

#include "login/otp.h"
#include "login/password.h"
#include "login/qr.h"
#include "login/throttle.h"
#include "photo/handoff.h"
#include "photo/photo.h"

struct settings {
	const char *origin; /* "https://host": what our own forms come from */
	struct {
		const char *cookie; /* its name */
		long secure;        /* 1: only over TLS */
		long idle, life;    /* seconds after the last request; after the login */
		long warn;          /* seconds before the end */
		long
		    keep; /* seconds that an ended session still proves who typed a late form */
	} session;
	struct {
		long max, max_files; /* bytes */
		long inputs;
	} form;
	struct {
		struct throttle_rates per_account, per_address;
	} login;
	struct {
		struct throttle_rates per_person, per_account, per_address;
	} face;
	struct {
		long life; /* seconds */
		long length;
		const char *voice; /* folder */
	} captcha;
	struct qr_times qr;
	struct {
		const char *origin; /* what their forms come from */
		struct throttle_rates views;
		long stale;           /* seconds */
		long files, suspense; /* rows of a page at most */
	} operators;
	const char *paper_font; /* family of what is printed (lib/web/paper.h) */
	long promise_days;
	long registry_closed;
	struct otp_rules otp;
	struct password_rules password;
	struct photo_limits photo;
	struct handoff_rules handoff;
};

NEOERR *settings_init(struct settings *settings, HDF *conf);

#endif
