/* A desktop that shows a code and a phone that takes the pictures, with scripts and without. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { accessible, desktop, launch, login, phone, visitor } from './browser.mjs';
import { scan } from './enter.mjs';
import { person } from '../citizen.mjs';
import { query } from '../database.mjs';
import { three } from '../pictures.mjs';

const kinds = ['portrait', 'id_front', 'id_back'];
let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

/* Her picture, chosen on the page. */
async function choose(page, who, kind) {
	const { bytes, filename } = (await three(who))[kind];
	await page.setInputFiles(`#${kind}`, { name: filename, mimeType: 'image/jpeg', buffer: bytes });
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const status = (screen, words) => screen.locator('[role=status]', { hasText: words }).waitFor();
const arrived = (screen, n) => screen.locator('.shots img').nth(n - 1).waitFor();

/* To the code, from the step with the pictures. */
async function atCode(who, options) {
	query('DELETE FROM draft');
	const screen = await visitor(browser, { viewport: desktop, ...options });
	await screen.goto('/login?next=/apply/disclaimer');
	await login(screen, who);
	await screen.waitForURL((url) => url.pathname === '/apply/disclaimer');
	await screen.check('#disclaimer');
	await press(screen, '确定');
	await screen.waitForURL((url) => url.pathname === '/apply/photos');
	await screen.check('#photos');
	await press(screen, '用手机拍照');
	await status(screen, '还没有二维码');
	if (options.javaScript !== false)
		await accessible(screen);
	await press(screen, '生成二维码');
	await status(screen, '等待手机扫码');
	return screen;
}

async function journey(who, { onScreen = true, onPhone = true, colorScheme, care }) {
	const screen = await atCode(who, { javaScript: onScreen, colorScheme });
	const hers = await visitor(browser, { viewport: phone, javaScript: onPhone, colorScheme });
	const check = async (page) => (page === screen ? onScreen : onPhone) && accessible(page);
	if (care)
		for (const page of [screen, hers])
			await page.goto(`${page === screen ? '/handoff' : '/login'}?mode=care`);
	await check(screen);
	await hers.goto(await scan(screen));
	await hers.getByRole('heading', { name: '用这部手机拍照' }).waitFor();
	await check(hers);
	await press(hers, '在这部手机上拍照');
	await hers.getByText('还差 3 张照片').waitFor();
	await check(hers);
	await status(screen, '手机已连接');
	assert.equal(await screen.locator('.qr__picture').count(), 0);
	for (const [n, kind] of kinds.entries()) {
		await choose(hers, who, kind);
		await hers.locator('.shot').filter({ has: hers.locator(`#${kind}`) }).locator('.go button').click();
		await hers.getByText(n < 2 ? `还差 ${2 - n} 张照片` : '照片都齐了').waitFor();
		await arrived(screen, n + 1);
	}
	await check(hers);
	await check(screen);
	assert.equal(await hers.locator('img').count(), 0, 'the phone sees no pictures');
	await press(screen, '完成，回到申请');
	await screen.waitForURL((url) => url.pathname === '/apply/photos');
	assert.equal(await screen.locator('.photo__kept img').count(), 3);
	await screen.check('#photos');
	await press(screen, '保存，下一步');
	await screen.waitForURL((url) => url.pathname === '/apply/details');
	await hers.reload();
	await hers.getByRole('heading', { name: '已经完成' }).waitFor();
	await check(hers);
	assert.deepEqual([...screen.complaints, ...hers.complaints], []);
	await Promise.all([screen, hers].map((page) => page.context().close()));
}

test('a phone takes the pictures, and the desktop follows', () => journey(person('ok', 34), {}));

test('so it does without scripts on the phone, in the dark', () => journey(person('ok', 34), { onPhone: false, colorScheme: 'dark' }));

test('and without scripts on either side', () => journey(person('ok', 34), { onScreen: false, onPhone: false }));

test('large and in the dark', () => journey(person('ok', 34), { care: true, colorScheme: 'dark' }));

test('what is wrong with a picture is said on the phone', async () => {
	const screen = await atCode(person('ok', 34), {}), hers = await visitor(browser, { viewport: phone });
	await hers.goto(await scan(screen));
	await press(hers, '在这部手机上拍照');
	await hers.setInputFiles('#id_front', { name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(30000, 'x') });
	await hers.getByRole('button', { name: '上传 身份证正面' }).click();
	await hers.getByRole('alert').filter({ hasText: '有 1 处需要修改' }).waitFor();
	assert.equal(await hers.locator('#id_front').getAttribute('aria-invalid'), 'true');
	await accessible(hers);
	await choose(hers, person('ok', 34), 'id_front');
	await hers.getByRole('button', { name: '上传 身份证正面' }).click();
	await status(hers, '照片已收到');
	await arrived(screen, 1);
	await press(screen, '重新生成');
	await status(screen, '等待手机扫码');
	await hers.reload();
	await hers.getByRole('heading', { name: '已经完成' }).waitFor();
	const second = await visitor(browser, { viewport: phone }), third = await visitor(browser, { viewport: phone });
	const address = await scan(screen);
	await third.goto(address);
	await second.goto(address);
	await press(second, '在这部手机上拍照');
	await press(third, '在这部手机上拍照');
	await third.getByRole('heading', { name: '已在另一部手机上打开' }).waitFor();
	await accessible(third);
	assert.deepEqual([...screen.complaints, ...hers.complaints], []);
	await Promise.all([screen, hers, second, third].map((page) => page.context().close()));
});

test('by keyboard alone, and a narrow window does not offer it', async () => {
	const screen = await atCode(person('ok', 34), {});
	await screen.getByRole('button', { name: '重新生成', exact: true }).focus();
	await screen.keyboard.press('Enter');
	await status(screen, '等待手机扫码');
	await screen.getByRole('button', { name: '完成，回到申请', exact: true }).focus();
	await screen.keyboard.press('Enter');
	await screen.waitForURL((url) => url.pathname === '/apply/photos');
	assert.equal(await screen.getByRole('button', { name: '用手机拍照' }).isVisible(), true);
	await screen.setViewportSize(phone);
	assert.equal(await screen.getByRole('button', { name: '用手机拍照' }).isVisible(), false);
	await screen.goto('/handoff?step=photos');
	await accessible(screen);
	await screen.context().close();
});
