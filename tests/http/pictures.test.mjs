/* What the server says of pictures: of ID cards that are read, and of portraits that break a rule. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, faults, person, tick } from '../citizen.mjs';
import { value as counted } from '../database.mjs';
import { three } from '../pictures.mjs';
import { portraitOf } from '../sandbox/pictures/portraits.mjs';

async function at(step, n, channel) {
	const c = new Citizen(person('ok', n));
	await c.enter(channel);
	await c.step('disclaimer');
	await c.get(`/apply/${step}`);
	return c;
}

const send = (c, files, values = {}) => c.post({ intent: 'next', photos: tick(c.page, 'photos'), ...values }, { files });
const value = (c, field) => c.page.match(new RegExp(`<input id="${field}"[^>]* value="([^"]*)"`))?.[1];

test('nobody looks at a picture before she has agreed to it', async () => {
	const c = new Citizen(person('ok', 34));
	await c.login();
	await c.disclaimer();
	await c.get('/apply/photos');
	const before = counted('SELECT COUNT(*) FROM photo');
	assert.equal((await c.post({ intent: 'next' }, { files: await three(c.who) })).status, 422);
	assert.deepEqual(faults(c.page), ['portrait', 'id_front', 'id_back', 'photos']);
	assert.match(c.page, /还没有勾选同意，这张照片没有接收/);
	assert.equal(counted('SELECT COUNT(*) FROM photo'), before);
	await c.get('/apply/photos');
	assert.equal((await c.post({ keep: 'mode=care' }, { files: await three(c.who) })).status, 422);
	assert.match(c.page, /还没有勾选同意，这张照片没有接收/);
	assert.match(c.page, /<body[^>]* data-weui-mode="care"/);
	assert.equal(counted('SELECT COUNT(*) FROM photo'), before);
	assert.equal((await c.photos()).to, '/apply/details');
	assert.equal(counted('SELECT COUNT(*) FROM photo'), String(Number(before) + 3));
});

test('the identity step is filled in with what the card says, and goes on when it has been looked over', async () => {
	const c = await at('identity', 8, 'yikatong');
	const { id_front, id_back } = await three(c.who);
	assert.equal((await send(c, { id_front, id_back })).to, '/apply/identity?notice=pictures');
	await c.get('/apply/identity?notice=pictures');
	assert.equal(value(c, 'id_valid_from'), c.who.id_valid_from);
	assert.equal(value(c, 'id_valid_to'), '长期');
	assert.equal(c.who.id_valid_to, '9999-12-31');
	await send(c, { id_back }, { id_valid_to: '长期' });
	await c.get('/apply/identity?notice=pictures');
	assert.doesNotMatch(c.page, /照片上读到的是/, 'the same in other words is no difference');
	assert.match(c.page, /照片已收到并检查过。/);
	assert.match(c.page, new RegExp(`<option value="${c.who.ethnicity}" selected>`));
	const values = { ethnicity: c.who.ethnicity, id_valid_from: c.who.id_valid_from, id_valid_to: c.who.id_valid_to };
	assert.equal((await send(c, undefined, values)).to, '/apply/details');
});

test('where the step asks for nothing of it, what was read off the card stands below its picture', async () => {
	const c = await at('photos', 11, 'web');
	await send(c, await three(c.who));
	await c.get('/apply/photos?notice=pictures');
	const read = [...c.page.matchAll(/<div class="photo__read">[^]*?<\/div>\s*<\/dl>/g)].map(([list]) => list.replace(/<[^>]*>/g, ' '));
	assert.equal(read.length, 2);
	for (const one of [c.who.name, c.who.id_number])
		assert.ok(read[0].includes(one), `${one} in ${read[0]}`);
	for (const one of [c.who.id_valid_from, c.who.id_valid_to])
		assert.ok(read[1].includes(one), `${one} in ${read[1]}`);
	assert.doesNotMatch(read.join(), /住址|地址/);
});

test('what she typed stays, and what the card says instead is shown for her to take over', async () => {
	const c = await at('identity', 9, 'yikatong');
	const { id_front, id_back } = await three(c.who);
	await send(c, { id_front, id_back }, { id_valid_from: '2020-01-01' });
	await c.get('/apply/identity');
	assert.equal(value(c, 'id_valid_from'), '2020-01-01');
	assert.match(c.page, new RegExp(`照片上读到的是“${c.who.id_valid_from}”`));
	const typed = { adopt: 'id_valid_from', ethnicity: c.who.ethnicity, id_valid_from: '2020-01-01', id_valid_to: c.who.id_valid_to };
	assert.equal((await send(c, undefined, { ...typed, intent: undefined })).to, '/apply/identity');
	await c.get('/apply/identity');
	assert.equal(value(c, 'id_valid_from'), c.who.id_valid_from);
});

test("sides that are swapped are told, and there is no insisting; on somebody else's card she may insist, and then it goes on", async () => {
	const c = await at('photos', 16, 'web');
	const mine = await three(c.who), hers = await three(person('ok', 1));
	const swapped = await send(c, { portrait: mine.portrait, id_front: mine.id_back, id_back: mine.id_front });
	assert.equal(swapped.status, 422);
	assert.deepEqual(faults(c.page), ['id_front', 'id_back']);
	assert.match(c.page, /这是身份证的另一面/);
	assert.doesNotMatch(c.page, /insist_id/);
	const [, shown] = c.page.match(/photo--id_front">\s*<div class="photo__kept"[^>]*><img src="\/photo\/([0-9a-f]{32})"/);
	await c.get('/apply/photos');
	assert.equal((await send(c, undefined, { insist_id_front: shown })).status, 422);
	assert.deepEqual(faults(c.page), ['id_front', 'id_back']);
	await c.get('/apply/photos');
	const other = await send(c, { id_front: hers.id_front, id_back: mine.id_back });
	assert.equal(other.status, 422);
	assert.deepEqual(faults(c.page), ['id_front']);
	assert.match(c.page, /照片上的姓名或证件号码与您的不一致/);
	const [, insisted] = c.page.match(/name="insist_id_front" value="([0-9a-f]{32})"/);
	await c.get('/apply/photos');
	assert.equal((await send(c, undefined, { insist_id_front: insisted })).to, '/apply/details');
});

test("a name that is surely not hers is somebody else's card too; insisted on, it is shown what differs, and the page leads there", async () => {
	const c = await at('photos', 10, 'web');
	const files = await three(c.who), { id_front } = await three({ ...c.who, name: '李小明' });
	assert.equal((await send(c, { ...files, id_front })).status, 422);
	assert.deepEqual(faults(c.page), ['id_front']);
	assert.match(c.page, /照片上的姓名或证件号码与您的不一致/);
	const [, insist_id_front] = c.page.match(/name="insist_id_front" value="([0-9a-f]{32})"/);
	await c.get('/apply/photos');
	assert.equal((await send(c, { id_back: files.id_back }, { insist_id_front })).to, '/apply/photos?notice=pictures');
	await c.get('/apply/photos?notice=pictures');
	assert.match(c.page, /但有的内容和您填写的不一样，或者读得不太清楚。[^<]*<a href="#id_front-kept">身份证正面原件照片<\/a>/);
	assert.match(c.page, /id="id_front-kept"[^]*照片上读到的<\/small> 李小明/);
	assert.equal((await send(c)).to, '/apply/details');
});

for (const [defect, sentence] of [['two_faces', /不止一个人/], ['none', /没有认出人脸/], ['background', /背景不是浅色/], ['blurred', /照片模糊/]])
	test(`a portrait is refused with its reason: ${defect}`, async () => {
		const c = await at('photos', 9, 'web');
		const files = await three(c.who);
		const answer = await send(c, { ...files, portrait: { bytes: await portraitOf(1, defect), filename: 'portrait.jpg' } });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(c.page), ['portrait']);
		assert.match(c.page, sentence);
		assert.doesNotMatch(c.page, /insist_portrait/);
	});

test('an ID card in the place of the portrait is told to be one', async () => {
	const c = await at('photos', 9, 'web');
	const { id_front } = await three(c.who);
	await send(c, { portrait: id_front });
	await c.get('/apply/photos?notice=pictures');
	assert.match(c.page, /如果这是身份证的照片，请换成您本人的近期照片/);
	await send(c, { portrait: (await three(c.who)).portrait });
	await c.get('/apply/photos?notice=pictures');
	assert.doesNotMatch(c.page, /如果这是身份证的照片/);
});
