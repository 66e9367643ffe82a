/*
 * qr.mjs - what tests of QR codes need: a phone that is logged in on the channel that scans.
 */
import { Citizen } from './citizen.mjs';
import { query } from './database.mjs';

/* Runs login, and makes a phone's session of the one that it has begun. */
export async function asPhone(login) {
	const sessions = () => query('SELECT HEX(token_hash) FROM session').flat();
	const before = new Set(sessions());
	await login();
	const fresh = sessions().filter((hash) => !before.has(hash));
	query(`UPDATE session SET channel = 'jingtong' WHERE token_hash = UNHEX('${fresh[0]}')`);
}

/* A citizen who is logged in on her phone. */
export async function phoneOf(who) {
	const phone = new Citizen(who);
	await asPhone(() => phone.login());
	return phone;
}
