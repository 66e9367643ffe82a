// The outside world in one process, on loopback only: what was "sent", and the banks.
//   SANDBOX_PORT=8081 VAR=var node tests/sandbox/sandbox.mjs
//
// GET  /healthz              ok
// GET  /outbox?to=…          [{to, kind, text, code, at}], newest first, at most 200
// GET  /                     the page for newcomers
// POST /night                the banks receive and report once, then back to the page
// POST /receive              the banks receive only, then back to the page
// POST /banks/run?day=…&status=0   the same as JSON; day: the business date, status=0: receive only
// What the other parts answer stands at the head of each: world in this file lists them.
//
// One port speaks both: http to browsers, https (VAR/secrets/sandbox) to the programs.
//
// VAR is the instance's folder; EXCHANGE and KEYS where its exchange folder and keys are not VAR/exchange and VAR/secrets/banks.
// PORT, if given, is the site's own, for the page's link.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createPort } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { desk, run } from './bank/night.mjs';
import { drawings } from './drawings.mjs';
import { face } from './face.mjs';
import { Outbox } from './outbox.mjs';
import { page } from './page/page.mjs';
import { providers } from './providers.mjs';
import { sms } from './sms.mjs';
import { wechat } from './wechat.mjs';

// The parts of the outside world beside the banks. Each is a function of { outbox, port(), sitePort, secrets, answer } and returns
//   routes  { 'POST /path': (response, query, request) => … }   request still has its body (http.mjs reads it)
//   mounts  { '/prefix/': (request, response) => … }            everything below, whatever the method
const world = [drawings, face, providers, sms, wechat];

const css = readFileSync(new URL('page/page.css', import.meta.url));

const types = {
	html: 'text/html; charset=utf-8',
	css: 'text/css; charset=utf-8',
	json: 'application/json',
	text: 'text/plain; charset=utf-8',
	jpeg: 'image/jpeg',
};

function answer(response, status, type, body, headers = {})
{
	response.writeHead(status, {
		'Content-Type': types[type],
		'Cache-Control': 'no-store',
		'Content-Security-Policy': ['default-src \'none\'', 'style-src \'self\'', 'form-action \'self\'',
			'frame-ancestors \'none\'', 'base-uri \'none\''].join('; '),
		'X-Content-Type-Options': 'nosniff',
		...headers,
	});
	response.end(body);
}

// port 0: any free one. The promise is of the listening server.
export function sandbox({ port, dir, exchange = join(dir, 'exchange'), keys = join(dir, 'secrets', 'banks'),
	tls = join(dir, 'secrets', 'sandbox'), sitePort })
{
	const outbox = new Outbox(join(dir, 'sandbox', 'outbox.jsonl'));
	const place = { exchange, keys, ledgers: join(dir, 'sandbox', 'banks') };
	let busy = Promise.resolve();

	// One night at a time, however often the button is pressed.
	function night(options)
	{
		const after = busy.then(() => run({ ...place, ...options }));
		busy = after.catch(() => {});
		return after.then((events) => {
			for (const { bank, type, status, reason, records, msgId } of events)
				outbox.append(bank, 'bank', [type, status, reason, `${records} records`].filter(Boolean).join(' '), msgId);
			return events;
		});
	}

	async function back(response, options)
	{
		await night(options);
		answer(response, 303, 'text', '', { Location: '/#banks' });
	}

	async function bankRun(response, query)
	{
		const date = query.get('day') ?? undefined;
		if (date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(date))
			return answer(response, 400, 'text', 'day: YYYY-MM-DD\n');
		const events = await night({ date, status: query.get('status') !== '0' });
		return answer(response, 200, 'json', JSON.stringify(events));
	}

	const parts = world.map((part) => part({ outbox, answer, sitePort, secrets: join(dir, 'secrets'), port: () => door.address().port }));
	const mounts = Object.entries(Object.assign({}, ...parts.map((part) => part.mounts)));
	const routes = {
		...Object.assign({}, ...parts.map((part) => part.routes)),
		'GET /healthz': (response) => answer(response, 200, 'text', 'ok\n'),
		'GET /outbox': (response, query) =>
			answer(response, 200, 'json', JSON.stringify(outbox.list(query.get('to') ?? undefined))),
		'GET /page.css': (response) => answer(response, 200, 'css', css),
		'GET /': (response) => answer(response, 200, 'html', page({
			site: sitePort && `http://127.0.0.1:${sitePort}/`, outbox: outbox.list(undefined, 50), banks: desk(place) })),
		'POST /night': (response) => back(response, { status: true }),
		'POST /receive': (response) => back(response, { status: false }),
		'POST /banks/run': bankRun,
	};

	// Another site's page in the same browser is no friend: neither by a form nor by a name that leads here.
	const ours = ({ host = '', origin }) => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)
		&& (origin === undefined || origin === `http://${host}`);

	async function serve(request, response)
	{
		try {
			const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
			const route = routes[`${request.method} ${pathname}`];
			const mount = mounts.find(([prefix]) => pathname.startsWith(prefix))?.[1];
			if (!ours(request.headers))
				answer(response, 403, 'text', 'not from here\n');
			else if (route)
				await route(response, searchParams, request);
			else if (mount)
				await mount(request, response);
			else
				answer(response, 404, 'text', 'no such page\n');
		} catch (error) {
			console.error(error);
			if (!response.headersSent)
				answer(response, 500, 'text', `${error.message}\n`);
		} finally {
			request.resume();
		}
	}

	const plain = createServer(serve);
	const sealed = existsSync(join(tls, 'server.crt')) && createTlsServer({
		key: readFileSync(join(tls, 'server.key')), cert: readFileSync(join(tls, 'server.crt')) }, serve);
	// A TLS record begins with 22.
	const door = createPort((socket) => {
		socket.on('error', () => socket.destroy());
		socket.once('data', (first) => {
			socket.pause();
			(first[0] === 22 && sealed ? sealed : plain).emit('connection', socket);
			socket.unshift(first);
			process.nextTick(() => socket.resume());
		});
	});
	return new Promise((resolve, reject) => {
		door.once('error', reject);
		door.listen(port, '127.0.0.1', () => resolve(door));
	});
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { SANDBOX_PORT = '8081', VAR = 'var', EXCHANGE, KEYS, PORT } = process.env;
	const server = await sandbox({ port: Number(SANDBOX_PORT), dir: VAR, exchange: EXCHANGE, keys: KEYS, sitePort: PORT });
	console.log(`sandbox: http://127.0.0.1:${server.address().port}/`);
	for (const signal of ['SIGTERM', 'SIGINT'])
		process.once(signal, () => process.exit(0));
}
