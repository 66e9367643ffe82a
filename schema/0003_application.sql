-- The draft, the pictures, the application and what happened to it.

CREATE TABLE draft (                     -- one per person, on whatever channel and device
	person         BINARY(32)   NOT NULL,
	version        BIGINT       NOT NULL,
	body           MEDIUMBLOB   NOT NULL,  -- sealed JSON (draft.body)
	saved_by       BINARY(32)   NOT NULL,  -- keyed hash of the form that made this version: the same form again is no change
	saved_at       BIGINT       NOT NULL,
	PRIMARY KEY (person),
	KEY by_saved (saved_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE photo (                     -- normalised JPEG, sealed
	id             BINARY(16)   NOT NULL,
	person         BINARY(32)   NOT NULL,
	kind           VARCHAR(16)  NOT NULL,  -- the field's name: portrait, id_front, id_back
	application    VARCHAR(20)  NULL,      -- set at submission
	body           MEDIUMBLOB   NOT NULL,  -- (photo.body)
	width          INT          NOT NULL,
	height         INT          NOT NULL,
	received_at    BIGINT       NOT NULL,
	PRIMARY KEY (id),
	KEY by_person (person),
	KEY by_application (application, received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE application (
	no             VARCHAR(20)  NOT NULL,  -- the reference number, for ever
	person         BINARY(32)   NOT NULL,
	live           TINYINT      NULL,      -- 1 while it goes on, else NULL (lib/apply/application.c)
	state          VARCHAR(16)  NOT NULL,
	attempt        INT          NOT NULL DEFAULT 1,
	channel        VARCHAR(16)  NOT NULL,
	bank           VARCHAR(3)   NOT NULL,
	branch         VARCHAR(12)  NOT NULL,
	body           MEDIUMBLOB   NOT NULL,  -- sealed JSON: the answers as submitted (application.body)
	portrait       BINARY(16)   NOT NULL,
	submitted_at   BIGINT       NOT NULL,
	promised_on    DATE         NOT NULL,
	tracking       VARCHAR(40)  NULL,
	reason         VARCHAR(8)   NULL,      -- the bank's reason code where it refused
	PRIMARY KEY (no),
	UNIQUE KEY one_live_application (person, live),
	KEY to_send (bank, state, no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE application_event (
	application    VARCHAR(20)  NOT NULL,
	n              INT          NOT NULL,
	state          VARCHAR(16)  NOT NULL,
	at             BIGINT       NOT NULL,
	cause          VARCHAR(40)  NOT NULL,  -- 'citizen', or the MsgId that brought it
	reason         VARCHAR(8)   NULL,
	PRIMARY KEY (application, n),
	CONSTRAINT event_of_application FOREIGN KEY (application) REFERENCES application (no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE consent (
	person         BINARY(32)   NOT NULL,
	consent        VARCHAR(24)  NOT NULL,  -- the key of its text in templates/lang
	given_at       BIGINT       NOT NULL,
	text_version   VARCHAR(16)  NOT NULL,
	channel        VARCHAR(16)  NOT NULL,
	detail         VARCHAR(40)  NOT NULL,  -- what it names: a bank, an application
	PRIMARY KEY (person, consent, given_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE outbox (                    -- messages to citizens, sent by their own job
	id             BINARY(16)   NOT NULL,
	person         BINARY(32)   NOT NULL,
	template       VARCHAR(24)  NOT NULL,
	body           BLOB         NOT NULL,  -- sealed JSON: phone and what the text names (outbox.body)
	state          VARCHAR(8)   NOT NULL,  -- waiting, sent, failed
	tries          INT          NOT NULL DEFAULT 0,
	next_at        BIGINT       NOT NULL,
	created_at     BIGINT       NOT NULL,
	PRIMARY KEY (id),
	KEY waiting (state, next_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
