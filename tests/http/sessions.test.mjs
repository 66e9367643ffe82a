/* Sessions: where somebody is logged in, how one ends, and how long one lasts. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, person } from '../citizen.mjs';
import { query, value } from '../database.mjs';

const rows = (html) => html.match(/<section class="sheet">/g).length;
const ended = async (c) => assert.match((await c.get('/my')).to, /^\/login\?/);

async function entered(who) {
	const c = new Citizen(who);
	await c.login();
	return c;
}

test('she sees each of her sessions, and ends one of them', async () => {
	const who = person('passport'), here = await entered(who), there = await entered(who), phone = new Citizen(who);
	await phone.enter('jingtong');
	const page = (await here.get('/my/sessions')).text;
	assert.equal(rows(page), 3);
	assert.equal(page.match(/>本机</g).length, 1);
	assert.match(page, /京通小程序/);
	assert.match(page, /人脸识别/);
	assert.match(page, /127\.0\.0\.\*/);
	const ids = [...page.matchAll(/name="end" value="([0-9a-f]{64})"/g)].map((m) => m[1]);
	assert.equal(ids.length, 2);
	assert.equal((await here.post({ end: ids[0] })).to, '/my/sessions?notice=session_ended');
	assert.equal(rows((await here.get('/my/sessions')).text), 2);
	assert.equal((await here.get('/my')).status, 200);
	const gone = await Promise.all([there, phone].map((c) => c.get('/my')));
	assert.deepEqual(gone.map((a) => a.status).sort(), [200, 303]);
	assert.ok(Number(value("SELECT COUNT(*) FROM audit WHERE action = 'session_end' AND detail = 'one'")) > 0);
});

test('she ends all but this one', async () => {
	const who = person('taiwan_pass'), here = await entered(who), others = [await entered(who), await entered(who)];
	await here.get('/my/sessions');
	await here.post({ end: 'others' });
	assert.equal(rows((await here.get('/my/sessions')).text), 1);
	assert.doesNotMatch((await here.get('/my/sessions')).text, /name="end"/);
	for (const c of others)
		await ended(c);
});

test('nobody ends a session of somebody else', async () => {
	const who = person('foreign_permanent', 0), hers = await entered(who), also = await entered(who);
	const stranger = await entered(person('foreign_permanent', 1));
	const [, hash] = (await also.get('/my/sessions')).text.match(/name="end" value="([0-9a-f]{64})"/);
	await stranger.get('/my/sessions');
	for (const end of [hash, 'x', '', 'ff'.repeat(32)])
		assert.ok([303, 400].includes((await stranger.post({ end })).status));
	assert.equal((await hers.get('/my')).status, 200);
	assert.equal((await stranger.get('/my')).status, 200);
	const before = value('SELECT COUNT(*) FROM session WHERE ended_at IS NOT NULL');
	assert.equal((await stranger.post({ end: 'others', csrf: 'x' }, { path: '/my/sessions' })).status, 403);
	assert.equal(value('SELECT COUNT(*) FROM session WHERE ended_at IS NOT NULL'), before);
});

test('half an hour without her it ends, and going on in time keeps it', async () => {
	const who = person('passport'), c = await entered(who);
	await c.get('/my');
	assert.match(c.page, /data-ends="1[78]\d\d" data-warn="120"/);
	query('UPDATE session SET seen_at = seen_at - 1700');
	const answer = await c.post({}, { path: '/login/extend' });
	assert.ok(JSON.parse(answer.text).ends > 1700);
	query('UPDATE session SET seen_at = seen_at - 1700');
	assert.equal((await c.get('/my')).status, 200);
	query('UPDATE session SET seen_at = seen_at - 1801');
	await ended(c);
});

test('after eight hours it ends, however busy she is', async () => {
	const c = await entered(person('passport'));
	query('UPDATE session SET created_at = created_at - 8 * 3600 + 100');
	await c.get('/my');
	assert.ok(Number(c.page.match(/data-ends="(\d+)"/)[1]) <= 100);
	query('UPDATE session SET created_at = created_at - 101');
	await ended(c);
});

test('a session is of one channel; on another one she logs in anew, and the old one goes on elsewhere', async () => {
	const who = person('passport'), c = await entered(who);
	assert.equal((await c.get('/jingtong/card')).to, '/login/jingtong?next=/jingtong/card');
	assert.equal((await c.get('/my')).status, 200);
	const before = c.cookies.get('sbk_session');
	await c.get('/login/jingtong/face');
	assert.equal((await c.face()).to, '/jingtong/card');
	assert.notEqual(c.cookies.get('sbk_session'), before);
	assert.equal((await c.get('/jingtong/card')).status, 200);
	const old = new Citizen(who);
	old.cookies.set('sbk_session', before);
	await ended(old);
});
