/* Pictures before they are sent and on their way: cropped, turned, photographed; over lines that are slow or break. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, choosePictures, launch, lookOver, pictures, visitor, phone, desktop, origin } from './browser.mjs';
import { query } from '../database.mjs';
import { Citizen, person } from '../citizen.mjs';
import { path } from '../pictures.mjs';

const PORTRAIT = 358 / 441;
const scratch = mkdtempSync(join(tmpdir(), 'camera-'));
let browser;

before(async () => {
	copyFileSync(path('portrait.jpg'), join(scratch, 'portrait.mjpeg'));
	browser = await launch(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
		`--use-file-for-fake-video-capture=${join(scratch, 'portrait.mjpeg')}`]);
});
after(async () => {
	await browser.close();
	rmSync(scratch, { recursive: true });
});

const at = (page, pathname) => page.waitForURL((url) => url.pathname === pathname);
const received = (page) => page.getByText('照片已收到并检查过').waitFor();
const next = (page) => page.getByRole('button', { name: '保存，下一步' }).click();
const version = (page) => page.inputValue('input[name=version]');

/* The page of a step of somebody who has come that far. */
async function open(n, { view, step = 'photos', channel = 'web', anew, ...how } = {}) {
	if (anew)
		query('DELETE FROM draft');
	const citizen = new Citizen(person('ok', n));
	await citizen.enter(channel);
	await citizen.step('disclaimer');
	const page = await visitor(browser, how);
	page.who = citizen.who;
	await page.context().addCookies([...citizen.cookies, ...(view ? [['view', view]] : [])]
		.map(([name, value]) => ({ name, value, url: origin() })));
	await page.goto(`/apply/${step}`);
	return page;
}

async function close(page) {
	assert.deepEqual(page.complaints.filter((said) => !/net::ERR_(FAILED|INTERNET_DISCONNECTED)/.test(said)), []);
	await page.context().close();
}

/* The picture that stands in the input. */
const chosen = (page, id) => page.evaluate(async (id) => {
	const file = document.getElementById(id).files[0];
	const { width, height } = await createImageBitmap(file);
	return { name: file.name, type: file.type, size: file.size, width, height };
}, id);

async function three(page) {
	await choosePictures(page, page.who, ['portrait', 'id_front', 'id_back']);
	await page.check('#photos');
}

/* Every form that a script sends is told with the sizes of its pictures. */
async function watch(page) {
	const sent = [];
	await page.exposeFunction('tell', (form) => { sent.push(form); });
	await page.evaluate(() => {
		const { send } = XMLHttpRequest.prototype;
		XMLHttpRequest.prototype.send = async function (body) {
			const files = [...body.entries()].filter(([, value]) => value instanceof File && value.size);
			await window.tell(Object.fromEntries(await Promise.all(files.map(async ([name, file]) => {
				const { width, height } = await createImageBitmap(file);
				return [name, { size: file.size, width, height }];
			}))));
			send.call(this, body);
		};
	});
	return sent;
}

/* Lets the first so many forms fail; the others go through. */
async function breakLine(page, times) {
	let left = times;
	await page.route((url) => url.pathname === '/apply/photos', (route) =>
		route.request().method() === 'POST' && left-- > 0 ? route.abort() : route.continue());
}

async function edit(page, id) {
	await page.locator(`[data-edit=${id}]`).click();
	await page.waitForSelector('#editor[data-ready]');
}

const edited = (page) => page.waitForSelector('#editor:not([open], [data-ready])', { state: 'attached' });
const focused = (page) => page.evaluate(() => document.activeElement.dataset.edit || document.activeElement.dataset.do || document.activeElement.id);
const portrait = (picture) => assert.ok(Math.abs(picture.width / picture.height - PORTRAIT) < 0.005, `${picture.width} × ${picture.height}`);

test('the portrait is cropped by mouse, and what arrives has the proportions of the card', async () => {
	const page = await open(9, { viewport: desktop });
	await three(page);
	await edit(page, 'portrait');
	const corner = await page.locator('#editor .point-se').boundingBox();
	await page.mouse.move(corner.x + 2, corner.y + 2);
	await page.mouse.down();
	await page.mouse.move(corner.x - 40, corner.y - 40, { steps: 4 });
	await page.mouse.up();
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await edited(page);
	assert.equal(await focused(page), 'portrait');
	const sent = await watch(page);
	await next(page);
	await lookOver(page, '保存，下一步');
	await at(page, '/apply/details');
	portrait(sent[0].portrait);
	assert.ok(sent[0].portrait.width < 900 && sent[0].portrait.width > 600, `${sent[0].portrait.width}`);
	await close(page);
});

