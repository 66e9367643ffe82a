-- Who a citizen is elsewhere: an identity at a provider (or a further telephone) that leads to her account.

CREATE TABLE identity_link (
	provider       VARCHAR(16)  NOT NULL,  -- key of conf/providers.hdf, or phone, wechat
	subject        BINARY(32)   NOT NULL,  -- keyed hash of what the provider calls her
	account        BINARY(16)   NOT NULL,
	created_at     BIGINT       NOT NULL,
	PRIMARY KEY (provider, subject),
	KEY by_account (account)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Messages to a telephone that belongs to nobody we know yet.
ALTER TABLE outbox MODIFY person BINARY(32) NULL;
