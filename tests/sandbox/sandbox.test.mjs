// The sandbox's own parts: the outbox, the page and its server, the reader of XML.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { examine } from './bank/application.mjs';
import { Scan, ScanError } from './bank/scan.mjs';
import { next, overnight } from './bank/status.mjs';
import { Outbox } from './outbox.mjs';
import { html } from './page/html.mjs';
import { sandbox } from './sandbox.mjs';

function scratch(t)
{
	const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
	t.after(() => rmSync(dir, { recursive: true }));
	return dir;
}

test('the outbox gives whole lines, newest first, by recipient', (t) => {
	const file = join(scratch(t), 'sandbox', 'outbox.jsonl');
	const outbox = new Outbox(file);
	assert.deepEqual(outbox.list(), []);
	outbox.append('14300000001', 'sms', 'first', '111111');
	outbox.append('c1', 'captcha', '', 'AB12C');
	const late = JSON.stringify({ to: '14300000001', kind: 'sms', text: '第二条', code: '222222', at: 3 });
	appendFileSync(file, late.slice(0, 30));
	assert.deepEqual(outbox.list().map((m) => m.to), ['c1', '14300000001']);
	appendFileSync(file, `${late.slice(30)}\n`);
	assert.deepEqual(outbox.list('14300000001').map((m) => m.code), ['222222', '111111']);
	assert.deepEqual(outbox.list('14300000001')[0], { to: '14300000001', kind: 'sms', text: '第二条', code: '222222', at: 3 });
	assert.deepEqual(outbox.list('nobody'), []);
});

test('a line that is no JSON costs itself only, and a file begun anew is read anew', (t) => {
	const file = join(scratch(t), 'outbox.jsonl');
	const outbox = new Outbox(file);
	t.mock.method(console, 'error', () => {});
	appendFileSync(file, `${'half a line'.repeat(20)}\n{"to":"a","code":"1"}\n`);
	assert.deepEqual(outbox.list(), [{ to: 'a', kind: '', text: '', code: '1', at: 0 }]);
	rmSync(file);
	outbox.append('b', '', '', '');
	assert.deepEqual(outbox.list().map((m) => m.to), ['b']);
});

test('at most 200 messages at once', (t) => {
	const outbox = new Outbox(join(scratch(t), 'outbox.jsonl'));
	for (let i = 0; i < 250; i++)
		outbox.append('a', 'sms', '', String(i));
	assert.equal(outbox.list().length, 200);
	assert.equal(outbox.list()[0].code, '249');
});

test('what is put into a page is escaped, once', () => {
	assert.equal(html`<p title="${'"\'<&>'}">${[html`<b>${'<i>'}</b>`, undefined, 0, false]}</p>`.text,
		'<p title="&quot;&#39;&lt;&amp;&gt;"><b>&lt;i&gt;</b>0</p>');
});

const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a > b -->\n<r xmlns="urn:x"><a>王𠮷 &amp; &lt;x&#x4e00;&#19968;</a><x:b><c/></x:b><d><![CDATA[<&amp;>]]></d></r>\n';

test('the reader finds the same wherever the pieces are cut', () => {
	const bytes = Buffer.from(xml);
	for (let size = 1; size <= bytes.length; size++) {
		const found = [];
		const scan = new Scan({ close: (path, text) => found.push([path.join('/'), text]) });
		for (let at = 0; at < bytes.length; at += size)
			scan.write(bytes.subarray(at, at + size));
		scan.end();
		assert.deepEqual(found, [['r/a', '王𠮷 & <x一一'], ['r/b/c', ''], ['r/b', ''], ['r/d', '<&amp;>'], ['r', '']], `pieces of ${size}`);
	}
});

test('the reader keeps no more of a text than it was told to', () => {
	const found = {};
	const scan = new Scan({ close: (path, text) => {
		found[path.at(-1)] = text.length;
	}, head: { photo: 8 } });
	scan.write(Buffer.from(`<r><photo>${'A'.repeat(100)}`));
	scan.write(Buffer.from(`${'A'.repeat(100)}</photo><name>${'B'.repeat(9999)}</name></r>`));
	scan.end();
	assert.deepEqual(found, { photo: 8, name: 4096, r: 0 });
});

