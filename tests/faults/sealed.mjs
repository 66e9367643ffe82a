/*
 * sealed.mjs - opens what the programs have sealed, with the instance's key ring (lib/base/seal.h).
 */
import { createDecipheriv, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const ring = new Map(readFileSync(`${process.env.VAR}/secrets/ring`, 'utf8').split('\n').filter(Boolean)
	.map((line) => line.split(' ')).map(([id, key]) => [id, Buffer.from(key, 'hex')]));

/* The bytes of column where, of the row with this identity. Throws when the seal is broken. */
export function open(where, row, sealed) {
	const id = sealed.subarray(1, 5), nonce = sealed.subarray(5, 17);
	const cipher = createDecipheriv('aes-256-gcm', ring.get(String(id.readUInt32BE())), nonce);
	cipher.setAAD(Buffer.concat([Buffer.from(`${where}\0`), Buffer.from(row), Buffer.from('\0'), id]));
	cipher.setAuthTag(sealed.subarray(-16));
	return Buffer.concat([cipher.update(sealed.subarray(17, -16)), cipher.final()]);
}

/* How the tables name whoever has this ID number: lower-case hex. */
export function personKey(number) {
	const key = createHmac('sha256', ring.get('index')).update('person\x01').digest();
	return createHmac('sha256', key).update(number).digest('hex');
}
