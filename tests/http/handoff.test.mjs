/* A phone takes the pictures: what each browser may do with a code, and what nobody may. */
import test, { beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Citizen, faults, hidden, origin, person, sandbox, tick } from '../citizen.mjs';
import { fingerprint, query, value } from '../database.mjs';
import { three } from '../pictures.mjs';

const none = { state: 'none', left: 0, pictures: 0 };
const kinds = ['portrait', 'id_front', 'id_back'];
const later = (seconds) => query(`UPDATE handoff SET created_at = created_at - ${seconds}, expires_at = expires_at - ${seconds}`);

/* Logged in, at the step with the pictures. */
class Screen extends Citizen {
	async start() {
		await this.login();
		assert.equal((await this.disclaimer()).status, 303);
		return this;
	}

	/* To where a code is made. */
	async agree(step = 'photos') {
		await this.get(`/apply/${step}`);
		const { to } = await this.post({ keep: 'phone', photos: tick(this.page, 'photos') }, { files: {} });
		assert.equal(to, `/handoff?step=${step}`);
		return this.get(to);
	}

	/* Makes a code. */
	async make(step = 'photos') {
		await this.agree(step);
		const answer = await this.post({ intent: 'make', step });
		assert.equal(answer.status, 303);
		assert.equal(answer.to, '/handoff');
		this.code = this.cookies.get('handoff');
		assert.match(this.code, /^[A-Za-z0-9_-]{43}$/);
		await this.get('/handoff');
		return this;
	}

	async poll() {
		return JSON.parse((await this.request('/handoff/state')).text);
	}

	end() {
		return this.post({ intent: 'end', step: 'photos' }, { path: '/handoff' });
	}
}

class Phone extends Citizen {
	constructor(who = person('ok', 33)) {
		super(who);
	}

	async open(code) {
		this.at = `/handoff/${code}`;
		return this.get(this.at);
	}

	async claim(code) {
		assert.equal((await this.open(code)).status, 200);
		const answer = await this.post();
		assert.equal(answer.to, this.at);
		return this.get(this.at);
	}

	/* Sends a picture as the page's form does, hers unless another is given; the answer. */
	async send(kind, file, values = {}) {
		const sent = file === undefined ? (await three(this.who))[kind] : file;
		return this.post({ intent: 'send', ...values }, { path: `${this.at}/${kind}`, files: sent && { [kind]: sent } });
	}
}

/* The citizens of one test are different ones, and begin anew. */
let next = 0;
const citizen = () => person('ok', 33 + next++ % 3);
const screen = () => new Screen(citizen()).start();
beforeEach(() => query('DELETE FROM draft'));

async function pair() {
	const here = await (await screen()).make(), phone = new Phone(here.who);
	assert.equal((await phone.claim(here.code)).status, 200);
	return { here, phone };
}

const audited = (detail) => Number(value(`SELECT COUNT(*) FROM audit WHERE action = 'handoff' AND detail = '${detail}'`));

/* What a phone is told that may not, and that nothing comes of its pictures. */
async function refused(phone, status, words) {
	const before = value('SELECT CONCAT_WS(" ", COUNT(*), SUM(version)) FROM draft'), photos = value('SELECT COUNT(*) FROM photo');
	const page = await phone.open(phone.at.split('/').pop());
	assert.equal(page.status, status);
	assert.match(page.text, words);
	assert.doesNotMatch(page.text, /type="file"/);
	/* With the token of a page that it still has. */
	const answer = await phone.send('portrait', undefined, { csrf: phone.csrf });
	assert.ok([303, 403].includes(answer.status), `${answer.status}`);
	if (answer.to)
		assert.equal(answer.to, phone.at);
	assert.equal(value('SELECT CONCAT_WS(" ", COUNT(*), SUM(version)) FROM draft'), before);
	assert.equal(value('SELECT COUNT(*) FROM photo'), photos);
}

