/* Programs under valgrind serve a journey with all that goes wrong on one: no invalid access, nothing definitely lost. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, details, hidden } from '../citizen.mjs';
import { picture, three } from '../pictures.mjs';
import { BUILD, full, instead, start } from './instance.mjs';
import { people } from './people.mjs';

const programs = full ? ['portal', 'login', 'disclaimer', 'photos', 'details', 'delivery', 'review', 'done', 'my', 'photo', 'branches', 'status'] :
	['details'];
const valgrind = ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full', '--show-leak-kinds=definite',
	'--errors-for-leak-kinds=definite', '--num-callers=30'];
const watched = {};

before(async () => {
	for (const name of programs)
		watched[name] = await instead(name, [...valgrind, `${BUILD}/cgi-bin/${name}`]);
});
after(start);

/* What people get wrong on a step, whatever the step is. */
async function stumble(c, step) {
	await c.get(`/apply/${step}`);
	const { page } = c;
	const again = () => { c.page = page; };
	assert.equal((await c.post({ intent: 'next' })).status, step === 'done' ? 404 : 422);
	again();
	assert.equal((await c.post({ keep: 'mode=care' })).status, step === 'done' ? 404 : 303);
	again();
	assert.equal((await c.post({ csrf: 'x' })).status, 403);
	again();
	assert.equal((await c.post({ version: '999', intent: 'next', ...details })).status, step === 'done' ? 404 : 409);
	again();
	assert.equal((await c.post({ version: 'x' })).status, 400);
	await c.get(`/apply/${step}?lang=en`);
	await c.get(`/apply/${step}?notice=stale&confirm=1`);
	assert.equal((await c.request(`/apply/${step}`, { method: 'POST', body: '--X--', headers: { 'content-type': 'multipart/form-data; boundary=X' } })).status, 403);
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
	assert.equal((await c.photos({ ...three(), id_back: picture('hostile-svg.jpg') })).status, 422);
	await c.photos(three());
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
