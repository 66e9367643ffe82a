// The dictionaries and the sandbox's people: consistent, valid, complete. Checked by other means than they were made.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name) => readFileSync(path(name), 'utf8');
const codes = JSON.parse(text('schema/data/codes.json'));
const banks = JSON.parse(text('schema/data/banks.json'));
const branches = JSON.parse(text('tests/sandbox/branches.json'));
const citizens = JSON.parse(text('tests/sandbox/citizens.json'));
const kinds = JSON.parse(text('tests/sandbox/kinds.json')).map((row) => row.kind);

const list = (name) => codes.filter((row) => row.list === name).map((row) => row.code);
const distinct = (values) => new Set(values).size === values.length;
const length = (value) => [...value].length;

// ISO 7064 MOD 11-2, the recursive method: the whole number is congruent to 1.
function checks(number)
{
	let p = 0;
	for (const c of number)
		p = (p * 2 + (c === 'X' ? 10 : Number(c))) % 11;
	return p === 1;
}

const realDate = (date) => /^\d{4}-\d\d-\d\d$/.test(date)
	&& new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);

const shapes = {
	'01': /^[1-6]\d{16}[\dX]$/,
	'02': /^8[123]0000\d{11}[\dX]$/,
	'03': /^[HM]\d{8}$/,
	'04': /^\d{8}$/,
	'05': /^([A-Z]{3}\d{12}|9\d{16}[\dX])$/,
	'06': /^[A-Z0-9]{5,17}$/,
};

// The columns' widths as the migrations have them.
const migrations = text('schema/0002_dictionaries.sql') + text('schema/0016_branch_hours.sql');
function width(table, column)
{
	const said = migrations.match(new RegExp(`(?:CREATE|ALTER) TABLE ${table}\\b[^;]*`, 'g')).join();
	return Number(new RegExp(`\\b${column}\\s+VARCHAR\\((\\d+)\\)`).exec(said)[1]);
}

test('the check itself knows the standard\'s samples and refuses their neighbours', () => {
	assert(checks('11010519491231002X'));
	assert(checks('440524188001010014'));
	assert(!checks('440524188001010015'));
});

test('every code list is complete, in two languages, and fits its columns', () => {
	const sizes = { id_type: 6, sex: 4, ethnicity: 58, occupation: 13, delivery: 2, district: 17, nationality: 249, street: 343 };
	for (const [name, size] of Object.entries(sizes)) {
		assert.equal(list(name).length, size, name);
		assert(distinct(list(name)), name);
	}
	assert.deepEqual([...new Set(codes.map((row) => row.list))], Object.keys(sizes));
	assert.deepEqual([...new Set(list('street').map((code) => code.slice(0, 6)))], list('district'));
	assert.deepEqual(list('nationality').slice(0, 4), ['CHN', 'TWN', 'HKG', 'MAC']);
	for (const row of codes) {
		assert.match(row.name_zh, /\p{Script=Han}/u, row.code);
		assert.match(row.name_en, /^[\p{Script=Latin}]/u, row.code);
		for (const column of ['list', 'code', 'name_zh', 'name_en'])
			assert(length(row[column]) <= width('code', column), `${row.code} ${column}`);
	}
});

test('the fifteen banks of the notice, each with a telephone', () => {
	assert.equal(banks.length, 15);
	assert(distinct(banks.map((bank) => bank.code)));
	for (const bank of banks) {
		assert.match(bank.code, /^\d{3}$/);
		assert.match(bank.phone, /^9\d{4}$/);
		assert(bank.name_zh && bank.name_en);
	}
});

test('every bank has branches in at least eight districts, open ones in each', () => {
	assert(branches.length >= 160);
	assert(distinct(branches.map((branch) => branch.code)));
	assert(distinct(branches.map((branch) => branch.bank + branch.name_zh)));
	for (const bank of banks) {
		const own = branches.filter((branch) => branch.bank === bank.code && branch.open);
		assert(new Set(own.map((branch) => branch.district)).size >= 8, bank.code);
	}
	const closed = branches.filter((branch) => !branch.open);
	assert(closed.length >= 2 && closed.length <= 3);
	for (const branch of branches) {
		assert.match(branch.code, new RegExp(`^${branch.bank}\\d{4}$`));
		assert(list('district').includes(branch.district), branch.code);
		assert.match(branch.phone, /^010-\d{8}$/);
		for (const column of ['name_zh', 'name_en', 'address', 'phone', 'hours', 'hours_en'])
			assert(length(branch[column]) > 0 && length(branch[column]) <= width('branch', column), branch.code);
	}
});

