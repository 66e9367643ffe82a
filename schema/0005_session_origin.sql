-- What a citizen needs to recognise her own sessions: how, with what and from where each began.

ALTER TABLE session
	ADD COLUMN way     VARCHAR(24) NOT NULL DEFAULT '', -- of logging in: account, qr, sms, … (conf/flows.hdf)
	ADD COLUMN browser VARCHAR(24) NOT NULL DEFAULT '', -- "chrome windows" (lib/web/visitor.h)
	ADD COLUMN network VARCHAR(40) NOT NULL DEFAULT ''; -- the address without its last part
