/* Who comes to the operators' page, and who does not: by password at a local instance, by certificate at production's nginx. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Citizen, hidden, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';
import { Operator } from '../operator.mjs';

const { VAR } = process.env;
const root = new URL('../..', import.meta.url).pathname;
const pages = ['/operators', '/operators/bank/102', '/operators/bank/102/2026-11-22', '/operators/rejects/7', '/operators/rejects/30/102', '/operators/suspense'];
/* How often that one has looked at it, by the record. */
const views = (actor, path) => Number(value(`SELECT COUNT(*) FROM audit WHERE action = 'operator' AND actor = '${actor}'${path ? ` AND detail = 'GET ${path}'` : ''}`));

/* What a stranger might hope is believed. */
const claims = { operator: 'zhang', http_operator: 'zhang', 'x-operator': 'zhang', 'remote-user': 'zhang', 'x-remote-user': 'zhang',
	'ssl-client-verify': 'SUCCESS', 'x-ssl-client-s-dn': 'CN=zhang', 'x-forwarded-user': 'zhang' };

test('without the password there is no page, whatever the headers say, and nothing is recorded', async () => {
	const stranger = new Citizen(null), before = value("SELECT COUNT(*) FROM audit WHERE action = 'operator'");
	for (const headers of [{}, claims, { authorization: `Basic ${btoa('operator:guess')}` }, { authorization: `Basic ${btoa('zhang:')}` }])
		for (const path of pages) {
			const { status, text } = await stranger.request(path, { headers });
			assert.equal(status, 401, path);
			assert.doesNotMatch(text, /中国工商银行|masthead__who/);
		}
	assert.equal(value("SELECT COUNT(*) FROM audit WHERE action = 'operator'"), before);
});

test('a citizen who has logged in is a stranger here', async () => {
	const c = new Citizen(person('ok', 20));
	await c.login();
	assert.equal((await c.request('/operators')).status, 401);
});

test('each view is recorded once, with who and what, and shows no citizen’s menu', async () => {
	const o = new Operator(null);
	for (const path of pages) {
		const before = views('operator', path);
		const { status, text, headers } = await o.request(path);
		assert.equal(status, 200, path);
		assert.doesNotMatch(text, /href="\/my"|id="session"/);
		assert.match(text, /<span class="masthead__who">operator<\/span>/);
		assert.equal(headers.get('set-cookie'), null);
		assert.equal(headers.get('cache-control'), 'no-store');
		assert.equal(views('operator', path), before + 1, path);
	}
});

test('what is no page of theirs is not found', async () => {
	const o = new Operator(null);
	for (const path of ['/operators/', '/operators/bank/', '/operators/bank/999', '/operators/bank/10%27', '/operators/bank/102/2026-02-30',
		'/operators/bank/102/2026-11-22/x', '/operators/rejects/8', '/operators/rejects/7/999', '/operatorsx'])
		assert.equal((await o.request(path)).status, 404, path);
	assert.equal((await o.request('/operators', { method: 'POST', body: '' })).status, 405);
});

test('a form without its token, with another’s, or from elsewhere, settles nothing', async () => {
	const o = new Operator(null), c = new Citizen(person('ok', 20));
	query("INSERT INTO exchange_message (msg_id, bank, direction, type, business_date, records, state, created_at) VALUES ('102-forms', '102', 'in', '', '2020-01-01', 0, 'APPLIED', 0)");
	query("INSERT INTO exchange_suspense (msg_id, n, application, reason, noted_at) VALUES ('102-forms', 1, 'BJ-FORMS', 'unknown', 0)");
	await c.login();
	await c.get('/apply/disclaimer');
	await o.get('/operators/suspense');
	const csrf = hidden(o.page, 'csrf'), form = { msg_id: '102-forms', n: '1', why: 'x' };
	const send = async (values, headers) => (await o.request('/operators/suspense', { method: 'POST', body: new URLSearchParams({ ...form, ...values }), headers })).status;
	assert.equal(await send({}), 403);
	assert.equal(await send({ csrf: hidden(c.page, 'csrf') }), 403);
	assert.equal(await send({ csrf }, { origin: 'http://evil.example' }), 403);
	assert.equal(await send({ csrf }, { 'sec-fetch-site': 'cross-site' }), 403);
	assert.equal(await send({ csrf, msg_id: '' }), 303);
	assert.equal(await send({ csrf, n: '1x' }), 400);
	assert.equal(value("SELECT COUNT(*) FROM exchange_suspense WHERE msg_id = '102-forms' AND resolved_at IS NULL"), '1');
	assert.equal(await send({ csrf }, { origin: `http://127.0.0.1:${process.env.PORT}` }), 303);
	query("DELETE FROM exchange_suspense WHERE msg_id = '102-forms'");
	query("DELETE FROM exchange_message WHERE msg_id = '102-forms'");
});