test('a phone that is not logged in takes the pictures, and the step can be finished', async () => {
	const here = await screen(), seen = Object.fromEntries(['make', 'claim', 'end'].map((d) => [d, audited(d)]));
	await here.get('/apply/photos');
	assert.match(here.page, /<button class="link" name="keep" value="phone">/);
	const refused = await here.post({ keep: 'phone' }, { files: { portrait: { bytes: Buffer.alloc(0), filename: '' } } });
	assert.equal(refused.status, 422, 'no phone takes pictures that she has not agreed to');
	assert.deepEqual(faults(here.page), ['photos']);
	assert.equal((await here.get('/handoff?step=photos')).to, '/apply/photos');
	await here.get('/apply/photos');
	const offer = await here.post({ keep: 'phone', photos: tick(here.page, 'photos') }, { files: { portrait: { bytes: Buffer.alloc(0), filename: '' } } });
	assert.equal(offer.status, 303);
	assert.equal(offer.to, '/handoff?step=photos');
	assert.match((await here.get(offer.to)).text, /还没有二维码/);
	await here.make();
	assert.match(here.page, /<svg class="qr__picture"/);
	assert.match(here.page, /<noscript><meta http-equiv="refresh"/);
	assert.deepEqual(await here.poll().then(({ state, pictures }) => [state, pictures]), ['waiting', 0]);

	const phone = new Phone(here.who);
	const asked = (await phone.open(here.code)).text;
	assert.match(asked, new RegExp(`<p>${here.who.name[0]}\\*`));
	assert.ok(!asked.includes(here.who.name));
	assert.equal((await here.poll()).state, 'waiting', 'opening it claims nothing');
	await phone.claim(here.code);
	assert.equal((await here.poll()).state, 'claimed');
	assert.match(phone.page, /还差 3 张/);
	for (const [n, kind] of kinds.entries()) {
		const answer = await phone.send(kind);
		assert.equal(answer.status, 303);
		assert.equal(answer.to, `${phone.at}?notice=handoff_taken`);
		await phone.get(answer.to);
		assert.match(phone.page, /照片已收到/);
		assert.equal((await here.poll()).pictures, n + 1);
		assert.equal((await here.get('/handoff')).text.match(/src="\/photo\/[0-9a-f]{32}"/g).length, n + 1);
	}
	assert.match(phone.page, /照片都齐了/);
	assert.doesNotMatch(phone.page, /\/photo\//);
	for (const [, path] of here.page.matchAll(/src="(\/photo\/[0-9a-f]{32})"/g)) {
		assert.equal((await here.request(path)).status, 200);
		assert.match((await phone.get(path)).to, /^\/login/);
	}
	const done = await here.end();
	assert.equal(done.to, '/apply/photos');
	assert.equal(here.cookies.get('handoff'), undefined);
	const answer = await here.photos();
	assert.equal(answer.status, 303);
	assert.equal(answer.to, '/apply/details');
	const actor = value('SELECT LOWER(HEX(s.account)) FROM session s JOIN handoff h ON h.session = s.token_hash WHERE h.pictures = 3 ORDER BY h.ended_at DESC LIMIT 1');
	for (const detail of ['make', 'claim', 'end'])
		assert.equal(audited(detail), seen[detail] + 1, detail);
	assert.equal(value(`SELECT COUNT(DISTINCT detail) FROM audit WHERE action = 'handoff' AND actor = '${actor}'`), '3');
});

test('opening, looking and asking write nothing', async () => {
	const here = await (await screen()).make(), phone = new Phone();
	const before = fingerprint();
	await phone.open(here.code);
	await new Phone().open('x'.repeat(43));
	await here.poll();
	await here.get('/handoff');
	await here.get('/handoff?step=photos');
	assert.equal(fingerprint(), before);
	await phone.claim(here.code);
	const claimed = fingerprint();
	await phone.open(here.code);
	await new Phone().open(here.code);
	await phone.get(`${phone.at}/portrait`);
	assert.equal(fingerprint(), claimed);
});

test('the code says the address that the phone opens', async () => {
	const here = await (await screen()).make();
	const sent = await (await fetch(`${sandbox()}/outbox?to=${here.code}`)).json();
	assert.deepEqual(sent.map((m) => [m.kind, m.code]), [['handoff', `${origin()}/handoff/${here.code}`]]);
	assert.equal(value(`SELECT COUNT(*) FROM handoff WHERE code LIKE '%${here.code}%'`), '0');
});

test('no log names a code', async () => {
	const { here, phone } = await pair();
	await phone.send('portrait');
	await here.poll();
	const folder = `${process.env.VAR}/log`;
	for (const file of readdirSync(folder))
		assert.ok(!readFileSync(`${folder}/${file}`, 'utf8').includes(here.code), file);
});

test('a second phone neither claims nor uploads', async () => {
	const { here, phone } = await pair(), second = new Phone();
	second.at = phone.at;
	await second.get('/login');
	second.csrf = hidden(second.page, 'csrf');
	await refused(second, 409, /已在另一部手机上打开/);
	await second.post({ csrf: second.csrf }, { path: second.at });
	await refused(second, 409, /已在另一部手机上打开/);
	assert.equal((await phone.send('portrait')).status, 303);
	assert.equal((await here.poll()).pictures, 1);
});

test('of two phones that claim at once one has it', async () => {
	const here = await (await screen()).make(), phones = [new Phone(), new Phone(), new Phone()];
	for (const phone of phones)
		await phone.open(here.code);
	await Promise.all(phones.map((phone) => phone.post()));
	const answers = await Promise.all(phones.map((phone) => phone.get(phone.at)));
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409]);
});

