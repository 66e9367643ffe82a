/* The receipt as PDF: what it says can be read out of it, and nobody else gets it. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Citizen, origin, person } from '../citizen.mjs';
import { query } from '../database.mjs';

/* 王𠮷安: a character beyond U+FFFF. */
const c = new Citizen(person('rare_name', 0));
let no, at;

before(async () => {
	no = await c.apply();
	at = `/my/receipt/${no}`;
});
after(() => query(`UPDATE application SET live = NULL, state = 'WITHDRAWN' WHERE no = '${no}'`));

async function receipt(path = at) {
	const cookie = [...c.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	const answer = await fetch(origin() + path, { headers: { cookie } });
	return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
}
const tool = (name, args, input) => execFileSync(name, args, { input, encoding: 'utf8' });
const read = (pdf) => tool('pdftotext', ['-layout', '-', '-'], pdf);

test('the pages lead to it, and it says whose it is, where the card comes from and when it was made', async () => {
	for (const page of ['/my', '/apply/done'])
		assert.ok((await c.get(page)).text.includes(`href="${at}"`), page);
	const { answer, bytes } = await receipt(), said = read(bytes);
	assert.equal(answer.status, 200);
	for (const words of [no, c.who.name, '第三代社会保障卡申领回执', '已提交', '本人网点自取', '北京银行', '营业时间', '12333', `由 ${origin()} 于 20`])
		assert.ok(said.includes(words), `${words} is not in ${said}`);
});

test('it is a sound file of one sheet, whose fonts come along and whose code leads to the page', async () => {
	const { bytes } = await receipt(), info = tool('pdfinfo', ['-'], bytes);
	for (const line of [/^Pages: +1$/m, /\(A4\)/, /^Tagged: +yes$/m, new RegExp(`^Title: .*${no}$`, 'm'), /^Author: +北京市/m])
		assert.match(info, line);
	assert.match(bytes.toString('latin1'), /\/Lang \(zh-CN\)/);
	const fonts = tool('pdffonts', ['-'], bytes).trim().split('\n').slice(2);
	assert.ok(fonts.length > 0);
	for (const font of fonts)
		assert.match(font, / yes yes yes +\d+ +0$/); // embedded, a subset, with its Unicode
	assert.ok(bytes.length < 300_000, `${bytes.length} bytes`);
	const folder = mkdtempSync(join(tmpdir(), 'receipt-')), file = join(folder, 'receipt.pdf');
	writeFileSync(file, bytes);
	try {
		tool('qpdf', ['--check', file]);
	} finally {
		rmSync(folder, { recursive: true });
	}
	const picture = execFileSync('pdftoppm', ['-r', '150', '-png', '-'], { input: bytes });
	assert.equal(tool('zbarimg', ['--quiet', '--raw', '-'], picture).trim(), `${origin()}/my#${no}`);
});

test('it is named in words, kept by nobody, and shown in the window', async () => {
	const { headers } = (await receipt()).answer;
	assert.equal(headers.get('content-type'), 'application/pdf');
	assert.equal(headers.get('cache-control'), 'no-store');
	const [, plain, words] = headers.get('content-disposition').match(/^inline; filename="([^"]*)"; filename\*=UTF-8''([A-Za-z0-9%._~-]*)$/);
	assert.equal(plain, `${no}.pdf`);
	assert.equal(decodeURIComponent(words), `社会保障卡申领回执-${no}.pdf`);
});

test('nobody else gets it, and a stranger is led to the login and back', async () => {
	const other = new Citizen(person('rare_name', 1));
	assert.equal((await other.get(at)).to, `/login?next=${at}`);
	await other.login();
	assert.equal((await other.get(at)).status, 404);
	for (const path of ['/my/receipt/', '/my/receipt/BJ000000AAAAAAAAA', `${at}/x`, `${at}.pdf`])
		assert.equal((await c.get(path)).status, 404, path);
});

test('in English it speaks English', async () => {
	await c.get('/my?lang=en');
	const { bytes } = await receipt(), said = read(bytes);
	await c.get('/my?lang=zh');
	for (const words of [no, c.who.name, 'Reference number', 'Submitted', 'Mon–Fri 09:00–17:00', 'Hotline 12333'])
		assert.ok(said.includes(words), `${words} is not in ${said}`);
	assert.match(bytes.toString('latin1'), /\/Lang \(en\)/);
	assert.ok(bytes.length < 300_000, `${bytes.length} bytes`);
});
