/*
 * citizen.mjs - a citizen at a browser without scripts: keeps cookies, reads forms, fills them in.
 *
 * Used by the tests over HTTP, the fault tests and the benchmark. Where the instance is stands in
 * $PORT and $SANDBOX_PORT.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { picture, three } from './pictures.mjs';

const here = new URL('.', import.meta.url);

export const citizens = JSON.parse(readFileSync(new URL('sandbox/citizens.json', here), 'utf8'));
export const origin = () => `http://127.0.0.1:${process.env.PORT}`;
export const sandbox = () => `http://127.0.0.1:${process.env.SANDBOX_PORT}`;

/* The n-th citizen of a kind who has an account. */
export function person(kind, n = 0) {
	const found = citizens.filter((c) => c.kind === kind && c.account !== false)[n];
	if (!found)
		throw new Error(`no citizen ${n} of kind ${kind}`);
	return found;
}

const unescape = (text) => text.replace(/&(lt|gt|amp|quot|#39);/g, (_, e) =>
	({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" })[e]);

/* The value of the hidden input of that name on the page. */
export function hidden(html, name) {
	const input = html.match(new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`));
	return input ? unescape(input[1]) : undefined;
}

/* The texts of the error summary. */
export function faults(html) {
	return [...html.matchAll(/<li><a href="#([a-z_]+)">/g)].map((m) => m[1]);
}

/* A telephone that no sample citizen has. */
export const nobody = () => `198${String(randomInt(1e8)).padStart(8, '0')}`;

/* What marks the message with the code, as the page says it. */
export const mark = (html) => html.match(/编号 ([A-Z0-9]{3})。/)?.[1];

/* The code of the newest message to the telephone that has this mark. */
export async function code(phone, mark) {
	for (let n = 0; n < 500; n++) {
		const sent = await (await fetch(`${sandbox()}/outbox?to=${phone}`)).json();
		const found = sent.find((m) => m.text.includes(`${mark}-`));
		if (found)
			return found.code;
		await new Promise((done) => { setTimeout(done, 20); });
	}
	throw new Error(`no message ${mark} to ${phone}`);
}

export class Citizen {
	constructor(who, { connect = origin } = {}) {
		this.who = who;
		this.connect = connect;
		this.cookies = new Map();
		this.page = '';
		this.path = '/';
	}

	/* One request; the page is kept. Redirects are not followed: they are part of what is tested. */
	async request(path, options = {}) {
		/* A connection that is kept may be closed by the other side while a test waits for a command. */
		const headers = { connection: 'close', ...options.headers };
		if (this.cookies.size)
			headers.cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
		const answer = await fetch(this.connect() + path, { redirect: 'manual', ...options, headers });
		for (const line of answer.headers.getSetCookie()) {
			const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
			if (/max-age=0/i.test(line))
				this.cookies.delete(name);
			else
				this.cookies.set(name, value);
		}
		const type = answer.headers.get('content-type') || '';
		const text = type.startsWith('image/') ? Buffer.from(await answer.arrayBuffer()) : await answer.text();
		/* fetch keeps quiet when what it unpacks ends too early. */
		if (type.startsWith('text/html') && text && !text.trimEnd().endsWith('</html>'))
			throw new TypeError('terminated');
		return { status: answer.status, to: answer.headers.get('location'), text, headers: answer.headers };
	}

	async get(path) {
		const answer = await this.request(path);
		if (answer.status < 300 || answer.status >= 400) {
			this.page = answer.text;
			this.path = path.split('?')[0];
		}
		return answer;
	}

	/* Sends the form of the present page with these values; files: { name: { bytes, filename } }. */
	async post(values = {}, { path = this.path, files } = {}) {
		const all = { csrf: hidden(this.page, 'csrf'), ...values };
		const version = hidden(this.page, 'version');
		if (version !== undefined && !('version' in values))
			all.version = version;
		let body;
		if (files) {
			body = new FormData();
			for (const [name, value] of Object.entries(all))
				body.append(name, value);
			for (const [name, file] of Object.entries(files))
				body.append(name, new Blob([file.bytes]), file.filename);
		} else {
			body = new URLSearchParams(all);
		}
		const answer = await this.request(path, { method: 'POST', body });
		if (answer.status >= 400)
			this.page = answer.text;
		return answer;
	}

	/* Follows what a browser would follow. */
	async go(path) {
		let answer = await this.get(path);
		for (let n = 0; answer.status >= 300 && answer.status < 400 && n < 5; n++)
			answer = await this.get(answer.to);
		return answer;
	}

	/* What the sandbox knows: the captcha on the login page. */
	async captcha() {
		const id = hidden(this.page, 'captcha_id');
		await this.request(`/login/captcha?id=${id}`);
		const sent = await (await fetch(`${sandbox()}/outbox?to=${id}`)).json();
		return { captcha_id: id, captcha: sent[0].code };
	}

	async login({ as = this.who.username, password = this.who.password, next = '' } = {}) {
		if (this.entered)
			this.cookies.clear();
		await this.get(next ? `/login?next=${next}` : '/login');
		const values = { account: as, password, intent: 'login', ...(await this.captcha()) };
		if (hidden(this.page, 'back'))
			values.back = hidden(this.page, 'back');
		const answer = await this.post(values);
		this.entered = answer.status === 303;
		return answer;
	}

	/* Sends a code to the telephone of the page's form, and takes it up. */
	async code(phone, values = { phone }) {
		this.page = (await this.post({ ...values, intent: 'code' })).text;
		return code(phone, mark(this.page));
	}

	/* Name, number and face, on the page that asks for them. */
	async face(values = {}) {
		return this.post({ name: this.who.name, id_number: this.who.id_number, face: tick(this.page, 'face'),
			...(hidden(this.page, 'back') && { back: hidden(this.page, 'back') }), ...values },
		{ files: { picture: picture('portrait.jpg') } });
	}

	/* Logs in on the channel as its citizens do; the pages on the way are kept in seen. */
	async enter(channel, { seen = new Map() } = {}) {
		const ways = {
			web: () => this.login(),
			jingtong: async () => {
				await this.get('/login/jingtong/face');
				return this.face();
			},
			/* With a number that nobody has had before: her name is still to be proven. */
			yikatong: async () => {
				const phone = nobody();
				await this.get('/login/yikatong/sms');
				const { to } = await this.post({ phone, code: await this.code(phone), intent: 'login' });
				seen.set('/realname', (await this.get(to)).text);
				return this.face();
			},
		};
		const answer = await ways[channel]();
		if (answer.status !== 303)
			throw new Error(`${this.who.username}: ${this.path} answered ${answer.status}: ${faults(this.page)}`);
	}

	/* One step of any channel: its page, then its form with these values and every tick that it asks for. */
	async step(name, values = {}, files) {
		const page = await this.get(`/apply/${name}`);
		if (page.status !== 200)
			return page;
		const ticks = Object.fromEntries([...this.page.matchAll(/<input type="checkbox" id="([a-z_]+)" name="[a-z_]+" value="(\d{4}-\d\d)"/g)]
			.map(([, tick, version]) => [tick, version]));
		return this.looked(await this.post({ intent: 'next', ...ticks, ...values }, { files }), name, { ...ticks, ...values });
	}

	/* New pictures bring the page back to be looked over: pressed once more. */
	async looked(answer, name, values) {
		if (answer.to !== `/apply/${name}?notice=pictures`)
			return answer;
		await this.get(answer.to);
		const read = Object.fromEntries([...this.page.matchAll(/<input id="([a-z_]+)" name="[a-z_]+" value="([^"]*)"/g),
			...this.page.matchAll(/<textarea id="([a-z_]+)"[^>]*>([^<]*)<\/textarea>/g)].map(([, field, value]) => [field, unescape(value)]));
		return this.post({ intent: 'next', ...read, ...values });
	}

	/* ---- the steps of the web channel; each returns the answer to its POST ---- */

	async disclaimer() {
		await this.get('/apply/disclaimer');
		return this.post({ intent: 'next', disclaimer: tick(this.page, 'disclaimer') });
	}

	async photos(files) {
		await this.get('/apply/photos');
		const photos = tick(this.page, 'photos');
		const answer = await this.post({ intent: 'next', photos }, { files: files ?? await three(this.who) });
		return this.looked(answer, 'photos', { photos });
	}

	async details(values = {}) {
		await this.get('/apply/details');
		return this.post({ intent: 'next', ...details, ...values });
	}

	async delivery(values = { delivery: 'branch' }) {
		await this.get('/apply/delivery');
		return this.post({ intent: 'next', ...values });
	}

	async review(intent = 'confirm') {
		await this.get('/apply/review');
		return this.post({ intent, commitment: tick(this.page, 'commitment'),
			bank_transfer: tick(this.page, 'bank_transfer') });
	}

	/* From the login to the review page. */
	async prepare(files, { bank, branch } = {}) {
		const steps = [() => this.login(), () => this.disclaimer(), () => this.photos(files),
			() => this.details(bank ? { bank, branch } : {}), () => this.delivery()];
		for (const step of steps) {
			const answer = await step();
			if (answer.status !== 303)
				throw new Error(`${this.who.username}: ${this.path} answered ${answer.status}: ${faults(this.page)}`);
		}
	}

	/* The whole journey; the reference number. */
	async apply(files, choice) {
		await this.prepare(files, choice);
		const answer = await this.review();
		if (answer.status !== 303 || answer.to !== '/apply/done')
			throw new Error(`${this.who.username}: review answered ${answer.status} ${answer.to}`);
		return (await this.get('/apply/done')).text.match(/class="number">([A-Z0-9]+)</)[1];
	}
}

/* The version of the text that a tick stands for. */
export function tick(html, name) {
	const input = html.match(new RegExp(`<input type="checkbox" id="${name}" name="${name}" value="([^"]*)"`));
	return input ? input[1] : '';
}

export const details = {
	occupation: '17', district: '110105', address: '幸福路 12 号院 3 号楼 402', bank: '313', branch: '3130001',
};
