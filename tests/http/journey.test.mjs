/* One citizen, without scripts, from the home page to the receipt. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { Citizen, person, faults, hidden, tick, details } from '../citizen.mjs';
import { fingerprint, query, value } from '../database.mjs';
import { picture, three } from '../pictures.mjs';

test('a citizen walks from the home page to the receipt', async () => {
	const c = new Citizen(person('ok', 0));
	assert.match((await c.get('/')).text, /我要办社保卡/);
	assert.equal((await c.get('/web/')).to, '/login?next=/web/');
	assert.equal((await c.login({ next: '/web/' })).to, '/web/');
	assert.match((await c.get('/web/')).text, /本人申请社会保障卡/);
	assert.equal((await c.disclaimer()).to, '/apply/photos');
	assert.equal((await c.photos()).to, '/apply/details');
	assert.equal((await c.details()).to, '/apply/delivery');
	assert.equal((await c.delivery()).to, '/apply/review');
	assert.equal((await c.review('submit')).to, '/apply/review?confirm=1');
	assert.match((await c.get('/apply/review?confirm=1')).text, /是否确认提交个人申领/);
	assert.equal((await c.post({ intent: 'confirm', commitment: hidden(c.page, 'commitment'),
		bank_transfer: hidden(c.page, 'bank_transfer') })).to, '/apply/done');
	const done = await c.get('/apply/done');
	assert.match(done.text, /您已完成个人申领业务办理，请在个人中心我的办事中查看办事进度/);
	const my = await c.get('/my');
	assert.match(my.text, /已提交/);
	const no = my.text.match(/class="number">([A-Z0-9]+)</)[1];
	assert.equal(value(`SELECT state FROM application WHERE no = '${no}'`), 'SUBMITTED');
	assert.equal(value(`SELECT COUNT(*) FROM photo WHERE application = '${no}'`), '3');
	assert.equal(value(`SELECT COUNT(*) FROM consent WHERE person = (SELECT person FROM application WHERE no = '${no}')`), '4');
});

test('after submission every step leads to the receipt', async () => {
	const c = new Citizen(person('ok', 0));
	await c.login();
	for (const step of ['disclaimer', 'photos', 'details', 'delivery', 'review'])
		assert.equal((await c.get(`/apply/${step}`)).to, '/apply/done');
});

test('a withdrawn application makes room for a new one', async () => {
	const c = new Citizen(person('ok', 1));
	const no = await c.apply();
	await c.get(`/my/withdraw/${no}`);
	assert.equal((await c.post({ intent: 'withdraw' })).to, '/my?notice=withdrawn');
	const { text } = await c.get('/my?notice=withdrawn');
	assert.match(text, /申请已撤回/);
	assert.match(text, /<a class="weui-btn weui-btn_primary" href="\/apply\/disclaimer">接着填写/);
	assert.notEqual(await c.apply(), no);
});

test('what was said in a withdrawn application, pictures and all, goes on in the next one', async () => {
	const c = new Citizen(person('ok', 1));
	await c.login();
	const no = (await c.get('/my')).text.match(/href="\/my\/withdraw\/([A-Z0-9]+)"/)[1];
	await c.get(`/my/withdraw/${no}`);
	await c.post({ intent: 'withdraw' });
	assert.equal(value(`SELECT COUNT(*) FROM photo WHERE application = '${no}'`), '0');
	assert.equal((await c.get('/apply/details')).to, '/apply/disclaimer', 'whether she may is asked anew');
	assert.equal((await c.disclaimer()).to, '/apply/photos');
	await c.get('/apply/photos');
	assert.equal((await c.post({ intent: 'next', photos: tick(c.page, 'photos') })).to, '/apply/details', 'no picture is wanted again');
	const { text } = await c.get('/apply/details');
	assert.match(text, new RegExp(`<textarea id="address"[^>]*>${details.address}<`));
	await c.details();
	await c.delivery();
	await c.review('submit');
	await c.get('/apply/review?confirm=1');
	await c.post({ intent: 'confirm', commitment: hidden(c.page, 'commitment'), bank_transfer: hidden(c.page, 'bank_transfer') });
	assert.equal((await c.get('/my')).status, 200);
	assert.equal(value(`SELECT COUNT(*) FROM photo JOIN application ON application.no = photo.application
		WHERE live = 1 AND application.person = (SELECT person FROM application WHERE no = '${no}')`), '3');
});

test('an address has to lie in Beijing, and in the district that was chosen', async () => {
	const c = new Citizen(person('ok', 8));
	await c.login();
	await c.disclaimer();
	await c.photos();
	for (const [address, fault] of [['上海市浦东新区世纪大道 1 号', /外地的地址不能用/], ['北京市海淀区中关村大街 1 号', /与上面选的区不一样/]]) {
		assert.equal((await c.details({ address })).status, 422);
		assert.deepEqual(faults(c.page), ['address']);
		assert.match(c.page, fault);
	}
	assert.equal((await c.details({ address: '北京市朝阳区建国路 1 号' })).to, '/apply/delivery');
	const { text } = await c.get('/apply/delivery');
	assert.match(text, /<textarea id="mail_address"[^>]*>北京市朝阳区建国路 1 号</, 'proposed for the mail');
	assert.match(text, new RegExp(`<input id="mail_name" name="mail_name" value="${c.who.name}"`));
});

test('steps open one after the other', async () => {
	const c = new Citizen(person('ok', 2));
	await c.login();
	assert.equal((await c.get('/apply/delivery')).to, '/apply/disclaimer');
	assert.equal((await c.get('/apply/done')).to, '/apply/disclaimer');
	await c.disclaimer();
	assert.equal((await c.get('/apply/review')).to, '/apply/photos');
	assert.equal((await c.get('/apply/disclaimer')).status, 200);
});

test('the disclaimer wants its tick', async () => {
	const c = new Citizen(person('ok', 3));
	await c.login();
	await c.get('/apply/disclaimer');
	assert.equal((await c.post({ intent: 'next' })).status, 422);
	assert.deepEqual(faults(c.page), ['disclaimer']);
});

test('wrong answers come back with what was typed and a sentence each', async () => {
	const c = new Citizen(person('ok', 4));
	await c.login();
	await c.disclaimer();
	await c.photos();
	const answer = await c.details({ occupation: '', address: '幸福路', district: '999999', branch: '1020001' });
	assert.equal(answer.status, 422);
	assert.deepEqual(faults(c.page), ['occupation', 'district', 'address', 'branch']);
	assert.match(c.page, />幸福路<\/textarea>/);
	/* It comes back on another device too. */
	const other = new Citizen(c.who);
	await other.login();
	assert.match((await other.get('/apply/details')).text, />幸福路<\/textarea>/);
});

