/*
 * walker.mjs - a citizen who gets her application done although things break under her hands.
 *
 * She does what people do: what failed she sends again, or loads the page anew and fills it in
 * again; now and then she goes on at another device. What the site acknowledges (303 to a form)
 * goes into the ledger at once; what it shows has to be in line with that. Every answer is handed to the
 * witness, who knows what was broken when.
 */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Citizen, details, faults, hidden, sandbox, tick } from '../citizen.mjs';
import { query } from '../database.mjs';
import { three } from '../pictures.mjs';

const chance = (probability) => Math.random() < probability;
const down = ({ status }) => status >= 502 && status <= 504;

/* Banks and branches from which she chooses. */
const branches = [['313', '3130001'], ['313', '3130005'], ['102', '1020001'], ['308', '3080001']];

/* What each step can be answered with, for the n-th time. */
const answers = {
	details: (n) => {
		const [bank, branch] = branches[n % branches.length];
		return { ...details, bank, branch, address: `和平里 ${n} 号院 ${n + 1} 号楼` };
	},
	delivery: (n) => (n % 2 ? { delivery: 'branch' } : {
		delivery: 'mail', mail_name: '李小燕', mail_phone: '14300009999', mail_district: '110101',
		mail_address: `东直门内大街 ${n} 号`, mail_postcode: '100007',
	}),
};

/* What a page of a step shows of these answers. */
function shown(page, values) {
	return Object.fromEntries(Object.keys(values).map((name) => [name, (
		page.match(new RegExp(`<input id="${name}" name="${name}" value="([^"]*)"`)) ??
		page.match(new RegExp(`<textarea id="${name}"[^>]*>([^<]*)</textarea>`)) ??
		page.match(new RegExp(`<input type="radio" id="[a-z_-]+" name="${name}" value="([^"]*)" checked`)) ??
		page.match(new RegExp(`<select id="${name}"[^>]*>(?:(?!</select>)[^])*<option value="([^"]*)" selected`)) ?? [])[1]]));
}

export class Walker {
	constructor(who, { ledger, witness, edits, submits }) {
		Object.assign(this, { who, ledger, witness, edits, submits });
		this.citizen = new Citizen(who);
		this.last = {}; /* step: what was acknowledged last, and what was sent since */
	}

	note(event, fields) {
		appendFileSync(this.ledger, `${JSON.stringify({ event, who: this.who.username, ...fields })}\n`);
	}

	/* One request and its witness. */
	async ask(path, how) {
		const over = this.witness.begins(path);
		this.began = Date.now();
		/* An answer that ends in its middle is one that the browser shows as none. */
		const answer = await how().catch(({ message }) => ({ status: 502, torn: message }));
		over(answer);
		if (down(answer))
			await sleep(20 + Math.random() * 200);
		return answer;
	}

	/* The page; null where the site is down for the moment. */
	async page(path) {
		const answer = await this.ask(path, () => this.citizen.get(path));
		return down(answer) ? null : answer;
	}

	async enter() {
		this.citizen.cookies.clear();
		for (;;) {
			const answer = await this.page('/login');
			if (!answer)
				continue;
			const id = hidden(answer.text, 'captcha_id');
			if (down(await this.ask('/login/captcha', () => this.citizen.request(`/login/captcha?id=${id}`))))
				continue;
			const [{ code }] = await (await fetch(`${sandbox()}/outbox?to=${id}`)).json();
			const { username, password } = this.who;
			const form = { account: username, password, captcha_id: id, captcha: code, intent: 'login' };
			const sent = await this.ask('/login', () => this.citizen.post(form, { path: '/login' }));
			if (sent.status === 303)
				return this.note('login');
			if (sent.status === 429)
				query('DELETE FROM throttle'); /* a quarter of an hour later */
			else if (!down(sent))
				throw new Error(`login: ${sent.status} ${faults(sent.text)}`);
		}
	}

	/* What the page of a step says was saved must be what was acknowledged, or sent since without an answer. */
	compare(step, page) {
		const { acknowledged, unanswered = [] } = this.last[step] ?? {};
		const possible = [acknowledged, ...unanswered].filter(Boolean);
		if (!acknowledged || !answers[step])
			return;
		if (!possible.some((values) => JSON.stringify(shown(page, values)) === JSON.stringify(values)))
			assert.deepEqual(shown(page, acknowledged), acknowledged, `${this.who.username}: ${step} shows something else`);
	}

	/* Sends the form of the present page until there is an answer, or she would rather see the page again. */
	async send(step, form, files) {
		const { page } = this.citizen;
		for (;;) {
			this.citizen.page = page;
			const answer = await this.ask(`/apply/${step}`, () => this.citizen.post(form, { path: `/apply/${step}`, files }));
			if (!down(answer))
				return answer;
			if (chance(0.5))
				return null;
		}
	}

	async save(step, values, { ticks = [], intent = 'next' } = {}) {
		const mine = this.last[step] ??= { unanswered: [] };
		for (;;) {
			const seen = await this.page(`/apply/${step}`);
			if (!seen)
				continue;
			if (seen.status === 303 && step === 'review' && seen.to === '/apply/done')
				return; /* submitted by what was sent before */
			assert.equal(seen.status, 200, `${this.who.username}: ${step} leads to ${seen.to}`);
			this.compare(step, seen.text);
			const form = { intent, ...values };
			for (const name of ticks)
				form[name] = tick(seen.text, name);
			mine.unanswered.push(values);
			this.note('sent', { step, values });
			const answer = await this.send(step, form);
			if (answer?.status === 303) {
				assert.match(answer.to, /^\/apply\//);
				assert.notEqual(answer.to, `/apply/${step}`);
				Object.assign(mine, { acknowledged: values, unanswered: [] });
				this.note('acknowledged', { step, values });
				return;
			}
			if (!answer)
				continue;
			this.witness.refused(step, answer, this.began);
			await sleep(500 * Math.random());
		}
	}

	/* One after the other: one that was not taken she sends again. */
	async pictures() {
		const left = Object.entries(await three(this.who));
		while (left.length) {
			const [kind, file] = left[0];
			const seen = await this.page('/apply/photos');
			if (!seen)
				continue;
			const answer = await this.send('photos', { intent: 'next', photos: tick(seen.text, 'photos') }, { [kind]: file });
			if (answer?.status === 303 || (answer?.status === 422 && !faults(answer.text).includes(kind)))
				left.shift();
			else
				await sleep(200 * Math.random());
		}
	}

	async walk() {
		await this.enter();
		await this.save('disclaimer', {}, { ticks: ['disclaimer'] });
		await this.pictures();
		await this.save('photos', {}, { ticks: ['photos'] });
		for (let n = 0; n <= this.edits; n++) {
			await this.save('details', answers.details(n));
			await this.save('delivery', answers.delivery(n));
			if (chance(0.2))
				await this.enter();
		}
		if (!this.submits)
			return;
		await this.save('review', {}, { ticks: ['commitment', 'bank_transfer'], intent: 'confirm' });
		let done;
		do
			done = await this.page('/apply/done');
		while (!done);
		assert.equal(done.status, 200);
		this.note('receipt', { no: done.text.match(/class="number">([A-Z0-9]+)</)[1] });
	}
}
