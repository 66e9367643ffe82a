-- What the application's account may do: prints the GRANT statements for the tables as they are, to be
-- run after each `sbk migrate` by whoever may grant:
--   mariadb -N sbk < conf/grants.sql | mariadb sbk
-- Rows, never tables; and what is there to prove something only grows.
SELECT CONCAT('GRANT ',
	CASE
	WHEN table_name = 'schema_migration' THEN 'SELECT'
	WHEN table_name IN ('audit', 'application_event') THEN 'SELECT, INSERT'
	ELSE 'SELECT, INSERT, UPDATE, DELETE'
	END,
	' ON `', table_schema, '`.`', table_name, '` TO sbk@localhost;')
FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
ORDER BY table_name;
