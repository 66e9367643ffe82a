-- One-time codes by text message, one a telephone and purpose: see lib/login/otp.h.

CREATE TABLE otp (
	phone_index    BINARY(32)   NOT NULL,
	purpose        VARCHAR(16)  NOT NULL,  -- login, register, reset, realname
	code           BINARY(32)   NOT NULL,  -- keyed hash
	browser        BINARY(32)   NOT NULL,  -- keyed hash of the cookie's token
	prefix         CHAR(3)      NOT NULL,
	tries          INT          NOT NULL,  -- since …
	tries_reset_at BIGINT       NOT NULL,  -- … which a new code does not change
	made_at        BIGINT       NOT NULL,
	expires_at     BIGINT       NOT NULL,
	PRIMARY KEY (phone_index, purpose),
	KEY by_reset (tries_reset_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
