/*
 * browser.mjs - the real Chromium, driven by Playwright; talks to nothing but this machine.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { citizens, origin, sandbox } from '../citizen.mjs';
import { three } from '../pictures.mjs';

export { citizens, origin };

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };

export async function launch(args = []) {
	return chromium.launch({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
			'--disable-component-update', '--disable-sync', ...args, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
	});
}

/* A fresh visitor. Errors of scripts and of the content security policy are collected in page.complaints. */
export async function visitor(browser, { viewport = phone, javaScript = true, colorScheme = 'light', httpCredentials } = {}) {
	const context = await browser.newContext({ viewport, javaScriptEnabled: javaScript, baseURL: origin(), colorScheme,
		locale: 'zh-CN', reducedMotion: 'reduce', httpCredentials });
	const page = await context.newPage();
	page.complaints = [];
	page.on('pageerror', (error) => page.complaints.push(String(error)));
	page.on('console', (message) => {
		if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
			page.complaints.push(message.text());
	});
	return page;
}

/* The captcha of the login page, as the sandbox tells it. */
export async function captcha(page) {
	const id = await page.locator('input[name=captcha_id]').inputValue();
	for (let n = 0; n < 50; n++) {
		const sent = await (await fetch(`${sandbox()}/outbox?to=${id}`)).json();
		if (sent.length)
			return sent[0].code;
		await page.waitForTimeout(20);
	}
	throw new Error('the captcha was never drawn');
}

export async function login(page, who) {
	await page.fill('#account', who.username);
	await page.fill('#password', who.password);
	await page.fill('#captcha', await captcha(page));
	await page.getByRole('button', { name: '登录', exact: true }).click();
}

/*
 * What axe says of the page; strict: contrast as large type and high contrast have it, 7 : 1.
 * It needs scripts of its own on the page, so it runs in a world apart: the page's policy stays as it is.
 */
export async function findings(page, { strict = false } = {}) {
	const world = await page.context().newCDPSession(page);
	const { frameTree } = await world.send('Page.getFrameTree');
	const { executionContextId } = await world.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
	const { result, exceptionDetails } = await world.send('Runtime.evaluate', {
		contextId: executionContextId, awaitPromise: true, returnByValue: true,
		expression: `${axe}; axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: ${strict} } } }).then((r) => r.violations.map((v) =>
			v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 200)).join(' | ')))`,
	});
	await world.detach();
	assert.equal(exceptionDetails, undefined);
	return result.value;
}

/* Pixels by which the page is wider than the window. */
export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export async function accessible(page) {
	assert.deepEqual(await findings(page), [], `axe on ${page.url()}`);
	const wide = await sideways(page);
	assert.ok(wide <= 0, `${page.url()} is ${wide} px wider than the window`);
}

/* Her own pictures, as the input of a file takes them. */
export async function pictures(who) {
	return Object.fromEntries(Object.entries(await three(who))
		.map(([kind, { bytes, filename }]) => [kind, { name: filename, mimeType: 'image/jpeg', buffer: bytes }]));
}

/* Chooses them; reads: the page reads each as soon as it is there. */
export async function choosePictures(page, who, kinds, { reads = false } = {}) {
	const files = await pictures(who);
	for (const kind of kinds) {
		await page.setInputFiles(`#${kind}`, files[kind]);
		if (reads)
			await page.locator(`.photo--${kind} .photo__kept`).waitFor();
	}
}

/* New pictures bring the page back to be looked over; one press more goes on. */
export async function lookOver(page, button) {
	await page.getByText('照片已收到并检查过').waitFor();
	await page.getByRole('button', { name: button, exact: true }).click();
}
