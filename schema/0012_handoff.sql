-- Codes with which a phone takes the pictures for a draft that is open on another screen (lib/photo/handoff.h).

CREATE TABLE handoff (
	code           BINARY(32)   NOT NULL,  -- keyed hash of the code
	person         BINARY(32)   NOT NULL,  -- whose pictures
	session        BINARY(32)   NOT NULL,  -- keyed hash of the token of the session that made it
	step           VARCHAR(16)  NOT NULL,  -- which pictures (conf/flows.hdf)
	browser        BINARY(32)   NULL,      -- keyed hash of the token of the phone that has it
	tries          INT          NOT NULL,  -- uploads begun
	pictures       INT          NOT NULL,  -- uploads that became part of the draft
	created_at     BIGINT       NOT NULL,
	expires_at     BIGINT       NOT NULL,
	ended_at       BIGINT       NULL,
	live           BINARY(32)   NULL,      -- the session, until the code is ended: one a session
	PRIMARY KEY (code),
	UNIQUE KEY one_live (live),
	KEY by_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
