// The outside world in one process, on loopback only: what was "sent", and the banks.
//   SANDBOX_PORT=8081 VAR=var node tests/sandbox/sandbox.mjs
//
// GET  /healthz              ok
// GET  /outbox?to=…          [{to, kind, text, code, at}], newest first, at most 200
// GET  /                     the page for newcomers
// POST /night                the banks receive and report once, then back to the page
// POST /receive              the banks receive only, then back to the page
// POST /banks/run?day=…&status=0   the same as JSON; day: the business date, status=0: receive only
//
// VAR is the instance's folder; EXCHANGE and KEYS where its exchange folder and keys are not VAR/exchange and VAR/secrets/banks.
// PORT, if given, is the site's own, for the page's link.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { desk, run } from './bank/night.mjs';
import { Outbox } from './outbox.mjs';
import { page } from './page/page.mjs';

const css = readFileSync(new URL('page/page.css', import.meta.url));

const types = {
	html: 'text/html; charset=utf-8',
	css: 'text/css; charset=utf-8',
	json: 'application/json',
	text: 'text/plain; charset=utf-8',
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
export function sandbox({ port, dir, exchange = join(dir, 'exchange'), keys = join(dir, 'secrets', 'banks'), sitePort })
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

	const routes = {
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

	const server = createServer(async (request, response) => {
		request.resume();
		try {
			const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
			const route = routes[`${request.method} ${pathname}`];
			if (!ours(request.headers))
				answer(response, 403, 'text', 'not from here\n');
			else if (!route)
				answer(response, 404, 'text', 'no such page\n');
			else
				await route(response, searchParams);
		} catch (error) {
			console.error(error);
			answer(response, 500, 'text', `${error.message}\n`);
		}
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { SANDBOX_PORT = '8081', VAR = 'var', EXCHANGE, KEYS, PORT } = process.env;
	const server = await sandbox({ port: Number(SANDBOX_PORT), dir: VAR, exchange: EXCHANGE, keys: KEYS, sitePort: PORT });
	console.log(`sandbox: http://127.0.0.1:${server.address().port}/`);
	for (const signal of ['SIGTERM', 'SIGINT'])
		process.once(signal, () => process.exit(0));
}
