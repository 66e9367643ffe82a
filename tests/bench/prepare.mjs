/*
 * prepare.mjs - invented citizens with accounts, logged in: before their pictures, or with them.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Citizen } from '../citizen.mjs';
import { picture, three } from '../pictures.mjs';
import { progress } from './table.mjs';

const { BUILD, SBK_CONF, VAR } = process.env;

/* GB 11643; sequence numbers from 990 on belong to nobody. */
function idNumber(n) {
	const digits = `11010519${60 + n % 40}${String(1 + Math.floor(n / 40) % 12).padStart(2, '0')}15${990 + Math.floor(n / 480) % 10}`;
	const sum = [...digits].reduce((p, c) => (p * 2 + Number(c) * 2) % 11, 0);
	return digits + '0123456789X'[(12 - sum) % 11];
}

function invent(count, first) {
	return Array.from({ length: count }, (_, i) => {
		const n = first + i;
		const number = idNumber(n);
		return { username: `bench${n}`, password: 'Beijing2026', phone: `143${String(90000000 + n)}`, name: '王芳', id_type: '01',
			id_number: number, sex: Number(number[16]) % 2 ? '1' : '2',
			birth_date: `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`,
			nationality: 'CHN', ethnicity: '01', id_valid_from: '2021-06-21', id_valid_to: '2041-06-21',
			address: '北京市大兴区文化园西街55号院4号楼2单元1202', category: 'employee' };
	});
}

/* Runs work on every item, so many at a time. */
export async function each(items, atOnce, work) {
	const waiting = [...items];
	await Promise.all(Array.from({ length: atOnce }, async () => {
		for (let item; (item = waiting.shift()) !== undefined;)
			await work(item);
	}));
}

export function must(answer, to) {
	if (answer.status !== 303 || answer.to !== to)
		throw new Error(`${answer.status} ${answer.to} instead of 303 ${to}`);
}

/* So many citizens, from the one with this number on, at /apply/photos. */
export async function begin(count, first = 0) {
	const file = `${VAR}/citizens.json`;
	const people = invent(count, first);

	progress(`${count} citizens log in`);
	writeFileSync(file, JSON.stringify(people));
	for (const command of ['roster', 'account'])
		execFileSync(`${BUILD}/bin/sbk`, [command, 'import', file], { env: { ...process.env, SBK_CONF }, stdio: 'pipe' });
	const citizens = people.map((who, n) => Object.assign(new Citizen(who), { n }));
	await each(citizens, 2, async (c) => {
		must(await c.login(), '/web/');
		must(await c.disclaimer(), '/apply/photos');
	});
	return citizens;
}

/* The same at /apply/details. */
export async function prepare(count, first = 0) {
	const portraits = ['portrait.jpg', 'portrait-turned.jpg', 'portrait.heic', 'portrait.webp'];
	const citizens = await begin(count, first);

	progress(`${count} citizens send their pictures`);
	await each(citizens, 2, async (c) => {
		must(await c.photos({ ...await three(c.who), portrait: picture(portraits[c.n % portraits.length]) }), '/apply/details');
	});
	return citizens;
}
