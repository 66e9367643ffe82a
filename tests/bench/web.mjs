/*
 * web.mjs - what a page costs, beside a FastCGI program that says hello and nginx alone; then whole journeys.
 *
 * Rounds are interleaved, so that whatever else the machine does meets all targets; the median counts.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { Citizen, hidden, origin } from '../citizen.mjs';
import { each, must, prepare } from './prepare.mjs';
import { memory, meter, names } from './processes.mjs';
import { aim, median, progress, table } from './table.mjs';

const { BENCH_CITIZENS = '60', BENCH_ROUNDS = '3', BENCH_SECONDS = '4', HELLO_PORT, VAR } = process.env;
const connections = 8;
const lua = new URL('load.lua', import.meta.url).pathname;
const sessions = `${VAR}/sessions`;

/* Who asks, a line each: cookie, CSRF token and version of the draft, as the page says them now. */
function writeSessions(visitors) {
	writeFileSync(sessions, visitors.map((c) => [[...c.cookies].map(([k, v]) => `${k}=${v}`).join(';'),
		hidden(c.page, 'csrf'), hidden(c.page, 'version') ?? 0].join(' ')).join('\n'));
}

async function open(c, path) {
	const { status } = await c.go(path);
	if (status !== 200)
		throw new Error(`${path} answers ${status}`);
	return c;
}

const applying = (path, method) => ({ name: `${method ?? 'GET'} ${path}`, method, processes: [[path.split('/')[2]], ['nginx'], ['mariadb']],
	prepare: async (citizens) => {
		writeSessions(await Promise.all(citizens.map((c) => open(c, path))));
		return path;
	} });

/* A page of somebody who is not logged in. */
const login = (program, path) => ({ name: `GET ${path}`, processes: [[program], ['nginx'], ['mariadb']],
	prepare: async (citizens) => {
		writeSessions(await Promise.all(citizens.map(() => open(new Citizen({}), path))));
		return path;
	} });

/* One browser's code, asked for as its page asks. */
const poll = { name: 'GET /login/qr/state', processes: [['qrlogin'], ['nginx'], ['mariadb']],
	prepare: async (citizens) => {
		const screen = await open(new Citizen({}), '/login/qr');
		writeSessions(citizens.map(() => screen));
		return screen.page.match(/data-poll="([^"]*)"/)[1];
	} };

const targets = [
	{ name: 'hello-world FastCGI', url: `http://127.0.0.1:${HELLO_PORT}/`, processes: [['hello'], ['hello-nginx'], []] },
	applying('/apply/details'),
	applying('/apply/details', 'POST'),
	login('login', '/login'),
	login('qrlogin', '/login/qr'),
	login('sso', '/login/other'),
	login('sms', '/login/yikatong/sms'),
	login('realname', '/login/jingtong/face'),
	poll,
	{ name: 'nginx static file', prepare: () => '/static/app.css', processes: [[], ['nginx'], []] },
];

function load(target) {
	const used = meter(target.processes);
	const out = execFileSync('wrk', [`-t${connections}`, `-c${connections}`, `-d${BENCH_SECONDS}s`, '-s', lua, target.url, '--',
		target.method ?? 'GET', ...(existsSync(sessions) ? [sessions] : [])], { encoding: 'utf8' });
	const cpu = used();
	const [requests, duration, p99, bytes, bad] = out.match(/RESULT (.*)/)[1].split(' ').map(Number);
	return { rate: requests / duration * 1e6, p99: p99 / 1000, bytes: bytes / requests, bad, cpu: cpu.map((us) => us / requests) };
}

function summary(target) {
	const of = (figure) => median(target.rounds.map(figure));
	const cpu = [0, 1, 2].map((i) => of((round) => round.cpu[i]));
	return { rate: of((r) => r.rate), p99: of((r) => r.p99), bytes: of((r) => r.bytes), cpu,
		total: of((r) => r.cpu.reduce((a, b) => a + b)), bad: target.rounds.reduce((sum, r) => sum + r.bad, 0) };
}

