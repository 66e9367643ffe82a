/* A program does not start on a configuration that lacks something, and says what. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Citizen } from '../citizen.mjs';
import { BUILD, configuration, instead, root, scratch, start } from './instance.mjs';

/* "Photo.Min" → "20480", … of an HDF file without its includes. */
function flatten(file) {
	const flat = new Map(), path = [];
	for (const line of readFileSync(file, 'utf8').split('\n').map((text) => text.trim())) {
		const [, opened] = line.match(/^([\w.]+) \{$/) ?? [];
		const [, key, value] = line.match(/^([\w.]+) = (.*)$/) ?? [];
		if (opened)
			path.push(opened);
		else if (line === '}')
			path.pop();
		else if (key)
			flat.set([...path, key].join('.'), value);
	}
	return flat;
}

const all = new Map([...flatten(`${root}conf/sbk.hdf`), ...flatten(process.env.SBK_CONF)]);

/* What the program says before it ends; descriptor 0 is no socket, so it ends in any case. */
function say(program, keys) {
	const file = `${scratch}/configuration.hdf`;
	writeFileSync(file, [`#include "${root}conf/banks.hdf"`, ...[...keys].map(([key, value]) => `${key} = ${value}`), ''].join('\n'));
	const { status, stderr } = spawnSync(`${BUILD}/${program}`, { env: { ...process.env, SBK_CONF: file }, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
	return { status, stderr };
}

const without = (key) => new Map([...all].filter(([name]) => name !== key));

/* Who needs which part. */
const needs = {
	'cgi-bin/details': /^(Db|Seal|Flows|Templates|Htdocs|Session|Form|Site)\./,
	'cgi-bin/login': /^(Login|Captcha|Password)\./,
	'cgi-bin/photos': /^Photo\.(?!Seconds|Memory|Workers|Queue|RequireLandlock|Models)/,
	'cgi-bin/review': /^(Application|Registry)\./,
	'cgi-bin/operators': /^Operators\./,
	'libexec/photo-worker': /^(?:Photo|Portrait)\./,
};

for (const [program, pattern] of Object.entries(needs)) {
	const keys = [...all.keys()].filter((key) => pattern.test(key) && key !== 'Db.Password');
	test(`${program} names each of its ${keys.length} keys that is missing, and does not start`, () => {
		const kept = keys.filter((key) => {
			const { status, stderr } = say(program, without(key));
			return status !== 1 || !stderr.includes(key);
		});
		assert.deepEqual(kept, []);
	});
}

test('a number that is none, or out of range, is named too', () => {
	for (const value of ['', 'many', '-1', '99999999999999999999', '1x']) {
		const { status, stderr } = say('cgi-bin/details', new Map([...all, ['Db.Timeout', value]]));
		assert.equal(status, 1);
		assert.match(stderr, /Db\.Timeout/);
	}
});

test('what is there is enough', () => {
	for (const program of Object.keys(needs).filter((name) => name.startsWith('cgi-bin')))
		assert.match(say(program, all).stderr, /descriptor 0 is no listening socket/);
});

test('a login whose service is not named is not offered, and the log says why at the start', async () => {
	const bare = configuration('bare', Object.fromEntries(['Sms.Url', 'Face.Url', 'Wechat.Secret',
		...['national', 'ecard', 'alipay', 'wechat', 'baidu'].map((key) => `Provider.${key}.Client`)].map((key) => [key, ''])));
	const stand = await instead('login', [`${BUILD}/cgi-bin/login`], { SBK_CONF: bare });
	try {
		assert.doesNotMatch((await new Citizen({}).get('/login/account')).text, /其他渠道登录/);
		assert.equal((await new Citizen({}).get('/login/jingtong')).status, 503);
	} finally {
		await stand.leave();
		await start();
	}
	for (const [channel, way, lacks] of [['web', 'other', 'Provider'], ['jingtong', 'face', 'Face.Url'], ['yikatong', 'wechat', 'Wechat.'], ['yikatong', 'sms', 'Sms.Url']])
		assert.match(stand.log, new RegExp(`"login_not_offered","channel":"${channel}","way":"${way}","lacks":"${lacks}`));
	assert.match(stand.log, /"login_not_offered","channel":"","way":"baidu","lacks":"Client"/);
});
