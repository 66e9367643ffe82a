-- What operators see (cgi-bin/operators.c).

CREATE TABLE snapshot (                  -- what a job has seen last (lib/bank/snapshot.h)
	bank           VARCHAR(3)   NOT NULL,
	kind           VARCHAR(16)  NOT NULL,  -- standing (sbk status), differences (sbk reconcile)
	at             BIGINT       NOT NULL,
	body           MEDIUMTEXT   NOT NULL,  -- JSON
	PRIMARY KEY (bank, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE exchange_message ADD KEY by_date (business_date, bank);

-- The few among many that brought a refusal: 1, else NULL.
ALTER TABLE exchange_record
	ADD COLUMN refused TINYINT AS (IF(outcome = 'APPLIED' AND status IN ('REJECTED', 'FAILED', 'RETURNED'), 1, NULL)) PERSISTENT,
	ADD KEY by_refused (refused, msg_id, reason);

ALTER TABLE exchange_suspense
	ADD COLUMN resolved_why VARCHAR(200) NULL,
	ADD KEY by_age (resolved_at, noted_at);
