/* A template that is broken or gone costs its page, never the program. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Citizen, person } from '../citizen.mjs';
import { BUILD, alive, configuration, instead, root, scratch, start } from './instance.mjs';

const folder = `${scratch}/templates`;
const visitor = new Citizen(person('ok', 0));
let portal;

before(async () => {
	rmSync(folder, { recursive: true, force: true });
	cpSync(`${root}templates`, folder, { recursive: true });
	const conf = configuration('template', { 'Templates.Dir': folder, 'Templates.Watch': 1 });
	portal = await instead('portal', [`${BUILD}/cgi-bin/portal`], { SBK_CONF: conf });
});

after(async () => {
	await portal.leave();
	await start();
});

const whole = async () => {
	const answer = await visitor.get('/');
	assert.equal(answer.status, 200);
	assert.match(answer.text, /我要办社保卡/);
};

/* What was logged since, by request id. */
const logged = (id) => portal.log.split('\n').filter((line) => line.includes(id) && line.includes('"failure"'));

/* The page with this file in another state: gone, or with this text. */
async function damaged(file, text) {
	const path = `${folder}/${file}`, kept = readFileSync(path);
	if (text === undefined)
		rmSync(path);
	else
		writeFileSync(path, text);
	const answer = await visitor.get('/');
	writeFileSync(path, kept);
	return answer;
}

const faults = [['broken', '<?cs if:Page.lang ?>'], ['empty of sense', '<?cs nonsense:1 ?>'], ['gone', undefined]];

for (const [state, text] of faults)
	test(`a page whose template is ${state} is the error page, a line in the log, and well again afterwards`, async () => {
		await whole();
		const answer = await damaged('portal.cs', text);
		const id = answer.headers.get('x-request-id');
		assert.equal(answer.status, 500);
		assert.match(answer.headers.get('content-type'), /^text\/html/);
		assert.ok(answer.text.includes(id));
		assert.doesNotMatch(answer.text, /portal\.cs|templates/);
		assert.equal(logged(id).length, 1);
		assert.match(logged(id)[0], /portal/);
		await whole();
		assert.ok(alive(portal.pid));
	});

test('where even the error page fails there are three plain lines: status, hotline, request id', async () => {
	await whole();
	for (const [, text] of faults) {
		const answer = await damaged('layout.cs', text);
		const id = answer.headers.get('x-request-id');
		if (text === undefined && answer.status === 200)
			continue; /* ClearSilver's include: of a file that is not there is empty */
		assert.equal(answer.status, 500);
		assert.equal(answer.text, `500\n12333\n${id}\n`);
		assert.match(answer.headers.get('content-type'), /^text\/plain/);
		assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
		assert.equal(answer.headers.get('cache-control'), 'no-store');
		assert.equal(logged(id).length, 2);
		await whole();
	}
	assert.ok(alive(portal.pid));
});

test('without its words a page is an error, however often it is asked for', async () => {
	await whole();
	const words = `${folder}/lang/zh-CN.hdf`;
	renameSync(words, `${words}.away`);
	for (let n = 0; n < 3; n++)
		assert.equal((await visitor.get('/')).status, 500);
	writeFileSync(words, readFileSync(`${words}.away`));
	await whole();
	assert.ok(alive(portal.pid));
});

test('the whole folder gone and back again', async () => {
	await whole();
	renameSync(folder, `${folder}.away`);
	assert.ok([200, 500].includes((await visitor.get('/')).status)); /* what was parsed may go on */
	renameSync(`${folder}.away`, folder);
	await whole();
	assert.ok(alive(portal.pid));
});
