/* How forms behave while they are filled in: what is typed is understood, and nothing of it is lost with the line. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, choosePictures, desktop, launch, origin, phone, visitor } from './browser.mjs';
import { enter } from './enter.mjs';
import { Citizen, details, person } from '../citizen.mjs';
import { walk } from '../walks.mjs';
import { value } from '../database.mjs';

const who = person('long_term_id');
const next = '保存，下一步';
let browser, page;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const at = (pathname) => page.waitForURL((url) => url.pathname === pathname);
const press = () => page.getByRole('button', { name: next, exact: true }).click();
const leave = (selector) => page.locator(selector).blur();

/* The draft is kept by a request that nobody waits for. */
async function until(condition) {
	for (let n = 0; n < 200; n++) {
		if (await condition())
			return;
		await page.waitForTimeout(25);
	}
	throw new Error('it did not come to pass');
}

test('an ID number is grouped while it is typed, checked as one leaves it, and sent plain', async () => {
	page = await visitor(browser);
	await page.goto('/login/jingtong/face/sms');
	const input = page.locator('#id_number'), id = person('not_found').id_number;
	await input.pressSequentially(`${id.slice(0, 17)}${id[17] === '0' ? '1' : '0'}`);
	assert.equal((await input.inputValue()).replace(/\S/g, '.'), '...... ........ ....');
	await leave('#id_number');
	assert.equal(await page.locator('#id_number-fault').textContent(), '证件号码有一位不对，请对照证件逐位检查');
	await accessible(page);

	/* In the middle the caret stays where it is. */
	await input.evaluate((i) => i.setSelectionRange(8, 8));
	await page.keyboard.press('Backspace');
	await page.keyboard.type(id[6]);
	assert.equal(await input.evaluate((i) => i.selectionStart), 8);
	await input.press('End');
	await page.keyboard.press('Backspace');
	await page.keyboard.type(id[17].toLowerCase());
	await leave('#id_number');
	assert.equal(await input.inputValue(), `${id.slice(0, 6)} ${id.slice(6, 14)} ${id.slice(14)}`);
	assert.equal(await page.locator('#id_number-fault').isVisible(), false);
	assert.equal(await input.getAttribute('aria-invalid'), null);

	const sent = page.waitForRequest((request) => request.method() === 'POST');
	await page.getByRole('button', { name: '获取验证码' }).click();
	assert.equal(new URLSearchParams((await sent).postData()).get('id_number'), id);
	await page.context().close();
});

test('dates, phones and postcodes are checked in the server’s words as one leaves them', async () => {
	page = await visitor(browser);
	await enter.roster(page, who);
	const citizen = new Citizen(who);
	for (const { name, value: text } of await page.context().cookies())
		citizen.cookies.set(name, text);
	if ((await citizen.get('/apply/profile')).status !== 200)
		await walk(citizen, 'jingtong', { to: 2 });
	await page.goto('/apply/profile');
	await page.fill('#id_valid_from', '2026年2月30日');
	await page.fill('#phone', '1380013800');
	await leave('#phone');
	assert.equal(await page.textContent('#id_valid_from-fault'), '这一天不存在，请按“年-月-日”填写，例如 2026-01-31');
	assert.equal(await page.textContent('#phone-fault'), '请填 11 位手机号，以 1 开头');
	await page.fill('#id_valid_from', '2019年6月1日');
	await page.fill('#phone', '＋86 138-0013-8000');
	await leave('#phone');
	assert.deepEqual([await page.inputValue('#id_valid_from'), await page.inputValue('#phone')], ['2019-06-01', '13800138000']);
	assert.equal(await page.locator('.field__fault:visible').count(), 0);
	await page.fill('#id_valid_from', who.id_valid_from);
	await page.fill('#address', details.address);

	/* A sentence that comes or goes with the press does not move the button from under it. */
	await page.setViewportSize(desktop);
	const refused = page.waitForResponse((answer) => answer.request().method() === 'POST');
	await page.fill('#phone', '1380013800');
	await press();
	assert.equal((await refused).status(), 422);
	await page.locator('#phone-fault').waitFor();
	await page.fill('#phone', who.phone);
	await press();
	await at('/apply/details');
	await page.setViewportSize(phone);
});

