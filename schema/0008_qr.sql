-- Codes that a phone has scanned. A code that nobody has scanned has no row: it says itself what it is (lib/login/qr.h).

CREATE TABLE qr_login (
	code           BINARY(32)   NOT NULL,  -- keyed hash of the code
	state          VARCHAR(16)  NOT NULL,  -- scanned, confirmed, cancelled, used
	phone          BINARY(32)   NOT NULL,  -- keyed hash of the token of the session that scanned it
	account        BINARY(16)   NOT NULL,  -- hers
	scanned_at     BIGINT       NOT NULL,
	decided_at     BIGINT       NULL,      -- confirmed or cancelled
	PRIMARY KEY (code),
	KEY by_scanned (scanned_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
