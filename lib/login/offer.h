/*
 * offer.h - the ways of logging in that this instance can offer.
 *
 * A way whose service is not configured is not offered, and the log says so at start.
 */
#ifndef SBK_OFFER_H
#define SBK_OFFER_H

#include <stdbool.h>
#include <ClearSilver.h>

#include "apply/flow.h"

#define OFFER_ACCOUNT "account"
#define OFFER_OTHER "other"
#define OFFER_FACE "face"
#define OFFER_SMS "sms"

/* Can this way be offered? *lacks (NULL allowed): what of the configuration is missing. */
bool offer_ready(HDF *conf, const char *way, const char **lacks);

/* A line in the log for each way that the flows name, and each provider, that this instance cannot offer. */
void offer_log(HDF *conf, const struct flows *flows);

#endif