test('by keyboard: closer, smaller, moved, turned and back, taken; Escape leaves all as it was', async () => {
	const page = await open(10, { viewport: phone });
	await page.setInputFiles('#portrait', path('portrait-turned.jpg'));
	await page.locator('[data-edit=portrait]').waitFor();
	await page.locator('[data-edit=portrait]').focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('#editor[data-ready]');
	await page.keyboard.press('Escape');
	await edited(page);
	assert.equal(await focused(page), 'portrait');
	assert.equal((await chosen(page, 'portrait')).name, 'portrait-turned.jpg');
	await page.keyboard.press('Enter');
	await page.waitForSelector('#editor[data-ready]');
	const frame = () => page.locator('#editor .cropper-crop-box').boundingBox();
	const whole = await frame();
	for (const key of ['+', '-', '+', 'ArrowLeft', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowUp'])
		await page.keyboard.press(key);
	assert.ok((await frame()).width < whole.width - 15);
	portrait(await frame());
	for (let n = 0; n < 2; n++) {
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
	}
	assert.equal(await focused(page), 'right');
	for (let n = 0; n < 5; n++)
		await page.keyboard.press('Tab');
	assert.equal(await focused(page), 'done');
	await page.keyboard.press('Enter');
	await edited(page);
	const picture = await chosen(page, 'portrait');
	portrait(picture);
	assert.equal(picture.type, 'image/jpeg');
	assert.ok(picture.width <= 900 && picture.size >= 20480);
	await close(page);
});

test('a side of the ID card is turned, whole and no larger than it was', async () => {
	const page = await open(10, { viewport: phone });
	await page.setInputFiles('#id_front', path('id-front.jpg'));
	const before = await chosen(page, 'id_front');
	await edit(page, 'id_front');
	await page.getByRole('button', { name: '右转 90°' }).click();
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await edited(page);
	const turned = await chosen(page, 'id_front');
	assert.ok(Math.abs(turned.width - before.height) <= 2 && Math.abs(turned.height - before.width) <= 2,
		`${before.width} × ${before.height} became ${turned.width} × ${turned.height}`);
	await close(page);
});

test('what is cropped to too little is told, and the editor stays', async () => {
	const page = await open(10, { viewport: desktop });
	await page.setInputFiles('#portrait', path('portrait.jpg'));
	await edit(page, 'portrait');
	for (let n = 0; n < 60; n++)
		await page.keyboard.press('Shift+ArrowLeft');
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await page.locator('#editor').getByText('照片的尺寸太大或太小').waitFor();
	await page.getByRole('button', { name: '还原' }).click();
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await edited(page);
	portrait(await chosen(page, 'portrait'));
	await close(page);
});

for (const [name, how] of Object.entries({
	phone: { viewport: phone }, desktop: { viewport: desktop },
	'phone in large type, dark, with high contrast': { viewport: phone, view: 'care.dark.high.zh-CN' },
}))
	test(`the open editor can be read and pressed on a ${name}`, async () => {
		const page = await open(11, how);
		await page.setInputFiles('#portrait', path('portrait.jpg'));
		await page.locator('[data-edit=portrait]').waitFor();
		await accessible(page);
		await edit(page, 'portrait');
		await accessible(page);
		for (const button of await page.locator('#editor button').all()) {
			const { width, height } = await button.boundingBox();
			assert.ok(width >= 44 && height >= 44, `${await button.textContent()}: ${width} × ${height}`);
		}
		await close(page);
	});

test('a picture that the browser cannot show is sent as it is; one of too few pixels is told at once', async () => {
	const page = await open(11, { viewport: phone });
	await page.setInputFiles('#id_back', path('id-back.heic'));
	await page.locator('.photo--id_back .photo__word').waitFor();
	assert.ok(!await page.locator('[data-edit=id_back]').isVisible());
	const thin = await page.evaluate(() => {
		const canvas = document.createElement('canvas');
		const pen = canvas.getContext('2d', { alpha: false });
		canvas.width = 600;
		canvas.height = 199;
		const grain = pen.createImageData(600, 199);
		crypto.getRandomValues(grain.data.subarray(0, 65536));
		pen.putImageData(grain, 0, 0);
		return canvas.toDataURL('image/png').split(',')[1];
	});
	await page.setInputFiles('#id_front', { name: 'thin.png', mimeType: 'image/png', buffer: Buffer.from(thin, 'base64') });
	await page.locator('#id_front-fault').getByText('照片的尺寸太大或太小').waitFor();
	assert.equal(await page.evaluate(() => document.getElementById('id_front').files.length), 0);
	await close(page);
});

test('the camera takes a side of the ID card, by keyboard, and is off afterwards', async () => {
	const page = await open(12, { viewport: phone });
	await page.getByRole('button', { name: '打开摄像头拍照 身份证正面' }).focus();
	await page.keyboard.press('Enter');
	await page.getByText('请把身份证放进框里').waitFor();
	await accessible(page);
	await page.keyboard.press('Enter');
	await page.locator('[data-for=id_front]').getByText('已拍好').waitFor();
	await page.locator('[data-edit=id_front]').waitFor();
	assert.equal(await focused(page), 'again');
	assert.equal(await page.evaluate(() => document.querySelector('[data-for=id_front] video').srcObject.active), false);
	const picture = await chosen(page, 'id_front');
	assert.ok(picture.size >= 20480 && picture.name === 'id_front.jpg');
	await close(page);
});

test('a portrait by the camera goes into the editor; only one camera runs, and it can be closed', async () => {
	const page = await open(12, { viewport: desktop });
	const running = () => page.evaluate(() => [...document.querySelectorAll('video')].filter((v) => v.srcObject?.active).length);
	await page.locator('[data-for=id_back] [data-do=open]').click();
	await page.locator('[data-for=id_back] [data-do=take]').waitFor();
	await page.locator('[data-for=portrait] [data-do=open]').click();
	await page.locator('[data-for=portrait] [data-do=close]').click();
	assert.equal(await running(), 0);
	await page.locator('[data-for=portrait] [data-do=open]').click();
	await page.locator('[data-for=portrait] [data-do=take]').waitFor();
	assert.equal(await running(), 1);
	await page.locator('[data-for=portrait] [data-do=take]').click();
	await page.waitForSelector('#editor[data-ready]');
	await page.getByRole('button', { name: '确定', exact: true }).click();
	await edited(page);
	assert.equal(await focused(page), 'portrait');
	assert.equal(await running(), 0);
	portrait(await chosen(page, 'portrait'));
	await close(page);
});

for (const [name, viewport] of Object.entries({ phone, desktop }))
	test(`a line that breaks twice ends in one saved step, on a ${name}`, async () => {
		const page = await open(viewport === phone ? 13 : 14, { viewport });
		const was = Number(await version(page));
		await breakLine(page, 2);
		await three(page);
		await next(page);
		await page.getByText('第 1 次，最多 6 次').waitFor();
		await accessible(page);
		await page.getByText('第 2 次，最多 6 次').waitFor();
		await page.getByRole('button', { name: '立即重试' }).click();
		await received(page);
		assert.equal(Number(await version(page)), was + 1);
		await close(page);
	});

test('an answer that gets lost is no second saving', async () => {
	const page = await open(15);
	const was = Number(await version(page));
	await page.evaluate(() => {
		const { send } = XMLHttpRequest.prototype;
		XMLHttpRequest.prototype.send = async function (body) {
			XMLHttpRequest.prototype.send = send;
			await fetch(document.getElementById('step').action, { method: 'POST', body });
			this.dispatchEvent(new ProgressEvent('error'));
		};
	});
	await three(page);
	await next(page);
	await received(page);
	assert.equal(Number(await version(page)), was + 1);
	await close(page);
});

test('without a line it waits for one; cancelled, all stays; given up, the plain way is left', async () => {
	const page = await open(16);
	await three(page);
	await page.context().setOffline(true);
	await next(page);
	await page.getByText('网络断开了').waitFor();
	await page.getByRole('button', { name: '取消上传' }).click();
	await page.getByText('已取消上传').waitFor();
	assert.equal((await chosen(page, 'portrait')).name, 'portrait.jpg');
	assert.ok(await page.isChecked('#photos'));
	await page.context().setOffline(false);
	await breakLine(page, 7);
	await next(page);
	for (let n = 1; n <= 6; n++) {
		await page.getByText(`第 ${n} 次，最多 6 次`).waitFor();
		await page.getByRole('button', { name: '立即重试' }).click();
	}
	await page.getByText('上传没有完成').waitFor();
	await next(page);
	await lookOver(page, '保存，下一步');
	await at(page, '/apply/details');
	await close(page);
});

test('when the line is back the pictures go by themselves', async () => {
	const page = await open(17);
	await three(page);
	await page.context().setOffline(true);
	await next(page);
	await page.getByText('网络断开了').waitFor();
	await page.context().setOffline(false);
	await received(page);
	await close(page);
});

/* A picture of a good camera. */
const grow = (page, id, scale) => page.evaluate(async ([id, scale]) => {
	const input = document.getElementById(id);
	const bitmap = await createImageBitmap(input.files[0]);
	const canvas = document.createElement('canvas');
	canvas.width = bitmap.width * scale;
	canvas.height = bitmap.height * scale;
	canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
	const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 1); });
	const files = new DataTransfer();
	files.items.add(new File([blob], 'large.jpg', { type: blob.type }));
	input.files = files.files;
	return blob.size;
}, [id, scale]);