/* ---- production's nginx, with this instance's programs behind it ---- */

const dir = mkdtempSync(join(tmpdir(), 'sbk-inside-'));
const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
let nginx, inside, outside;

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	return port;
}

/* A certificate NAME of CA (NAME itself: one that signs others). */
function certify(name, ca, subject, days = ['-days', '2']) {
	openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
	if (name === ca)
		openssl('x509', '-req', '-in', `${name}.csr`, '-signkey', `${name}.key`, '-days', '2', '-out', `${name}.crt`);
	else
		openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-CAcreateserial', ...days, '-out', `${name}.crt`);
}

/* The inner server's line on the last request: it comes a moment after the answer. */
let asked = 0;
async function logged() {
	for (;;) {
		const lines = readFileSync(join(dir, 'operators.log'), 'utf8').split('\n').slice(0, -1);
		if (lines.length >= asked)
			return JSON.parse(lines.at(-1));
		await new Promise(setImmediate);
	}
}

/* Answers of the port to whom the certificate names; NULL: whoever has none. */
function ask(port, path, name, headers = {}) {
	const identity = name && { cert: readFileSync(join(dir, `${name}.crt`)), key: readFileSync(join(dir, `${name}.key`)) };
	asked += port === inside;
	return new Promise((resolve, reject) => {
		request({ host: '127.0.0.1', port, path, headers: { host: 'card.example', ...headers }, servername: 'card.example', rejectUnauthorized: false, agent: false, ...identity }, (answer) => {
			let text = '';
			answer.on('data', (data) => { text += data; });
			answer.on('end', () => resolve({ status: answer.statusCode, text }));
		}).on('error', reject).end();
	});
}

before(async () => {
	chmodSync(dir, 0o755);
	certify('operators-ca', 'operators-ca', '/CN=Operators');
	certify('other-ca', 'other-ca', '/CN=Operators');
	for (const name of ['zhang', 'li', 'many'])
		certify(name, 'operators-ca', `/O=Bureau/CN=${name}`);
	certify('foreign', 'other-ca', '/O=Bureau/CN=zhang');
	certify('own', 'own', '/O=Bureau/CN=zhang');
	certify('expired', 'operators-ca', '/O=Bureau/CN=zhang', ['-days', '-1']);
	certify('nameless', 'operators-ca', '/CN=zhang/O=Bureau');
	certify('strange', 'operators-ca', '/O=Bureau/CN=zhang san');
	certify('masked', 'operators-ca', '/CN=x/O=Bureau,CN=zhang');
	for (const name of ['site', 'operators'])
		certify(name, name, '/CN=card.example');
	[inside, outside] = [await freePort(), await freePort()];
	execFileSync(join(root, 'conf/nginx/fill.sh'), ['production', join(dir, 'nginx'), `run=${VAR}/run`, `state=${dir}`, `log=${dir}`,
		`htdocs=${root}htdocs`, `tls=${dir}`, 'client=""']);
	const put = (name, text) => writeFileSync(join(dir, 'nginx', name), text);
	const user = /^user .*$/m.exec(readFileSync(`${VAR}/nginx/local.conf`, 'utf8'))?.[0] ?? '';
	put('production.conf', readFileSync(join(dir, 'nginx/production.conf'), 'utf8').replace(/^user .*/m, user)
		.replace(/^.*listen (?:\[::\]|80).*\n/gm, '').replaceAll('listen 443', `listen 127.0.0.1:${outside}`)
		.replace(/^\tserver \{\n(?:\t\t(?!listen).*\n)*?\t\}\n/gm, (server) => (/inside\.conf|tls\.conf/.test(server) ? server : '')));
	put('name.conf', readFileSync(join(root, 'conf/nginx/name.conf'), 'utf8'));
	put('inside.conf', readFileSync(join(root, 'conf/nginx/inside.conf'), 'utf8').replace(':8443', `:${inside}`));
	nginx = spawn('nginx', ['-p', dir, '-c', join(dir, 'nginx/production.conf'), '-e', join(dir, 'nginx.log'), '-g', 'daemon off;'], { stdio: 'ignore' });
	const listens = () => new Promise((resolve) => {
		const socket = connect(inside, '127.0.0.1', () => { socket.destroy(); resolve(true); });
		socket.on('error', () => resolve(false));
	});
	while (!await listens())
		if (nginx.exitCode !== null)
			assert.fail(readFileSync(join(dir, 'nginx.log'), 'utf8'));
});

