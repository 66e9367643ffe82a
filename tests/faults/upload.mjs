/* An upload that cannot be taken: no place for it, nobody to look at it. Nothing else is lost. */
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { Citizen, faults, tick } from '../citizen.mjs';
import { three } from '../pictures.mjs';
import { VAR, end, pid, start } from './instance.mjs';
import { people } from './people.mjs';

after(start);

async function atPhotos() {
	const c = new Citizen(people(1)[0]);
	await c.login();
	await c.disclaimer();
	await c.get('/apply/photos');
	return c;
}

async function send(c, files) {
	const photos = tick(c.page, 'photos');
	return c.looked(await c.post({ intent: 'next', photos }, { path: '/apply/photos', files }), 'photos', { photos });
}

test('where uploads cannot be written there is a clear page, and the same form works afterwards', async () => {
	const c = await atPhotos(), form = c.page;
	const folder = `${VAR}/nginx/body`;
	renameSync(folder, `${folder}.away`);
	writeFileSync(folder, '');
	try {
		const answer = await send(c, await three(c.who));
		assert.ok([500, 503, 507].includes(answer.status), `${answer.status}`);
		assert.match(answer.text, /系统暂时无法响应/);
		assert.match(answer.headers.get('content-type'), /^text\/html/);
		assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
		assert.match(answer.headers.get('x-request-id'), /^[0-9a-f]{32}$/);
		assert.equal(answer.headers.get('cache-control'), 'no-store');
		/* Forms without files need no disk. */
		assert.equal((await c.disclaimer()).to, '/apply/photos');
	} finally {
		rmSync(folder);
		renameSync(`${folder}.away`, folder);
	}
	c.page = form;
	const again = await send(c, await three(c.who));
	assert.equal(again.status === 409 ? (await c.photos()).to : again.to, '/apply/details');
});

test('without picture workers the page says busy, keeps what it has, and takes the rest when they are back', async () => {
	const c = await atPhotos();
	const { portrait, id_front, id_back } = await three(c.who);
	assert.equal((await send(c, { portrait })).status, 422);
	assert.deepEqual(faults(c.page).sort(), ['id_back', 'id_front']);
	await end(pid('photo-worker'), 'SIGKILL');
	const busy = await send(c, { id_front, id_back });
	assert.equal(busy.status, 422);
	assert.deepEqual(faults(c.page).sort(), ['id_back', 'id_front']);
	assert.match(c.page, /id="photos" name="photos" value="[^"]+"/);
	const [, kept] = c.page.match(/class="photo__kept"[^>]*><img src="(\/photo\/[0-9a-f]{32})"/);
	assert.equal((await c.request(kept)).status, 200);
	await start();
	assert.equal((await send(c, { id_front, id_back })).to, '/apply/details');
	await c.get('/apply/photos');
	assert.ok(c.page.includes(kept));
});
