/* The database is away: a page that says so, nothing lost, and back at once. */
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, details } from '../citizen.mjs';
import { end, full, kill, pid, start } from './instance.mjs';
import { people } from './people.mjs';

after(start);

/* 503, a page, when to come again, what everything carries, and the id under which the log has it. */
function away(answer) {
	assert.equal(answer.status, 503);
	assert.match(answer.headers.get('content-type'), /^text\/html/);
	assert.ok(Number(answer.headers.get('retry-after')) > 0);
	assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
	assert.equal(answer.headers.get('cache-control'), 'no-store');
	assert.ok(answer.text.includes(answer.headers.get('x-request-id')));
	assert.doesNotMatch(answer.text, /db\.sock|mariadb|connect:/i);
}

test('without a database pages of citizens say 503 and come back with it, and what was typed comes through', async () => {
	const c = new Citizen(people(1)[0]), stranger = new Citizen(c.who);
	await c.login();
	await c.disclaimer();
	await c.photos();
	await c.get('/apply/details');
	await end(pid('mariadb'), 'SIGKILL');
	const form = c.page;
	for (const path of ['/web/', '/my', '/apply/details', '/apply/photos', '/login'])
		away(await c.get(path));
	c.page = form;
	away(await c.post({ intent: 'next', ...details }, { path: '/apply/details' }));
	assert.equal((await stranger.request('/healthz')).status, 503);
	assert.equal((await stranger.request('/static/app.css')).status, 200);
	await start();
	assert.equal((await stranger.request('/healthz')).status, 200);
	c.page = form;
	assert.equal((await c.post({ intent: 'next', ...details }, { path: '/apply/details' })).to, '/apply/delivery');
	assert.equal((await c.get('/my')).status, 200);
});

test('a database that no longer answers costs a time-out, not the page', { skip: !full && 'takes its time' }, async () => {
	const c = new Citizen(people(1)[0]), began = Date.now();
	await c.login();
	kill(pid('mariadb'), 'SIGSTOP');
	try {
		away(await c.get('/my'));
		assert.ok(Date.now() - began < 25000);
		assert.equal((await c.request('/static/app.css')).status, 200);
	} finally {
		kill(pid('mariadb'), 'SIGCONT');
	}
	assert.equal((await c.get('/my')).status, 200);
});