test('on a line that calls itself slow large pictures go smaller, and it is said', async () => {
	const page = await open(18);
	await page.evaluate(() => Object.defineProperty(navigator.connection, 'effectiveType', { value: '3g' }));
	await three(page);
	const large = await grow(page, 'portrait', 3);
	const front = await chosen(page, 'id_front');
	const sent = await watch(page);
	await breakLine(page, 1);
	await next(page);
	await page.getByRole('button', { name: '立即重试' }).click();
	await received(page);
	assert.equal(Math.max(sent[0].portrait.width, sent[0].portrait.height), 2000);
	assert.ok(sent[0].portrait.size < large / 2 && sent[0].portrait.size >= 20480);
	assert.ok(sent[0].id_front.size <= front.size);
	assert.deepEqual(sent[0], sent[1]);
	await close(page);
});

test('on a line that turns out to be slow too', async () => {
	const page = await open(19);
	await three(page);
	const large = await grow(page, 'portrait', 4);
	const sent = await watch(page);
	const line = await page.context().newCDPSession(page);
	await line.send('Network.enable');
	await line.send('Network.emulateNetworkConditions', { offline: false, latency: 50, downloadThroughput: 1e6, uploadThroughput: large / 45 });
	await next(page);
	await page.getByText('网络较慢').waitFor();
	await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
	await received(page);
	assert.equal(sent[0].portrait.size, large);
	assert.equal(Math.max(sent[1].portrait.width, sent[1].portrait.height), 2000);
	await close(page);
});

