-- Code lists, banks and branches. Codes are ASCII; names are what citizens read.

CREATE TABLE code (
	list           VARCHAR(16)  NOT NULL,  -- the field's name: id_type, sex, ethnicity, …
	code           VARCHAR(16)  NOT NULL,
	name_zh        VARCHAR(80)  NOT NULL,
	name_en        VARCHAR(120) NOT NULL,
	position       INT          NOT NULL,
	PRIMARY KEY (list, code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE bank (
	code           VARCHAR(3)   NOT NULL,  -- 银行类别, AAE008
	name_zh        VARCHAR(80)  NOT NULL,
	name_en        VARCHAR(120) NOT NULL,
	phone          VARCHAR(16)  NOT NULL,
	position       INT          NOT NULL,
	open           TINYINT      NOT NULL DEFAULT 1,
	PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE branch (
	code           VARCHAR(12)  NOT NULL,
	bank           VARCHAR(3)   NOT NULL,
	district       VARCHAR(6)   NOT NULL,
	name_zh        VARCHAR(120) NOT NULL,
	name_en        VARCHAR(160) NOT NULL,
	address        VARCHAR(200) NOT NULL,
	phone          VARCHAR(16)  NOT NULL,
	hours          VARCHAR(80)  NOT NULL,
	open           TINYINT      NOT NULL DEFAULT 1,
	PRIMARY KEY (code),
	KEY by_bank (bank, district),
	CONSTRAINT branch_of_bank FOREIGN KEY (bank) REFERENCES bank (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
