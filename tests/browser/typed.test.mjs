/* The page understands what is typed as the server does, of the same samples (tests/unit/field_test.c). */
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const file = (name) => new URL(`../../${name}`, import.meta.url);
const { faultOf, fold } = await import(`data:text/javascript,${encodeURIComponent(readFileSync(file('htdocs/typed.js'), 'utf8'))}`);
const { grouped } = await import(`data:text/javascript,${encodeURIComponent(readFileSync(file('htdocs/idnumber.js'), 'utf8')
	.replace(/^import.*$/m, ''))}`);

const kinds = { address: 'line', id_number: 'id', phone: 'phone', mail_phone: 'phone', mail_postcode: 'number', id_valid_from: 'date', id_valid_to: 'date',
	birth_date: 'date' };
const rows = JSON.parse(readFileSync(file('tests/unit/typed.json'), 'utf8')).filter(([field]) => kinds[field]);

test('what is typed is folded as the server folds it; words in dates are the server’s', () => {
	for (const [field, typed, stored] of rows)
		assert.equal(fold(kinds[field], typed), /^[^\d０-９]+$/.test(typed) ? typed : stored, `${field} ${typed}`);
});

test('a date that there is not and an ID number with a slip of the finger are found, and nothing that the server takes', () => {
	const faults = { id_check: 'check', id_date: 'date', id_format: 'fault', date_invalid: 'fault' };
	const shaped = rows.filter(([field, , stored]) => kinds[field] !== 'date' || /^\d{4}-\d\d-\d\d$/.test(stored));
	for (const [field, , stored, fault] of shaped)
		assert.equal(faultOf({ typed: kinds[field] }, stored), faults[fault] ?? '', `${field} ${stored}`);
});

test('only what can be an ID number of 18 characters is shown in groups', () => {
	assert.equal(grouped('11010519491231002X'), '110105 19491231 002X');
	assert.equal(grouped('110105194'), '110105 194');
	for (const other of ['12345678', 'H12345678', 'E123456789012345', '11010519491231002XX'])
		assert.equal(grouped(other), other);
});
