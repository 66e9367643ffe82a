-- Access tokens of services that give one to all of us: fetched by whoever holds the lease, used by every worker and node.

CREATE TABLE provider_token (
	provider       VARCHAR(16)  NOT NULL,  -- wechat
	version        INT          NOT NULL,  -- counts up with each token
	body           VARBINARY(1024) NULL,   -- sealed: the token (provider_token.body)
	ends_at        BIGINT       NOT NULL,
	leased_until   BIGINT       NOT NULL,  -- somebody is fetching the next one
	PRIMARY KEY (provider)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO provider_token (provider, version, body, ends_at, leased_until) VALUES ('wechat', 0, NULL, 0, 0);
