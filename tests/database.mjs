/*
 * database.mjs - a look, or a push, into the instance's database, past the programs.
 */
import { execFileSync } from 'node:child_process';

/* What SQL from standard input prints. */
export function client(sql, database = 'sbk') {
	return execFileSync('mariadb', ['--no-defaults', '-S', `${process.env.VAR}/mariadb/db.sock`, '-u', 'root',
		'-N', '-B', '--default-character-set=utf8mb4', database], { input: sql, encoding: 'utf8' });
}

/* Rows as arrays of texts; NULL is "NULL". */
export function query(sql, database) {
	return client(sql, database).split('\n').filter(Boolean).map((line) => line.split('\t'));
}

export const value = (sql) => query(sql)[0]?.[0];

/* One line over everything that a GET might write. A job of its own marks messages as sent. */
export function fingerprint() {
	const tables = ['account', 'application', 'application_event', 'audit', 'captcha', 'consent', 'draft', 'handoff', 'identity_link', 'otp',
		'photo', 'provider_token', 'qr_login', 'session', 'throttle'];
	return [...query(`CHECKSUM TABLE ${tables.join(', ')}`).map((row) => row[1]), value('SELECT COUNT(*) FROM outbox')].join(' ');
}
