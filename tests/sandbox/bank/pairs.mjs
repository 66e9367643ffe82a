// A party's keys and certificates (schema/README.md §3): today's pair, and the one that follows it.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export function pairs(dir, name)
{
	return [name, `${name}.next`].map((one) => ({ key: join(dir, `${one}.key`), certificate: join(dir, `${one}.crt`) }))
		.filter(({ certificate }, i) => i === 0 || existsSync(certificate));
}

export function isValid({ certificate })
{
	const { validFrom, validTo } = new X509Certificate(readFileSync(certificate));
	return Date.parse(validFrom) <= Date.now() && Date.now() < Date.parse(validTo);
}

// The one that signs and is sealed to. (A refusal is told even to whom no certificate is valid.)
export const inTurn = (all) => all.findLast(isValid) ?? all[0];

// One that was to follow, and has run out, is put away.
export function putAway(dir, name)
{
	for (const { key, certificate } of pairs(dir, name).slice(1)) {
		if (Date.parse(new X509Certificate(readFileSync(certificate)).validTo) <= Date.now())
			[key, certificate].forEach((file) => rmSync(file, { force: true }));
	}
}
