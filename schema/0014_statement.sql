-- Our ReconciliationReports to the banks (lib/bank/statement.h).

ALTER TABLE exchange_message
	ADD content    MEDIUMBLOB   NULL,               -- out: the XML, when no other table holds what it is made of
	ADD settled    TINYINT      NOT NULL DEFAULT 0, -- out: nothing more is to come of the order
	ADD KEY unsettled (bank, direction, type, settled, seq);