test('a side is read at once where the page says so: what was typed meanwhile, ticked and chosen is there, and so is the focus', async () => {
	const page = await open(9, { step: 'identity', channel: 'yikatong', viewport: phone });
	const was = Number(await version(page));
	let release;
	const held = new Promise((done) => { release = done; });
	await page.route((url) => url.pathname === '/apply/identity', async (route) => {
		if (route.request().method() === 'POST')
			await held;
		await route.continue();
	});
	await page.fill('#id_valid_from', '2019');
	await page.check('#photos');
	await page.locator('#id_front').focus();
	const { id_front, id_back } = await pictures(page.who);
	await page.setInputFiles('#id_front', id_front);
	await page.locator('.field--photo .upload').waitFor();
	await page.setInputFiles('#id_back', id_back);
	await page.fill('#id_valid_to', '长期');
	await page.locator('#id_front').focus();
	release();
	await page.locator('.photo--id_front img[src^="/photo/"]').waitFor();
	await page.locator('.photo--id_back img[src^="/photo/"]').waitFor();
	assert.equal(Number(await version(page)), was + 2);
	assert.equal(await focused(page), 'id_front');
	assert.equal(await page.inputValue('#id_valid_from'), '2019');
	assert.equal(await page.inputValue('#id_valid_to'), '长期');
	assert.ok(await page.isChecked('#photos'));
	await accessible(page);
	await close(page);
});

