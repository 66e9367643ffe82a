/* A face in front of the camera, by keyboard; without a camera, without leave to use it, without scripts; and without a face. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, launch, visitor, phone, desktop } from './browser.mjs';
import { face, sms } from './enter.mjs';
import { person, sandbox } from '../citizen.mjs';

const login = '/login/jingtong/face';
const arrived = (page) => page.waitForURL((url) => url.pathname === '/jingtong/card');
let camera, blind;

before(async () => {
	camera = await launch(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
	blind = await launch();
});
after(() => Promise.all([camera, blind].map((browser) => browser.close())));

/* Whether the camera is running, as the page's own video says. */
const running = (page) => page.evaluate(() => document.querySelector('video').srcObject?.active ?? false);

for (const [view, viewport] of Object.entries({ phone, desktop }))
	test(`by keyboard alone: name, number, a picture by the camera, on a ${view}`, async () => {
		const who = person('long_term_id'), page = await visitor(camera, { viewport });
		await page.goto(login);
		await accessible(page);
		await page.locator('#name').focus();
		await page.keyboard.type(who.name);
		await page.keyboard.press('Tab');
		await page.keyboard.type(who.id_number);
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.getByText('请把整张脸放进框里').waitFor();
		assert.ok(await running(page));
		await accessible(page);
		await page.keyboard.press('Enter');
		await page.getByText('已拍好，摄像头已关闭').waitFor();
		assert.ok(!await running(page));
		await accessible(page);
		await page.keyboard.press('Enter');
		await page.getByText('请把整张脸放进框里').waitFor();
		await page.keyboard.press('Enter');
		await page.getByText('已拍好，摄像头已关闭').waitFor();
		await page.locator('#face').focus();
		await page.keyboard.press('Space');
		await page.keyboard.press('Enter');
		await arrived(page);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

test('a picture that came with a mistyped number is not to be taken again', async () => {
	const who = person('long_term_id'), page = await visitor(blind, { viewport: phone });
	await page.goto(login);
	await face(page, { ...who, id_number: who.id_number.slice(0, -1) });
	await page.getByText('证件号码的位数不对').first().waitFor();
	assert.equal(await page.evaluate(() => document.getElementById('picture').files.length), 1);
	await page.fill('#id_number', who.id_number);
	await page.locator('main .go button').click();
	await arrived(page);
	await page.context().close();
});

test('where the camera may not be used the page says so, and a picture that is there does', async () => {
	const page = await visitor(blind, { viewport: phone });
	await page.goto(login);
	await page.getByRole('button', { name: '打开摄像头' }).click();
	await page.getByText(/没有得到使用摄像头的许可|打不开摄像头/).waitFor();
	await accessible(page);
	await face(page, person('long_term_id'));
	await arrived(page);
	await page.context().close();
});

test('without scripts the phone\'s own camera or a file does it', async () => {
	const page = await visitor(blind, { viewport: phone, javaScript: false });
	await page.goto(login);
	assert.ok(!await page.getByRole('button', { name: '打开摄像头' }).isVisible());
	assert.equal(await page.getAttribute('#picture', 'capture'), 'user');
	await face(page, person('long_term_id'));
	await arrived(page);
	await page.context().close();
});

test('a picture that is not clear enough is told at its field, and what was typed is there', async () => {
	const who = person('long_term_id'), page = await visitor(blind, { viewport: phone });
	await fetch(`${sandbox()}/face/behave`, { method: 'POST', body: '{"next":["quality"]}' });
	await page.goto(login);
	await face(page, who);
	await page.locator('#picture-fault').waitFor();
	await accessible(page);
	assert.equal(await page.inputValue('#name'), who.name);
	assert.equal((await page.inputValue('#id_number')).replaceAll(' ', ''), who.id_number);
	await page.context().close();
});

for (const scripts of [true, false])
	test(`who does not want to show her face gets a code, ${scripts ? 'with' : 'without'} scripts`, async () => {
		const who = person('hk_pass', scripts ? 0 : 1), page = await visitor(blind, { viewport: phone, javaScript: scripts });
		await page.goto(`${login}?next=/my`);
		await page.getByRole('link', { name: '改用短信验证码' }).click();
		await sms(page, '#id_number', who.id_number, who.phone);
		if (scripts)
			await accessible(page);
		await page.getByRole('button', { name: '完成验证' }).click();
		await page.waitForURL((url) => url.pathname === '/my');
		await page.context().close();
	});
