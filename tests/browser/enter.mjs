/*
 * enter.mjs - logs a citizen in on a channel in the browser, from the channel's entry on, as its guide has it.  look: is
 * called where the face is asked for.
 */
import { execFileSync } from 'node:child_process';
import { code, mark, nobody } from '../citizen.mjs';
import { path } from '../pictures.mjs';

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/* On the page that asks for name, number and face. */
export async function face(page, who) {
	await page.fill('#name', who.name);
	await page.fill('#id_number', who.id_number);
	await page.setInputFiles('#picture', path('portrait.jpg'));
	await page.check('#face');
	await press(page, '开始人脸识别');
}

/* A code to the telephone that the form asks for, typed in. */
export async function sms(page, field, value, phone) {
	await page.fill(field, value);
	await press(page, '获取验证码');
	await page.locator('#code-hint[role=status]').waitFor();
	await page.fill('#code', await code(phone, mark(await page.locator('#code-hint').textContent())));
}

/* What a camera reads off the screen. */
export async function scan(page) {
	const png = await page.screenshot({ fullPage: true });
	return execFileSync('zbarimg', ['--quiet', '--raw', '-'], { input: png, encoding: 'utf8' }).trim();
}

export const enter = {
	async jingtong(page, who, look = () => {}) {
		await page.goto('/jingtong/');
		await page.getByRole('link', { name: /第三代社会保障卡/ }).last().click();
		await page.waitForURL((url) => url.pathname === '/login/jingtong/face');
		await look();
		await face(page, who);
		await page.waitForURL((url) => url.pathname === '/jingtong/card');
	},

	/* The same without a face. */
	async roster(page, who, look = () => {}) {
		await page.goto('/jingtong/');
		await page.getByRole('link', { name: /第三代社会保障卡/ }).last().click();
		await page.getByRole('link', { name: '改用短信验证码' }).click();
		await look();
		await sms(page, '#id_number', who.id_number, who.phone);
		await press(page, '完成验证');
		await page.waitForURL((url) => url.pathname === '/jingtong/card');
	},

	/* By WeChat's native button, which the sandbox plays. */
	async wechat(page, who, look = () => {}) {
		await page.goto('/yikatong/');
		await page.getByRole('link', { name: /申请本人社会保障卡/ }).click();
		await page.getByRole('link', { name: '打开小程序的授权按钮' }).click();
		await page.getByRole('link', { name: who.phone }).click();
		await look();
		await press(page, '微信授权用户手机号快捷登录');
		await page.waitForURL((url) => url.pathname === '/apply/disclaimer');
	},

	/* With a number that nobody has had before: her name is still to be proven. */
	async yikatong(page, who, look = () => {}) {
		const phone = nobody();
		await page.goto('/yikatong/');
		await page.getByRole('link', { name: /申请本人社会保障卡/ }).click();
		await page.getByRole('link', { name: '手机号验证码登录' }).click();
		await sms(page, '#phone', phone, phone);
		await press(page, '登录');
		await page.getByRole('heading', { name: '实名认证' }).waitFor();
		await look();
		await face(page, who);
		await page.waitForURL((url) => url.pathname === '/apply/disclaimer');
	},
};