for (const [what, text, fault] of [
	['cut off', '<r><a>', 'syntax'], ['cut off within a tag', '<r></r', 'syntax'],
	['a document type', '<!DOCTYPE r><r/>', 'declaration'], ['an entity', '<r><!ENTITY a "b"></r>', 'declaration'],
	['a tag without end', `<r ${'a'.repeat(70000)}`, 'syntax'], ['half a character', Buffer.from('<r/>王').subarray(0, 6), 'syntax'],
	['another encoding', Buffer.from('<r>\u00ff</r>', 'latin1'), 'encoding'],
]) {
	test(`the reader refuses ${what}`, () => {
		const scan = new Scan({ close: () => {} });
		assert.throws(() => {
			scan.write(Buffer.from(text));
			scan.end();
		}, (error) => error instanceof ScanError && error.message === fault);
	});
}

test('a card takes its way, four steps in the first night', () => {
	const way = (application) => {
		const steps = [];
		for (let status = next(application); status; status = next({ ...application, status }))
			steps.push(status);
		return steps.join(' ');
	};
	assert.equal(way({ status: 'RECEIVED', method: 'branch' }), 'ACCEPTED ACCOUNT_OPENED IN_PRODUCTION PRODUCED AT_BRANCH COLLECTED');
	assert.equal(way({ status: 'RECEIVED', method: 'mail' }), 'ACCEPTED ACCOUNT_OPENED IN_PRODUCTION PRODUCED MAILED DELIVERED');
	assert.equal(way({ status: 'RECEIVED', method: 'mail', reason: 'D01' }), 'REJECTED');
	assert.deepEqual(['RECEIVED', 'ACCEPTED', 'ACCOUNT_OPENED', 'IN_PRODUCTION', 'PRODUCED', 'AT_BRANCH'].map(overnight), [true, true, true, true, false, false]);
});

test('a mailed card without a recipient\'s address is refused with D04', () => {
	assert.equal(examine({ 'Person/IdType': '06', 'Delivery/Method': 'mail', 'Delivery/Recipient': '王芳', 'Delivery/RecipientPhone': '14300000001' }, '2026-11-22'), 'D04');
});

function ask(port, method, path, headers = {})
{
	return new Promise((resolve, reject) => {
		request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
			let body = '';
			response.setEncoding('utf8').on('data', (text) => {
				body += text;
			}).on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
		}).on('error', reject).end();
	});
}

test('the server answers what it should and nobody else\'s page', async (t) => {
	const dir = scratch(t);
	const server = await sandbox({ port: 0, dir, sitePort: 8080 });
	t.after(() => server.close());
	const { address, port } = server.address();
	assert.equal(address, '127.0.0.1');
	appendFileSync(join(dir, 'sandbox', 'outbox.jsonl'), `${JSON.stringify({ to: 'c1', kind: 'captcha', text: '<script>', code: 'XY', at: 1795345961 })}\n`);

	assert.equal((await ask(port, 'GET', '/healthz')).status, 200);
	assert.deepEqual(JSON.parse((await ask(port, 'GET', '/outbox?to=c1')).body), [{ to: 'c1', kind: 'captcha', text: '<script>', code: 'XY', at: 1795345961 }]);
	assert.deepEqual(JSON.parse((await ask(port, 'GET', '/outbox?to=c2')).body), []);

	const page = await ask(port, 'GET', '/');
	assert.equal(page.status, 200);
	for (const part of ['wangfang', 'Beijing2026', '&lt;script&gt;', '2026-11-22 19:12:41', '中国工商银行', 'http://127.0.0.1:8080/'])
		assert(page.body.includes(part), part);
	assert(!page.body.includes('<script'));
	assert.match(page.headers['content-security-policy'], /default-src 'none'/);
	assert.equal((await ask(port, 'GET', '/page.css')).headers['content-type'], 'text/css; charset=utf-8');

	assert.equal((await ask(port, 'POST', '/night')).headers.location, '/#banks');
	assert.deepEqual(JSON.parse((await ask(port, 'POST', '/banks/run?day=2026-11-22')).body), []);
	assert.equal((await ask(port, 'POST', '/banks/run?day=tomorrow')).status, 400);
	assert.equal((await ask(port, 'GET', '/night')).status, 404);
	assert.equal((await ask(port, 'GET', '/../sandbox.mjs')).status, 404);
	assert.equal((await ask(port, 'POST', '/night', { origin: 'http://elsewhere.example' })).status, 403);
	assert.equal((await ask(port, 'GET', '/outbox', { host: 'elsewhere.example' })).status, 403);
});
