/*
 * standing.h - how the exchange with a bank stands, and what of it is an alarm: for operators, who read it and change nothing.
 */
#ifndef SBK_STANDING_H
#define SBK_STANDING_H

#include <jansson.h>
#include <ClearSilver.h>

#include "bank/exchange.h"

/* From conf Exchange.Alarm.*: from when on something is an alarm. */
struct standing_rules {
	long night;   /* hours since the newest order: the night did not run */
	long receipt; /* hours of an order without its receipt */
	long report;  /* hours since the newest report of a bank that has orders */
	long gap; /* hours that a file waits in inbound, for one before it or for an import */
	long suspense;    /* hours of something in suspense */
	long promise;     /* days before a promised date is broken */
	long certificate; /* days before a certificate runs out */
};

NEOERR *standing_rules_init(struct standing_rules *rules, HDF *conf);

/*
 * *standing is the caller's, an object; times are UTC seconds, what there is none of is missing:
 *   bank
 *   order     { msg_id, state, records, at }    the newest one
 *   answer    { msg_id, type, at }              the newest one applied
 *   unanswered, refused (files of the last 24 hours), waiting (files not taken yet, or held), suspense   numbers
 *   open      [ { state, number, since } ]      applications that are under way
 *   promise   { near, late }                    of those
 *   certificate { bureau, bank }                days left
 *   alarms    [ { alarm, number } ]             night, receipt, report, gap, refused, suspense, promise, certificate
 */
NEOERR *standing_of(struct exchange *exchange, const struct standing_rules *rules,
    const char *bank, json_t **standing);

#endif