test('who has not claimed it uploads nothing', async () => {
	const here = await (await screen()).make(), phone = new Phone();
	await phone.open(here.code);
	const answer = await phone.send('portrait');
	assert.equal(answer.to, phone.at);
	assert.equal((await here.poll()).pictures, 0);
});

test('nobody claims or uploads without the token of the form', async () => {
	const here = await (await screen()).make(), phone = new Phone();
	await phone.open(here.code);
	for (const csrf of ['', 'x'.repeat(64), hidden(here.page, 'csrf')])
		assert.equal((await phone.request(phone.at, { method: 'POST', body: new URLSearchParams({ csrf }) })).status, 403);
	assert.equal((await here.poll()).state, 'waiting');
	await phone.claim(here.code);
	assert.equal((await phone.send('portrait', undefined, { csrf: 'x'.repeat(64) })).status, 403);
	const before = value("SELECT COUNT(*) FROM handoff WHERE ended_at IS NULL");
	for (const intent of ['make', 'end'])
		assert.equal((await here.request('/handoff', { method: 'POST', body: new URLSearchParams({ intent, step: 'photos' }) })).status, 403);
	assert.equal(value("SELECT COUNT(*) FROM handoff WHERE ended_at IS NULL"), before);
	assert.equal((await here.poll()).state, 'claimed');
});

