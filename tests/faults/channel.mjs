/* A further channel is rows in conf/flows.hdf and words in the language files: no program knows its name. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { Citizen, details, person } from '../citizen.mjs';
import { query } from '../database.mjs';
import { BUILD, configuration, instead, root, scratch, start } from './instance.mjs';

const flows = `#include "${root}conf/flows.hdf"
Channel.telex {
	entry = /telex/
	hall = /telex/
	login = /login/telex
	ways = account
	step {
		0 {
			name = details
			fields = occupation district address
		}
		1 {
			name = review
			consents = commitment
			act = submit
		}
		2 {
			name = done
			receipt = 1
		}
	}
}
`;

test('a channel is added without touching a program', async () => {
	cpSync(`${root}templates`, `${scratch}/templates`, { recursive: true });
	for (const [lang, word] of [['zh-CN', '电报挂号'], ['en', 'Telex address']])
		appendFileSync(`${scratch}/templates/lang/${lang}.hdf`, `\nLang.channel.telex.label.address = ${word}\n`);
	writeFileSync(`${scratch}/flows.hdf`, flows);
	const conf = configuration('telex', { 'Flows.File': `${scratch}/flows.hdf`, 'Templates.Dir': `${scratch}/templates` });
	const stand = await instead('details', [`${BUILD}/cgi-bin/details`], { SBK_CONF: conf });
	try {
		const c = new Citizen(person('ok', 15));
		await c.login();
		query("UPDATE session SET channel = 'telex'");
		const page = (await c.get('/apply/details')).text;
		assert.match(page, /第 1 步，共 3 步/);
		assert.match(page, /<label for="address">电报挂号<\/label>/);
		assert.doesNotMatch(page, /name="bank"/);
		const { occupation, district, address } = details;
		assert.equal((await c.post({ intent: 'next', occupation, district, address })).to, '/apply/review');
	} finally {
		await stand.leave();
		await start();
	}
});