after(async () => {
	nginx.kill('SIGQUIT');
	await once(nginx, 'exit');
	rmSync(dir, { recursive: true });
});

test('a certificate of the operators’ authority opens the page, in its own name whatever the headers say', async () => {
	const before = views('li', '/operators');
	const { status, text } = await ask(inside, '/operators', 'li', { ...claims, authorization: `Basic ${btoa('zhang:x')}` });
	assert.equal(status, 200);
	assert.match(text, /<span class="masthead__who">li<\/span>/);
	assert.equal(views('li', '/operators'), before + 1);
	assert.equal(views('zhang'), 0);
	const { operator, verified, serial } = await logged();
	assert.deepEqual([operator, verified], ['li', 'SUCCESS']);
	assert.match(serial, /^[0-9A-F]+$/);
});

for (const [who, name, verdict] of [
	['no certificate', null, /^NONE$/],
	['another authority’s certificate', 'foreign', /^FAILED/],
	['a certificate of one’s own making', 'own', /^FAILED/],
	['an expired certificate', 'expired', /^FAILED:certificate has expired$/],
	['a certificate whose name stands elsewhere', 'nameless', /^SUCCESS$/],
	['a certificate with a name that is none', 'strange', /^SUCCESS$/],
	['a certificate with a name within another part', 'masked', /^SUCCESS$/],
])
	test(`${who} gets nothing`, async () => {
		for (const path of pages) {
			const { status, text } = await ask(inside, path, name, claims);
			assert.equal(status, 404, path);
			assert.doesNotMatch(text, /中国工商银行|masthead__who|zhang/);
			assert.match((await logged()).verified, verdict);
		}
		assert.equal(views('zhang'), 0);
	});

test('the public server has no such page, certificate or not', async () => {
	for (const name of [null, 'zhang'])
		for (const path of pages)
			assert.equal((await ask(outside, path, name, claims)).status, 404, path);
	assert.equal((await ask(outside, '/web/', null)).status, 303);
});

test('the inner server has nothing of the citizens’', async () => {
	for (const path of ['/web/', '/login', '/my', '/metrics'])
		assert.equal((await ask(inside, path, 'li')).status, 404, path);
});

test('whoever looks too often is told to wait, and others are not', async () => {
	assert.equal((await ask(inside, '/operators', 'many')).status, 200);
	query('UPDATE throttle SET hits = hits + 100000');
	assert.equal((await ask(inside, '/operators', 'many')).status, 429);
	query('DELETE FROM throttle');
	assert.equal((await ask(inside, '/operators', 'many')).status, 200);
});