test('a code that nobody opened in time, and one that is over, are worth nothing', async () => {
	const waiting = await (await screen()).make(), late = new Phone();
	late.at = `/handoff/${waiting.code}`;
	const { here, phone } = await pair();
	phone.csrf = hidden(phone.page, 'csrf');
	await late.get('/login');
	late.csrf = hidden(late.page, 'csrf');
	later(181);
	await refused(late, 410, /二维码已失效/);
	assert.equal((await late.post({ csrf: late.csrf }, { path: late.at })).to, late.at);
	assert.equal((await waiting.poll()).state, 'expired');
	assert.equal((await here.poll()).state, 'claimed', 'who opened it in time goes on');
	assert.equal((await phone.send('portrait')).status, 303);
	later(420);
	await refused(phone, 410, /二维码已失效/);
	const page = (await here.get('/handoff')).text;
	assert.match(page, /二维码已失效/);
	assert.doesNotMatch(page, /http-equiv="refresh"/);
	assert.match(page, /\/photo\//, 'what came is kept');
	await here.make();
	assert.equal((await here.poll()).state, 'waiting');
});

test('what the screen has ended, or made anew, is over', async () => {
	const { here, phone } = await pair();
	phone.csrf = hidden(phone.page, 'csrf');
	const old = here.code;
	await here.make();
	assert.notEqual(here.code, old);
	await refused(phone, 410, /已经完成/);
	const other = new Phone();
	await other.claim(here.code);
	other.csrf = hidden(other.page, 'csrf');
	assert.equal((await here.end()).to, '/apply/photos');
	await refused(other, 410, /已经完成/);
	assert.deepEqual(await here.poll(), none);
});

test('with the session of its maker a code is gone', async () => {
	const { here, phone } = await pair();
	phone.csrf = hidden(phone.page, 'csrf');
	await here.post({}, { path: '/logout' });
	await refused(phone, 410, /电脑上已经退出登录/);
	await here.login();
	await refused(phone, 410, /电脑上已经退出登录/);
	const second = await (await screen()).make(), waiting = new Phone();
	await waiting.open(second.code);
	await second.post({}, { path: '/logout' });
	await waiting.post();
	assert.equal((await waiting.get(waiting.at)).status, 410);
	assert.equal(value('SELECT COUNT(*) FROM handoff WHERE browser IS NULL AND ended_at IS NULL AND expires_at > UNIX_TIMESTAMP()') > 0, true);
});

test('after the submission its pictures stay as they are', async () => {
	const { here, phone } = await pair();
	for (const kind of kinds)
		await phone.send(kind);
	phone.csrf = hidden(phone.page, 'csrf');
	assert.equal((await here.photos()).status, 303);
	assert.equal((await here.details()).status, 303);
	assert.equal((await here.delivery()).status, 303);
	assert.equal((await here.review()).to, '/apply/done');
	await refused(phone, 410, /申请已经提交/);
	assert.equal((await here.get('/handoff?step=photos')).to, '/apply/photos');
	assert.equal((await here.get('/apply/photos')).to, '/apply/done');
	const [, no] = (await here.get('/my')).text.match(/href="\/my\/withdraw\/([A-Z0-9]+)"/);
	await here.get(`/my/withdraw/${no}`);
	assert.equal((await here.post()).status, 303);
	await refused(phone, 410, /已经完成/);
});

test('a phone sends pictures of its step and nothing else', async () => {
	const { here, phone } = await pair();
	for (const kind of ['address', 'face', 'bank', 'x', 'photos']) {
		await phone.get(phone.at);
		assert.equal((await phone.send(kind, (await three(phone.who)).portrait)).status, 404, kind);
	}
	await phone.get(phone.at);
	assert.equal((await phone.send('portrait', undefined, { address: 'x', id_front: 'x', version: '99', person: 'x' })).status, 303);
	assert.equal((await here.poll()).pictures, 1);
	assert.equal((await phone.get('/apply/photos')).to, '/login?next=/apply/photos');
	assert.equal((await phone.get('/my')).to, '/login?next=/my');
	assert.equal((await phone.get('/handoff')).status, 303);
	assert.equal((await here.get('/handoff')).text.match(/src="\/photo\//g).length, 1);
});

test('a picture that is no good is refused in words, and kept out', async () => {
	const { here, phone } = await pair();
	const answer = await phone.send('id_front', { bytes: Buffer.alloc(30000, 'x'), filename: 'x.jpg' });
	assert.equal(answer.status, 422);
	assert.deepEqual(faults(answer.text), ['id_front']);
	assert.match(answer.text, /这个文件不是可用的照片|打不开/);
	assert.equal((await phone.get(`${phone.at}/id_front`)).to, phone.at);
	const empty = await phone.send('id_back', null);
	assert.equal(empty.status, 422);
	assert.deepEqual(faults(empty.text), ['id_back']);
	assert.equal((await here.poll()).pictures, 0);
	assert.equal((await phone.send('id_front')).status, 303);
});

test("a picture of somebody else's card is refused on both, and the right one takes its place", async () => {
	const { here, phone } = await pair(), hers = await three(person('ok', 1));
	const answer = await phone.send('id_front', hers.id_front);
	assert.equal(answer.status, 422);
	assert.match(answer.text, /姓名或证件号码与您的不一致/);
	assert.doesNotMatch(answer.text, /\/photo\//);
	const page = (await here.get('/handoff')).text;
	assert.match(page, /姓名或证件号码与您的不一致/);
	assert.doesNotMatch(page, /src="\/photo\//);
	await here.get('/apply/photos');
	assert.match(here.page, /name="insist_id_front"/);
	assert.equal((await phone.send('id_front')).status, 303);
	assert.match((await here.get('/handoff')).text, /src="\/photo\//);
});

test('the step is filled in with what the card on the phone says', async () => {
	const here = new Screen(citizen());
	await here.enter('yikatong');
	await here.step('disclaimer');
	await here.make('identity');
	const phone = new Phone(here.who);
	await phone.claim(here.code);
	assert.match(phone.page, /还差 2 张/);
	for (const kind of ['id_front', 'id_back'])
		assert.equal((await phone.send(kind)).status, 303);
	await here.get('/apply/identity');
	assert.match(here.page, new RegExp(`<input id="id_valid_from"[^>]* value="${here.who.id_valid_from}"`));
});

test('a code carries so many uploads', async () => {
	const { here, phone } = await pair();
	phone.csrf = hidden(phone.page, 'csrf');
	query('UPDATE handoff SET tries = 19 WHERE ended_at IS NULL AND browser IS NOT NULL');
	assert.equal((await phone.send('portrait')).status, 303);
	assert.equal((await here.poll()).state, 'full');
	await refused(phone, 410, /能传的照片已经用完/);
	assert.equal((await here.poll()).pictures, 1);
	assert.match((await here.get('/handoff')).text, /请按“重新生成”/);
});

test('another session learns nothing of a code and changes nothing', async () => {
	const { here } = await pair(), thief = await screen();
	thief.cookies.set('handoff', here.code);
	assert.deepEqual(await thief.poll(), none);
	assert.equal((await thief.get('/handoff')).to, '/web/');
	await thief.agree();
	assert.match(thief.page, /还没有二维码/);
	await thief.end();
	assert.equal((await here.poll()).state, 'claimed');
	const stranger = new Screen(here.who);
	stranger.cookies.set('handoff', here.code);
	assert.deepEqual(await stranger.poll(), none);
	assert.match((await stranger.get('/handoff')).to, /^\/login/);
	const again = new Screen(here.who);
	await again.login();
	again.cookies.set('handoff', here.code);
	assert.deepEqual(await again.poll(), none, 'nor does another session of the same person');
});

test('unknown codes and steps are told so', async () => {
	const here = await screen(), phone = new Phone();
	for (const code of ['x', 'A'.repeat(43), 'A'.repeat(44), 'A'.repeat(70), 'State'])
		assert.equal((await phone.open(code)).status, 404, code);
	assert.match(phone.page, /没有这个二维码/);
	assert.equal((await here.get('/handoff?step=nothing')).status, 404);
	assert.equal((await here.get('/handoff?step=details')).to, '/apply/details', 'no pictures there');
	assert.equal((await here.get('/handoff')).to, '/web/');
	await here.agree();
	assert.equal((await here.post({ intent: 'make', step: 'nothing' })).status, 404);
	const early = new Screen(citizen());
	await early.login();
	assert.equal((await early.get('/handoff?step=photos')).to, '/apply/photos', 'its step is not open yet');
	assert.equal((await early.get('/apply/photos')).to, '/apply/disclaimer');
});

test('two pictures at once are both kept, and nothing of the draft is lost', async () => {
	const { here, phone } = await pair();
	const answers = await Promise.all(kinds.map((kind) => phone.send(kind)));
	assert.deepEqual(answers.map((a) => a.status), [303, 303, 303]);
	await phone.get(phone.at);
	assert.match(phone.page, /照片都齐了/);
	assert.equal((await here.poll()).pictures, 3);
	assert.equal((await here.get('/apply/photos')).status, 200);
	assert.equal((await here.photos()).to, '/apply/details');
});