test('a branch must be open and belong to the bank, whatever the form says', async () => {
	const c = new Citizen(person('ok', 4));
	await c.login();
	const [bank, branch] = query('SELECT bank, code FROM branch WHERE open = 0')[0];
	assert.equal((await c.details({ bank, branch })).status, 422);
	assert.deepEqual(faults(c.page), ['branch']);
});

test('without scripts the button beside the bank shows its branches, and keeps the rest', async () => {
	const c = new Citizen(person('ok', 4));
	await c.login();
	await c.get('/apply/details');
	assert.equal((await c.post({ ...details, branch: '', bank: '102', address: '新街口 7 号', keep: '' })).to, '/apply/details');
	const page = (await c.get('/apply/details')).text;
	assert.match(page, />新街口 7 号<\/textarea>/);
	assert.match(page, /<option value="1020001"/);
	assert.doesNotMatch(page, /<option value="3130001"/);
});

test('another bank removes the branch chosen before', async () => {
	const c = new Citizen(person('ok', 4));
	await c.login();
	assert.equal((await c.details()).status, 303);
	assert.equal((await c.details({ bank: '102' })).status, 422);
	assert.deepEqual(faults(c.page), ['branch']);
});

test('the address to mail to is asked only when the card is mailed', async () => {
	const c = new Citizen(person('ok', 5));
	await c.login();
	await c.disclaimer();
	await c.photos();
	await c.details();
	assert.equal((await c.delivery({ delivery: 'mail', mail_postcode: '200000' })).status, 422);
	assert.deepEqual(faults(c.page), ['mail_name', 'mail_phone', 'mail_district', 'mail_address', 'mail_postcode']);
	assert.equal((await c.delivery({ delivery: 'branch', mail_name: 'x' })).to, '/apply/review');
});

