-- Who people are and how they come in. Personal data is sealed (lib/base/seal.h); what must be
-- found is found through a keyed blind index. `person` is everywhere the keyed hash of the
-- normalised ID number: it names a human being without saying who.

CREATE TABLE insured_person (            -- the bureau's roster, imported
	person         BINARY(32)   NOT NULL,
	body           BLOB         NOT NULL,  -- sealed JSON: name, id_type, id_number, … (insured_person.body)
	phone_index    BINARY(32)   NULL,
	category       VARCHAR(16)  NOT NULL,  -- employee, resident, pensioner
	banks          VARCHAR(80)  NOT NULL DEFAULT '', -- allowed banks, blank-separated; '' = all
	card_generation TINYINT     NOT NULL DEFAULT 2,
	deceased       TINYINT      NOT NULL DEFAULT 0,
	imported_at    BIGINT       NOT NULL,  -- all *_at are seconds UTC
	PRIMARY KEY (person),
	KEY by_phone (phone_index)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE account (
	id             BINARY(16)   NOT NULL,
	username_index BINARY(32)   NULL,
	phone_index    BINARY(32)   NULL,
	person         BINARY(32)   NULL,      -- set once the real name is proven
	body           BLOB         NOT NULL,  -- sealed JSON: username, phone, name, id_type, id_number (account.body)
	password       VARBINARY(160) NULL,    -- argon2id, encoded, over the peppered password
	realname_at    BIGINT       NULL,
	created_at     BIGINT       NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY one_username (username_index),
	UNIQUE KEY one_phone (phone_index),
	UNIQUE KEY one_person (person)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE session (
	token_hash     BINARY(32)   NOT NULL,
	account        BINARY(16)   NOT NULL,
	person         BINARY(32)   NULL,
	channel        VARCHAR(16)  NOT NULL,
	body           VARBINARY(255) NOT NULL, -- sealed: the name as masked for the corner of the page (session.body)
	created_at     BIGINT       NOT NULL,
	seen_at        BIGINT       NOT NULL,
	ended_at       BIGINT       NULL,      -- logged out
	PRIMARY KEY (token_hash),
	KEY by_account (account),
	KEY by_seen (seen_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE captcha (                   -- answered captchas: an id counts once
	id_hash        BINARY(32)   NOT NULL,
	used_at        BIGINT       NOT NULL,
	PRIMARY KEY (id_hash),
	KEY by_used (used_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE throttle (                  -- counters of attempts, over all workers and nodes
	bucket         BINARY(32)   NOT NULL,  -- keyed hash of rule and subject
	hits           INT          NOT NULL,
	resets_at      BIGINT       NOT NULL,
	PRIMARY KEY (bucket),
	KEY by_reset (resets_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit (                     -- hash chains, see lib/base/audit.h
	writer         VARCHAR(96)  NOT NULL,
	n              BIGINT       NOT NULL,
	at             BIGINT       NOT NULL,
	action         VARCHAR(32)  NOT NULL,
	actor          VARCHAR(64)  NOT NULL,
	subject        VARCHAR(40)  NOT NULL,
	detail         VARCHAR(255) NOT NULL,
	previous       BINARY(32)   NOT NULL,
	hash           BINARY(32)   NOT NULL,
	PRIMARY KEY (writer, n),
	KEY by_subject (subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