test('an address is offered the streets of the chosen district', async () => {
	await page.selectOption('#ethnicity', '01');
	await page.selectOption('#occupation', '17');
	await page.selectOption('#district', '110105');
	await press();
	await at('/apply/delivery');
	await page.selectOption('#bank', details.bank);
	await page.selectOption('#branch', details.branch);
	await page.getByText('银行邮寄', { exact: true }).click();
	await page.selectOption('#mail_district', '110199');
	const offered = page.locator('#mail_address ~ .streets button');
	assert.notEqual(await page.inputValue('#mail_address'), '', 'where she lives is proposed');
	await page.fill('#mail_address', '');
	await offered.first().waitFor();
	assert.deepEqual(await offered.allTextContents(), ['荣华街道', '博兴街道']);
	await page.keyboard.type('荣');
	await until(async () => await offered.count() === 1);
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	assert.equal(await page.inputValue('#mail_address'), '荣华街道');
	assert.equal(await offered.first().isVisible(), false);
	await page.keyboard.type('中路');
	await page.keyboard.press('Enter');
	assert.equal(await page.inputValue('#mail_address'), '荣华街道中路');
});

const draft = () => value(`SELECT CONCAT(d.version, ' ', SHA2(d.body, 256)) FROM draft d JOIN session s ON s.person = d.person
	ORDER BY s.seen_at DESC, s.created_at DESC LIMIT 1`);
const version = async () => (await draft()).split(' ')[0];

test('what was typed and not sent is there again, not yet saved, and without a new version', async () => {
	await page.fill('#mail_name', who.name);
	await page.fill('#mail_phone', '138');
	const before = draft();
	await page.goto('/my');
	await until(() => draft() !== before);
	assert.equal(draft().split(' ')[0], before.split(' ')[0]);
	await page.goto('/apply/delivery');
	await page.getByText('但还没有保存').waitFor();
	assert.deepEqual([await page.inputValue('#mail_name'), await page.inputValue('#mail_phone')], [who.name, '138']);
	assert.equal(await page.inputValue('#bank'), details.bank);

	await page.fill('#mail_phone', '13800000000');
	await page.fill('#mail_address', details.address);
	await page.fill('#mail_postcode', '１００ ０２０');
});

test('on a lost line the press waits, keeps everything, and goes again', async () => {
	const posts = [];
	page.on('request', (request) => request.method() === 'POST' && posts.push(request.postData()));
	await page.context().setOffline(true);
	await page.getByText('现在没有网络。可以接着填写').waitFor();
	await press();
	await page.getByText('填写的内容都还在。网络恢复后自动再送').waitFor();
	await accessible(page);
	assert.equal(await page.inputValue('#mail_phone'), '13800000000');
	await page.context().setOffline(false);
	await at('/apply/photos');
	assert.deepEqual([...new Set(posts)].length, 1);
	assert.equal(new URLSearchParams(posts[0]).get('mail_postcode'), '１００ ０２０');
	await page.goto('/apply/delivery');
	assert.equal(await page.getByText('但还没有保存').count(), 0);
});

test('an answer that is lost is asked for again, and the form is saved once', async () => {
	const before = Number(await version());
	let lost = 1;
	await page.route('**/apply/delivery', async (route) => {
		if (route.request().method() !== 'POST' || lost-- <= 0)
			return route.continue();
		await route.fetch();
		return route.abort();
	});
	await page.fill('#mail_phone', '13800000001');
	await press();
	await page.getByRole('button', { name: '立即重试' }).click();
	await at('/apply/photos');
	assert.equal(Number(await version()), before + 1);
});

test('what is wrong comes back without a new page, and the summary has the focus', async () => {
	await page.goto('/apply/delivery');
	await page.evaluate(() => { window.same = true; });
	await page.fill('#mail_phone', '');
	await press();
	await page.waitForSelector('#faults');
	assert.deepEqual(await page.evaluate(() => [window.same, document.activeElement.id]), [true, 'faults']);
	await page.fill('#mail_phone', '13800000000');
	await leave('#mail_phone');
	assert.equal(await page.locator('#mail_phone-fault').isVisible(), false);
	assert.equal(await page.locator('#faults').isVisible(), false);
});

const heading = () => page.textContent('#faults h2');
const lines = async () => (await page.locator('#faults li:visible').allTextContents()).map((line) => line.split('：')[0]);
const bad = (selector) => page.locator(`.field--bad ${selector}`).count();

