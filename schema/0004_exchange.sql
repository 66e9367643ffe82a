-- The nightly exchange with the banks.

CREATE TABLE lease (                     -- who is at work; the fence grows with every holder
	name           VARCHAR(40)  NOT NULL,  -- "export/102", "import/102"
	holder         VARCHAR(96)  NOT NULL,
	fence          BIGINT       NOT NULL,
	expires_at     BIGINT       NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE exchange_sequence (         -- the next SeqNo, per bank and direction, gapless
	bank           VARCHAR(3)   NOT NULL,
	direction      CHAR(3)      NOT NULL,  -- out, in
	next_seq       INT          NOT NULL,
	PRIMARY KEY (bank, direction)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE exchange_message (
	msg_id         VARCHAR(35)  NOT NULL,
	bank           VARCHAR(3)   NOT NULL,
	direction      CHAR(3)      NOT NULL,
	type           VARCHAR(24)  NOT NULL,  -- CardProductionOrder, FileReceipt, ProductionStatusReport, …
	seq            INT          NULL,      -- NULL: an incoming file that was refused holds no number
	business_date  DATE         NOT NULL,
	part           INT          NOT NULL DEFAULT 1,
	last_part      TINYINT      NOT NULL DEFAULT 1,
	records        INT          NOT NULL,
	original       VARCHAR(35)  NULL,      -- the message that this one answers
	state          VARCHAR(12)  NOT NULL,  -- out: MARKED, WRITTEN, ACCEPTED, REJECTED; in: APPLYING, APPLIED, REJECTED, HELD
	reason         VARCHAR(8)   NULL,
	digest         BINARY(32)   NULL,      -- SHA-256 of the encrypted file
	secret         BLOB         NULL,      -- sealed: key and IV of an outgoing file (exchange_message.secret)
	envelope       BLOB         NULL,      -- the key sealed to the receiver, as it stands in the manifest
	applied        INT          NOT NULL DEFAULT 0, -- in: records applied so far
	created_at     BIGINT       NOT NULL,
	PRIMARY KEY (msg_id),
	UNIQUE KEY gapless (bank, direction, seq),
	KEY by_day (bank, direction, type, business_date, part),
	KEY by_digest (digest)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE exchange_record (
	msg_id         VARCHAR(35)  NOT NULL,
	n              INT          NOT NULL,
	application    VARCHAR(20)  NOT NULL,
	attempt        INT          NOT NULL,
	direction      CHAR(3)      NOT NULL,
	status         VARCHAR(16)  NULL,      -- in: what the bank said; out: SENT
	reason         VARCHAR(8)   NULL,
	outcome        VARCHAR(12)  NULL,      -- in: APPLIED, REPEATED, LATE, SUSPENDED, REFUSED
	ordered        VARCHAR(24)  AS (IF(direction = 'out', CONCAT(application, '/', attempt), NULL)) PERSISTENT,
	PRIMARY KEY (msg_id, n),
	UNIQUE KEY sent_once (ordered),
	KEY by_application (application)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE exchange_suspense (         -- what a bank said of something we do not know
	msg_id         VARCHAR(35)  NOT NULL,
	n              INT          NOT NULL,
	application    VARCHAR(40)  NOT NULL,
	reason         VARCHAR(24)  NOT NULL,
	noted_at       BIGINT       NOT NULL,
	resolved_at    BIGINT       NULL,
	resolved_by    VARCHAR(64)  NULL,
	PRIMARY KEY (msg_id, n)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
