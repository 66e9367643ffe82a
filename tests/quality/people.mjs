/*
 * people.mjs - who looks at the pages: each a sample citizen of his own, brought as far as the page wants.
 *
 * They are made when a page first asks for them, by what a citizen does, and stay for the life of the instance.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Citizen, nobody, person } from '../citizen.mjs';
import { walk, walks } from '../walks.mjs';

const { BUILD, VAR } = process.env;
const file = `${VAR}/people.json`;
const bank = fileURLToPath(new URL('../sandbox/bank.mjs', import.meta.url));

function must(c, { status, to }) {
	if (status !== 303)
		throw new Error(`${c.who.username} at ${c.path}: ${status} ${to}`);
}

async function submit(c) {
	must(c, await c.review());
	await c.get('/apply/done');
	c.no = c.page.match(/class="number">([A-Z0-9]+)</)[1];
}

/* On a channel, before the step of that place in its walk. */
const before = (channel, to) => async (c) => {
	c.channel = channel;
	await c.enter(channel);
	await walk(c, channel, { to });
};

const applied = (channel) => async (c) => {
	await before(channel)(c);
	await submit(c);
};

/* The nights of one bank: every list is what its side does in one of them; none: the order only lies there. */
const at = (which, delivery, ...nights) => async (c) => {
	c.channel = 'web';
	await c.prepare(undefined, { bank: which, branch: `${which}0001` });
	if (delivery === 'mail')
		must(c, await c.delivery(walks.web.at(-1)[1](c)));
	await submit(c);
	const sbk = (command) => execFileSync(`${BUILD}/bin/sbk`, [command, '--bank', which], { stdio: 'pipe' });
	sbk('export');
	for (const night of nights) {
		execFileSync(process.execPath, [bank, '--bank', which, ...night], { stdio: 'pipe' });
		sbk('import');
	}
};

const whole = [], half = ['--steps', '3'], refuse = (reason) => ['--refuse', reason];

/* Logged in with a number that nobody has had: the name is still to be proven. */
async function unproven(c) {
	const phone = nobody();
	await c.get('/login/yikatong/sms');
	must(c, await c.post({ phone, code: await c.code(phone), intent: 'login' }));
}

const steps = (channel) => [...walks[channel].map(([step]) => step), 'review'].map((step, n) => [`${channel} ${step}`, before(channel, n)]);

/* Name: what he has done. Each is the next citizen who may apply, or the first of the kind that is named like him. */
const ok = Object.fromEntries([
	...['web', 'jingtong', 'yikatong'].flatMap((channel) => [...steps(channel), [`${channel} done`, applied(channel)]]),
	['unproven', unproven],
	['handing over', before('web', 1)],
	['sent', at('102', 'branch')],
	['in production', at('103', 'branch', half)],
	['rejected', at('104', 'branch', refuse('D06'))],
	['rejected for good', at('105', 'branch', refuse('D01'))],
	['at the branch', at('308', 'branch', whole, whole)],
	['mailed', at('301', 'mail', whole, whole)],
	['delivered', at('310', 'mail', whole, whole, whole)],
	['withdrawn', async (c) => {
		await applied('web')(c);
		await c.get(`/my/withdraw/${c.no}`);
		must(c, await c.post({ intent: 'withdraw' }));
	}],
]);
const others = {
	not_found: before('web', 0), already_holds: before('web', 0), minor: before('web', 0), id_expired: before('jingtong', 1),
	name_differs: () => {},
};

const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const awake = new Map();

/* A session ends after half an hour: well before that she logs in again. */
const tired = 20 * 60 * 1000;

function find(name) {
	const n = Object.keys(ok).indexOf(name), c = new Citizen(n < 0 ? person(name) : person('ok', n));
	const { cookies, ...rest } = known[name] ?? { cookies: [] };
	return Object.assign(c, { cookies: new Map(cookies), ...rest });
}

/* The citizen of that name, with the cookies of a session; without a name a stranger. */
export async function somebody(name) {
	if (!name)
		return new Citizen({});
	const c = awake.get(name) ?? find(name), now = Date.now();
	const late = now - c.seen > tired;
	if (late)
		c.cookies.clear();
	if (!known[name] || (late && name === 'unproven'))
		await (ok[name] ?? others[name])(c);
	else if (late && c.channel)
		await c.enter(c.channel);
	c.seen = now;
	awake.set(name, c);
	known[name] = { cookies: [...c.cookies], no: c.no, channel: c.channel, seen: c.seen };
	writeFileSync(file, JSON.stringify(known));
	return c;
}
