-- When a branch is open, for whoever reads English; '': not yet loaded.

ALTER TABLE branch ADD hours_en VARCHAR(80) NOT NULL DEFAULT '' AFTER hours;