for (const javaScript of [true, false])
	test(`whoever presses while the pictures are on their way is shown what was read, and goes on then; ${javaScript ? 'with' : 'without'} scripts`, async () => {
		const page = await open(javaScript ? 15 : 16, { anew: true, step: 'identity', channel: 'yikatong', viewport: phone, javaScript });
		const press = () => page.getByRole('button', { name: '确定，下一步' }).click({ force: true });
		const { id_front, id_back } = await pictures(page.who);
		let release = () => {};
		const held = new Promise((done) => { release = done; });
		await page.route((url) => url.pathname === '/apply/identity', async (route) => {
			if (javaScript && route.request().method() === 'POST')
				await held;
			await route.continue();
		});
		await page.check('#photos');
		await page.setInputFiles('#id_front', id_front);
		if (javaScript)
			await page.locator('.field--photo .upload').waitFor();
		await page.setInputFiles('#id_back', id_back);
		await press();
		release();
		await received(page);
		await page.locator('.photo--id_back .photo__kept').waitFor();
		await page.locator('#step:not([data-busy])').waitFor();
		const read = await page.locator('.photo--id_front .photo__read').textContent();
		assert.ok(read.includes(page.who.name) && read.includes(page.who.id_number), read);
		assert.equal(await page.inputValue('#id_valid_from'), page.who.id_valid_from);
		if (javaScript)
			await accessible(page);
		await press();
		await at(page, '/apply/details');
		await close(page);
	});

test('what is chosen says that it is to be sent, and by which button', async () => {
	const page = await open(17, { viewport: phone, anew: true });
	await page.setInputFiles('#portrait', path('portrait.jpg'));
	await page.locator('.photo--portrait .photo__word').getByText('已选好，还没有上传。请按“保存，下一步”上传。').waitFor();
	await close(page);
});

for (const [how, choose] of Object.entries({
	'both at once': async (page, { id_front, id_back }) => {
		await page.setInputFiles('#id_front', id_front);
		await page.setInputFiles('#id_back', id_back);
	},
	'the back while the front is on its way': async (page, { id_front, id_back }) => {
		await page.setInputFiles('#id_front', id_front);
		await page.locator('.field--photo .upload').waitFor();
		await page.setInputFiles('#id_back', id_back);
	},
}))
	test(`${how}, and pressed on meanwhile: both are read, and she sees what was read before it goes on`, async () => {
		const page = await open(how === 'both at once' ? 18 : 19, { anew: true, step: 'identity', channel: 'yikatong', viewport: phone });
		const go = page.getByRole('button', { name: '确定，下一步' });
		await page.check('#photos');
		await choose(page, await pictures(page.who));
		await page.locator('.field--photo .upload').waitFor();
		await go.click({ force: true });
		await page.locator('.photo--id_back .photo__kept').waitFor();
		await page.waitForFunction(() => document.activeElement.id === 'notice');
		assert.equal(await page.evaluate(() => scrollY), 0);
		assert.deepEqual(await page.locator('.photo--id_front .photo__read dd').allTextContents(), [page.who.name, page.who.id_number]);
		await accessible(page);
		await go.click();
		await at(page, '/apply/details');
		await close(page);
	});

test('a side that is chosen while the form is on its way is not lost', async () => {
	const page = await open(13, { anew: true, step: 'identity', channel: 'yikatong', viewport: phone });
	const { id_front, id_back } = await pictures(page.who);
	await page.evaluate(() => { delete document.getElementById('upload').dataset.read; });
	await page.check('#photos');
	await page.setInputFiles('#id_front', id_front);
	await page.getByRole('button', { name: '确定，下一步' }).click();
	await page.locator('.upload').waitFor();
	await page.setInputFiles('#id_back', id_back);
	await page.locator('.photo--id_front .photo__kept').waitFor();
	await page.locator('.photo--id_back .photo__kept').waitFor();
	await close(page);
});

test('without scripts the pictures are sent as they are', async () => {
	const page = await open(10, { javaScript: false });
	for (const offered of ['.camera', '[data-edit]', '#editor'])
		assert.ok(!await page.locator(offered).first().isVisible());
	await three(page);
	await next(page);
	await lookOver(page, '保存，下一步');
	await at(page, '/apply/details');
	await close(page);
});