test('what is mended leaves the summary and is not red any more, and is there again when it is undone', async () => {
	await page.fill('#mail_name', '');
	await page.fill('#mail_phone', '');
	await page.selectOption('#mail_district', '');
	await press();
	await page.locator('#faults').getByText('有 3 处需要修改').waitFor();
	assert.deepEqual(await lines(), ['收件人姓名', '收件人联系电话', '收件地所在区']);

	await page.selectOption('#mail_district', '110105');
	assert.equal(await heading(), '有 2 处需要修改');
	assert.deepEqual([await bad('#mail_district'), await page.getAttribute('#mail_district', 'aria-invalid')], [0, null]);
	await page.selectOption('#mail_district', '');
	assert.deepEqual([await heading(), await bad('#mail_district')], ['有 3 处需要修改', 1]);
	await page.selectOption('#mail_district', '110105');

	await page.fill('#mail_phone', '138');
	await leave('#mail_phone');
	assert.deepEqual(await lines(), ['收件人姓名', '收件人联系电话']);
	await page.fill('#mail_phone', '13800000002');
	await leave('#mail_phone');
	assert.deepEqual(await lines(), ['收件人姓名']);
	await page.fill('#mail_name', who.name);
	await leave('#mail_name');
	assert.equal(await page.locator('#faults').isVisible(), false);
	await accessible(page);
	await press();
	await at('/apply/photos');
});

const line = () => page.textContent('.saved');
const unsaved = '有改动还没有保存，按“保存，下一步”保存。';

test('the line that says when it was saved does not while something is not', async () => {
	await page.goto('/apply/delivery');
	assert.match(await line(), /^已于 \d\d:\d\d 保存/);
	await page.selectOption('#mail_district', '110106');
	assert.equal(await line(), unsaved);
	await page.selectOption('#mail_district', '110105');
	assert.match(await line(), /^已于/);
	await page.locator('#mail_name').pressSequentially('某');
	assert.equal(await line(), unsaved);
	await page.context().setOffline(true);
	await press();
	await page.getByText('网络恢复后自动再送').waitFor();
	await page.getByRole('button', { name: '先不送' }).click();
	assert.equal(await line(), unsaved);
	await page.context().setOffline(false);
	await page.fill('#mail_name', who.name);
	assert.match(await line(), /^已于/);
});

test('a reload shows what was chosen, and that it is not saved', async () => {
	await page.selectOption('#mail_district', '110106');
	await page.reload();
	await page.getByText('但还没有保存').waitFor();
	assert.equal(await page.inputValue('#mail_district'), '110106');
	assert.equal(await line(), unsaved);
	await page.fill('#mail_phone', '13800000003');
	await page.reload();
	await until(async () => await page.inputValue('#mail_phone') === '13800000003');
	assert.equal(await page.inputValue('#mail_district'), '110106');
	await press();
	await at('/apply/photos');
	await page.goto('/apply/delivery');
	assert.match(await line(), /^已于/);
	assert.deepEqual(page.complaints.filter((c) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(c)), []);
	await page.context().close();
});

/* A browser in which this citizen is logged in at the web's step of that place. */
async function on(who, place, options) {
	const citizen = new Citizen(who);
	await citizen.enter('web');
	await walk(citizen, 'web', { to: place });
	page = await visitor(browser, options);
	await page.context().addCookies([...citizen.cookies].map(([name, value]) => ({ name, value, url: origin() })));
}

for (const javaScript of [true, false])
	test(`without the tick the statement stays in sight, the fault beside the tick, ${javaScript ? 'with' : 'without'} scripts`, async () => {
		await on(person('ok', 30), 0, { javaScript });
		await page.goto('/apply/disclaimer');
		await page.getByRole('button', { name: '确定', exact: true }).click();
		await page.locator('#disclaimer-fault').waitFor();
		assert.equal(await page.locator('dialog:modal').count(), javaScript ? 1 : 0);
		const tick = page.locator('#disclaimer:focus');
		await tick.waitFor();
		const { height } = page.viewportSize();
		for (const part of [tick, page.locator('#disclaimer-fault')]) {
			const { y, height: high } = await part.boundingBox();
			assert.ok(y >= 0 && y + high <= height, `${y}`);
		}
		if (javaScript) {
			await accessible(page);
			await tick.check();
			assert.equal(await page.locator('#disclaimer-fault').isVisible(), false);
		}
		await page.context().close();
	});

test('a picture that is chosen and a tick leave the summary, too', async () => {
	await on(person('ok', 31), 1);
	await page.goto('/apply/photos');
	await press();
	await page.locator('#faults').getByText('有 4 处需要修改').waitFor();
	await choosePictures(page, person('ok', 31), ['id_front']);
	await page.locator('#faults').getByText('有 3 处需要修改').waitFor();
	assert.equal(await line(), '填写的内容都留着，改好后按“保存，下一步”保存。');
	const tick = page.locator('.tick.field--bad input');
	await tick.check();
	assert.equal(await heading(), '有 2 处需要修改');
	assert.equal(await page.locator('.tick.field--bad').count(), 0);
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});
