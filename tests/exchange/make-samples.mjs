/*
 * Writes schema/samples anew, or DIR: node tests/exchange/make-samples.mjs [DIR]. Keys that are there stay; everything else is the
 * same each time but for signatures and sealed keys.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { messages, recipe, samples, send, sendWrong, sides, wrongIn } from './samples.mjs';

const dir = resolve(process.argv[2] ?? samples);
const keys = join(dir, 'keys');

process.umask(0o022);
mkdirSync(keys, { recursive: true });
for (const name of readdirSync(dir).filter((one) => one !== 'keys'))
	rmSync(join(dir, name), { recursive: true });

// A hundred years, and for the pair that follows another hundred, which begin before the first are over.
const century = 'openssl() { command $CLOCK openssl "${@/3650/36500}"; }; cd "$KEYS";';
for (const [profile, parties] of Object.entries(sides)) {
	for (const name of [...Object.values(parties), `${parties.bureau}.next`]) {
		if (!existsSync(join(keys, `${name}.crt`)))
			recipe(profile === 'sm' ? 'keys-sm' : 'keys', { NAME: name, KEYS: keys, CLOCK: name.endsWith('.next') ? 'faketime 2126-01-01' : '' }, century);
	}
	for (const message of messages(profile, dir))
		send(message, dir, keys);
	for (const one of wrongIn(profile)) {
		const place = join(dir, 'wrong', one.code);
		mkdirSync(place, { recursive: true });
		sendWrong(one, profile, place, keys);
	}
}
