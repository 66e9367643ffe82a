-- What the banks say of our orders: the newest ReconciliationReport's figures (lib/bank/reconciliation.h).

CREATE TABLE reconciliation (
	bank           VARCHAR(3)   NOT NULL,
	order_id       VARCHAR(35)  NOT NULL,  -- MsgId of the order
	msg_id         VARCHAR(35)  NOT NULL,  -- of the report
	sent           INT          NOT NULL,
	accepted       INT          NOT NULL,
	rejected       INT          NOT NULL,
	in_production  INT          NOT NULL,
	produced       INT          NOT NULL,
	delivered      INT          NOT NULL,
	collected      INT          NOT NULL,
	PRIMARY KEY (bank, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE exchange_message ADD KEY by_original (original);
