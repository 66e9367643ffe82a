/* What a citizen sends at each step of each channel, and the way through them. */
import assert from 'node:assert/strict';
import { faults, details } from './citizen.mjs';
import { three } from './pictures.mjs';

const portrait = async (c) => ({ portrait: (await three(c.who)).portrait });
const sides = async (c) => {
	const { id_front, id_back } = await three(c.who);
	return { id_front, id_back };
};

const mail = (c) => ({ delivery: 'mail', mail_name: c.who.name, mail_phone: '13800000000', mail_district: '110105',
	mail_address: details.address, mail_postcode: '100020' });

/* [step, values of the citizen, pictures], in order. */
export const walks = {
	web: [
		['disclaimer'],
		['photos', () => ({}), (c) => three(c.who)],
		['details', () => details],
		['delivery', mail],
	],
	jingtong: [
		['disclaimer'],
		['eligibility'],
		['profile', (c) => ({ id_valid_from: c.who.id_valid_from, address: details.address, phone: c.who.phone })],
		['details', () => ({ ethnicity: '01', occupation: '17', district: '110105' })],
		['delivery', (c) => ({ ...mail(c), bank: details.bank, branch: details.branch })],
		['photos', () => ({}), (c) => three(c.who)],
	],
	yikatong: [
		['disclaimer'],
		['identity', (c) => ({ ethnicity: '01', id_valid_from: c.who.id_valid_from, id_valid_to: c.who.id_valid_to }), sides],
		['details', () => ({ district: '110105', address: details.address, occupation: '17' })],
		['card', (c) => ({ phone: c.who.phone, bank: details.bank, branch: details.branch }), portrait],
		['delivery', (c) => ({ delivery: 'mail', mail_name: c.who.name, mail_phone: '13800000000', mail_address: details.address })],
	],
};

export async function walk(c, channel, { from = 0, to = walks[channel].length } = {}) {
	const steps = walks[channel];
	for (let i = from; i < to; i++) {
		const [name, values = () => ({}), files = () => {}] = steps[i];
		const answer = await c.step(name, values(c), await files(c));
		assert.equal(answer.status, 303, `${channel}/${name}: ${faults(c.page)}`);
		assert.equal(answer.to, `/apply/${name === 'eligibility' ? name : steps[i + 1]?.[0] ?? 'review'}`);
	}
}