async function pages(citizens) {
	for (const target of targets)
		target.rounds = [];
	for (let round = 0; round < Number(BENCH_ROUNDS); round++)
		for (const target of targets) {
			progress(`round ${round + 1}: ${target.name}`);
			rmSync(sessions, { force: true });
			if (target.prepare)
				target.url = origin() + await target.prepare(citizens.slice(0, connections));
			target.rounds.push(load(target));
		}
	const [hello, get, post] = targets.map((target) => (target.sum = summary(target)));
	const rows = targets.map(({ name, processes, sum }) => [name, sum.rate.toFixed(0), (sum.rate / hello.rate).toFixed(2),
		sum.p99.toFixed(1), sum.total.toFixed(0), (sum.total / hello.total).toFixed(1),
		sum.cpu.map((us, i) => processes[i].length ? us.toFixed(0) : '-').join(' / '), (sum.bytes / 1024).toFixed(1), sum.bad]);
	console.log(`${connections} connections, median of ${BENCH_ROUNDS} rounds of ${BENCH_SECONDS} s\n`);
	table([['', 'req/s', '×hello', 'p99 ms', 'CPU µs', '×hello', 'program / nginx / database', 'KB', 'failed'], ...rows]);
	return { hello, get, post, polled: poll.sum };
}

/* Pictures there are already. */
async function journey(c) {
	must(await c.disclaimer(), '/apply/photos');
	must(await c.details(), '/apply/delivery');
	must(await c.delivery(), '/apply/review');
	must(await c.review(), '/apply/done');
	const { status } = await c.get('/apply/done');
	if (status !== 200)
		throw new Error(`/apply/done answers ${status}`);
}

async function journeys(citizens) {
	const others = ['nginx', 'mariadb', 'sandbox', 'photo-worker', 'hello', 'hello-nginx'];
	const used = meter([names().filter((name) => !others.includes(name)), ['nginx'], ['mariadb']]);
	const began = performance.now(), client = process.cpuUsage();
	await each(citizens, connections, journey);
	const seconds = (performance.now() - began) / 1000;
	const cpu = used().map((us) => us / citizens.length / 1000);
	const { user, system } = process.cpuUsage(client);
	table([['', 'journeys/s', 'CPU ms', 'program / nginx / database', 'client ms'],
		[`${citizens.length} journeys, ${connections} at once`, (citizens.length / seconds).toFixed(1),
			cpu.reduce((a, b) => a + b).toFixed(1), cpu.map((ms) => ms.toFixed(1)).join(' / '), ((user + system) / 1000 / citizens.length).toFixed(1)]]);
}

const citizens = await prepare(Number(BENCH_CITIZENS));
const { hello, get, post, polled } = await pages(citizens);
await journeys(citizens);

const steps = ['disclaimer', 'photos', 'details', 'delivery', 'review', 'done'].map((name) => ({ name, ...memory(name) }));
table([['a worker of', ...steps.map(({ name }) => name)], ['RSS MB', ...steps.map(({ rss }) => rss.toFixed(1))],
	['PSS MB', ...steps.map(({ pss }) => pss.toFixed(1))]]);

const times = (x) => `${x.toFixed(2)} × hello`;
aim('GET, CPU ≤ 4 × hello', times(get.total / hello.total), get.total <= 4 * hello.total);
aim('GET, requests/s ≥ 0.3 × hello', times(get.rate / hello.rate), get.rate >= 0.3 * hello.rate);
aim('POST, CPU ≤ 6 × hello', times(post.total / hello.total), post.total <= 6 * hello.total);
aim('QR poll, CPU ≤ 3 × hello', times(polled.total / hello.total), polled.total <= 3 * hello.total);
aim('RSS of a step worker ≤ 10 MB', Math.max(...steps.map(({ rss }) => rss)).toFixed(1), steps.every(({ rss }) => rss <= 10), ' MB');
console.log('');
