/* Programs under valgrind serve a journey with all that goes wrong on one: no invalid access, nothing definitely lost. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Citizen, details, hidden } from '../citizen.mjs';
import { picture, three } from '../pictures.mjs';
import { BUILD, full, instead, root, start } from './instance.mjs';
import { people } from './people.mjs';

const programs = full ? ['portal', 'login', 'disclaimer', 'photos', 'details', 'delivery', 'review', 'done', 'my', 'photo', 'branches', 'status'] :
	['details'];
/* spawn-fcgi wants the whole path. */
const valgrind = [execFileSync('sh', ['-c', 'command -v valgrind'], { encoding: 'utf8' }).trim(), '-q', '--error-exitcode=99', '--leak-check=full', '--show-leak-kinds=definite',
	'--errors-for-leak-kinds=definite', '--num-callers=30',
	`--suppressions=${root}tests/faults/valgrind.supp`];
const watched = {};

before(async () => {
	for (const name of programs)
		watched[name] = await instead(name, [...valgrind, `${BUILD}/cgi-bin/${name}`]);
});
after(start);

/* What people get wrong on a step, whatever the step is. */
async function stumble(c, step) {
	for (const [form, status] of [[{ intent: 'next' }, 422], [{ keep: 'mode=care' }, 303], [{ csrf: 'x' }, 403],
		[{ version: '999', intent: 'next', ...details }, 409], [{ version: 'x' }, 400]]) {
		await c.get(`/apply/${step}`);
		assert.equal((await c.post(form)).status, status, `${step}: ${JSON.stringify(form)}`);
	}
	await c.get(`/apply/${step}?lang=en`);
	await c.get(`/apply/${step}?notice=stale&confirm=1`);
	const rubbish = { method: 'POST', body: '--X--', headers: { 'content-type': 'multipart/form-data; boundary=X' } };
	assert.equal((await c.request(`/apply/${step}`, rubbish)).status, 403);
}

test(`a citizen gets through with ${programs.join(', ')} under valgrind`, async () => {
	const [who] = people(1);
	const c = new Citizen(who), stranger = new Citizen(who);
	for (const path of ['/', '/web/', '/my', '/apply/details', '/branches?bank=102', '/branches', '/healthz', '/metrics', '/login?theme=dark',
		'/photo/00000000000000000000000000000000', '/login/captcha?id=x'])
		assert.ok((await stranger.get(path)).status < 500, path);
	assert.equal((await c.login({ password: 'not it' })).status, 422);
	assert.equal((await c.login({ next: '/apply/details' })).status, 303);
	await stumble(c, 'disclaimer');
	await c.disclaimer();
	await stumble(c, 'photos');
	assert.equal((await c.photos({ ...await three(who), id_back: picture('hostile-svg.jpg') })).status, 422);
	await c.photos();
	await stumble(c, 'details');
	assert.equal((await c.details({ address: '"><script>', occupation: '99' })).status, 422);
	assert.equal((await c.details()).to, '/apply/delivery');
	await stumble(c, 'delivery');
	assert.equal((await c.delivery({ delivery: 'mail', mail_phone: '1' })).status, 422);
	await c.delivery();
	await stumble(c, 'review');
	assert.equal((await c.review('submit')).to, '/apply/review?confirm=1');
	assert.equal((await c.review()).to, '/apply/done');
	const done = await c.get('/apply/done');
	const no = done.text.match(/class="number">([A-Z0-9]+)</)[1];
	assert.match((await c.get('/my')).text, new RegExp(no));
	await c.get(`/my/withdraw/${no}`);
	assert.equal((await c.post({ intent: 'withdraw' })).to, '/my?notice=withdrawn');
	await c.get('/my');
	assert.match((await c.post({ csrf: hidden(c.page, 'csrf') }, { path: '/logout' })).to, /logged_out/);
});

for (const name of programs)
	test(`valgrind has nothing to say of ${name}`, async () => {
		assert.equal(await watched[name].leave(), 0, watched[name].log.split('\n').filter((line) => line.startsWith('==')).join('\n'));
		assert.doesNotMatch(watched[name].log, /^==\d+== /m);
	});