test('a picture once received is kept, whatever else is wrong', async () => {
	const c = new Citizen(person('ok', 6));
	await c.login();
	await c.disclaimer();
	const { id_front, id_back } = await three(c.who);
	const answer = await c.photos({ portrait: picture('portrait.heic'), id_front: picture('hostile-random.jpg') });
	assert.equal(answer.status, 422);
	assert.deepEqual(faults(c.page), ['id_front', 'id_back']);
	const kept = c.page.match(/src="(\/photo\/[0-9a-f]{32})"/)[1];
	const image = await c.request(kept);
	assert.equal(image.headers.get('content-type'), 'image/jpeg');
	assert.deepEqual([...image.text.subarray(0, 2)], [0xff, 0xd8]);
	assert.equal((await c.photos({ id_front, id_back })).to, '/apply/details');
});

test('an answer on the review page leads back to its step and nothing is lost', async () => {
	const c = new Citizen(person('ok', 7));
	await c.prepare();
	assert.match((await c.get('/apply/review')).text, /href="\/apply\/details#address"/);
	assert.equal((await c.details({ address: '安定门外大街 99 号' })).to, '/apply/delivery');
	assert.match((await c.get('/apply/review')).text, /安定门外大街 99 号/);
});

const answers = ['not_found', 'name_differs', 'already_holds', 'deceased', 'id_expired'];
for (const kind of answers)
	test(`who is ${kind} is told so before the pictures, and what to do`, async () => {
		const c = new Citizen(person(kind));
		await c.login();
		assert.equal((await c.disclaimer()).status, 422);
		assert.match(c.page, /<section class="faults"[^]*<h2>[^<]{8,}<\/h2>\n<p>[^<]{8,}<\/p>/);
		assert.equal((await c.get('/apply/photos')).to, '/apply/disclaimer');
	});

test('who is under age is told that a guardian applies, and does not get the statement again', async () => {
	const c = new Citizen(person('minor'));
	await c.login();
	assert.equal((await c.disclaimer()).status, 422);
	assert.match(c.page, /监护人/);
	assert.doesNotMatch(c.page, /type="checkbox"|<dialog[^>]* id="statement"/);
});

test('a pensioner sees only the bank that pays the pension', async () => {
	const c = new Citizen(person('pensioner'));
	await c.login();
	await c.disclaimer();
	await c.photos();
	const page = (await c.get('/apply/details')).text;
	const select = page.match(/<select id="bank"[^]*?<\/select>/)[0];
	assert.equal([...select.matchAll(/<option value="(\d+)"/g)].map((m) => m[1]).join(), c.who.banks);
	assert.match(select, / selected>/, 'there is nothing to choose');
	assert.match(page, /只能由这家银行办理/);
	const district = page.match(/<select id="district"[^]*?<\/select>/)[0].match(/ selected>([^<]+)</)[1];
	assert.ok(c.who.address.includes(district), 'as her address has it');
	const other = c.who.banks === '102' ? ['103', '1030001'] : ['102', '1020001'];
	assert.equal((await c.details({ bank: other[0], branch: other[1] })).status, 422);
	assert.deepEqual(faults(c.page), ['bank']);
});

test('looking writes nothing', async () => {
	const c = new Citizen(person('ok', 7));
	await c.login();
	const before = fingerprint();
	for (const path of ['/', '/web/', '/login', '/apply/disclaimer', '/apply/photos', '/apply/details', '/apply/delivery',
		'/apply/review', '/apply/review?confirm=1', '/apply/done', '/my', '/branches?bank=102', '/healthz', '/metrics'])
		await c.get(path);
	assert.equal(fingerprint(), before);
});

test('the tick on the review page is the promise', async () => {
	const c = new Citizen(person('ok', 7));
	await c.login();
	await c.get('/apply/review');
	assert.equal((await c.post({ intent: 'confirm', bank_transfer: tick(c.page, 'bank_transfer') })).status, 422);
	assert.deepEqual(faults(c.page), ['commitment']);
});