test('every kind of citizen is there and explained, and at least twenty are plainly eligible', () => {
	assert(citizens.length >= 48);
	assert.deepEqual([...new Set(citizens.map((c) => c.kind))].sort(), [...kinds].sort());
	assert(citizens.filter((c) => c.kind === 'ok').length >= 20);
	assert.equal(citizens[0].kind, 'ok');
	assert.equal(citizens[0].username, 'wangfang');
});

test('no two citizens share a username, a telephone or an ID number', () => {
	for (const field of ['username', 'phone', 'id_number'])
		assert(distinct(citizens.map((c) => c[field])), field);
});

test('every citizen\'s codes are of their lists and her password is long enough', () => {
	for (const c of citizens) {
		for (const field of ['id_type', 'sex', 'nationality', 'ethnicity'])
			assert(list(field).includes(c[field]), `${c.username} ${field}`);
		assert(['employee', 'resident', 'pensioner'].includes(c.category), c.username);
		assert(c.banks.split(' ').filter(Boolean).every((code) => banks.some((bank) => bank.code === code)), c.username);
		assert(c.password.length >= 8, c.username);
		assert.match(c.phone, /^1[3-9]\d{9}$/, c.username);
		assert.match(c.name, /^[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}A-Za-z· -]{2,50}$/u, c.username);
		assert(length(c.address) >= 5 && length(c.address) <= 100, c.username);
	}
});

test('every ID number is valid and agrees with sex and birth date', () => {
	for (const c of citizens) {
		assert.match(c.id_number, shapes[c.id_type], c.username);
		assert(realDate(c.birth_date), c.username);
		if (c.id_number.length !== 18)
			continue;
		assert(checks(c.id_number), c.username);
		assert.equal(c.id_number.slice(6, 14), c.birth_date.replaceAll('-', ''), c.username);
		assert.equal(c.id_number[16] % 2 === 1 ? '1' : '2', c.sex, c.username);
	}
	assert(citizens.some((c) => c.kind === 'ok' && c.id_number.endsWith('X')));
});

test('every document but the expired ones is good for years', () => {
	for (const c of citizens) {
		assert(realDate(c.id_valid_from) && realDate(c.id_valid_to), c.username);
		assert(c.id_valid_from < c.id_valid_to && c.id_valid_from < '2026-11-22', c.username);
		if (c.kind === 'id_expired')
			assert(c.id_valid_to < '2026-11-22', c.username);
		else
			assert(c.id_valid_to >= '2031-01-01', c.username);
	}
});

test('each kind is what it says', () => {
	const all = (kind, holds) => {
		for (const c of citizens.filter((citizen) => citizen.kind === kind))
			assert(holds(c), c.username);
	};
	const adult = (c) => c.birth_date <= '2008-11-22';
	const free = (c) => c.insured && c.account && c.banks === '' && c.card_generation === 2 && !c.deceased
		&& !c.roster_name && !c.seed_application;

	all('ok', (c) => c.id_type === '01' && free(c) && adult(c));
	all('not_found', (c) => !c.insured && c.account);
	all('name_differs', (c) => c.roster_name && c.roster_name !== c.name);
	all('live_application', (c) => c.seed_application === true);
	all('already_holds', (c) => c.card_generation === 3);
	all('deceased', (c) => c.deceased);
	all('pensioner', (c) => c.category === 'pensioner' && c.banks.split(' ').length === 1);
	all('employer_limited', (c) => c.category === 'employee' && c.banks.split(' ').length === 3);
	all('minor', (c) => c.birth_date > '2013-11-22');
	all('long_term_id', (c) => c.id_valid_to === '9999-12-31' && free(c));
	all('no_account', (c) => !c.account && c.insured);
	for (const [kind, type] of Object.entries({ rare_name: '01', hmt_permit: '02', hk_pass: '03', taiwan_pass: '04', foreign_permanent: '05', passport: '06' }))
		all(kind, (c) => c.id_type === type && free(c) && adult(c));

	const having = (kind, pattern) => citizens.some((c) => c.kind === kind && pattern.test(`${c.name} ${c.id_number}`));
	for (const [kind, pattern] of [['rare_name', /𠮷/u], ['rare_name', /䶮/], ['rare_name', /·/],
		['hmt_permit', / 81/], ['hmt_permit', / 82/], ['hmt_permit', / 83/], ['hk_pass', / H/], ['hk_pass', / M/],
		['foreign_permanent', / [A-Z]{3}\d{12}$/], ['foreign_permanent', / 9\d{16}[\dX]$/]])
		assert(having(kind, pattern), `${kind} ${pattern}`);
});

test('what is committed is what the generators print', () => {
	for (const name of ['branches', 'citizens'])
		assert.equal(text(`tests/sandbox/${name}.json`),
			execFileSync(process.execPath, [path(`tests/sandbox/make-${name}.mjs`)], { encoding: 'utf8' }), name);
});
