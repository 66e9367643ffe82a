/* The schemas say what they mean, and the document, the schemas, the dictionaries and the languages have the same codes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { repo } from './samples.mjs';

const read = (name) => readFileSync(join(repo, name), 'utf8');
const document = read('schema/README.md');
const schemas = readdirSync(join(repo, 'schema')).filter((name) => name.endsWith('.xsd'));

function xpath(schema, expression)
{
	try {
		return execFileSync('xmllint', ['--xpath', expression.replaceAll(/x:(\w+)/g, '*[local-name()="$1"]'), join(repo, 'schema', schema)],
			{ encoding: 'utf8', stdio: 'pipe' }).split('\n').filter(Boolean);
	} catch (error) {
		assert.equal(error.status, 10); // nothing found
		return [];
	}
}
const attributes = (lines) => lines.map((line) => /="(.*)"/.exec(line)[1]);

/* [value, what it means] of a simple type. */
function list(schema, type)
{
	const values = `//x:simpleType[@name="${type}"]//x:enumeration`;
	const codes = attributes(xpath(schema, `${values}/@value`));
	const meanings = xpath(schema, `${values}//x:documentation/text()`);
	return meanings.length ? codes.map((code, i) => [code, meanings[i]]) : codes;
}

/* [code, meaning] of the rows of the document's tables whose first cell is like this. */
const rows = (first, from = document) => [...from.matchAll(new RegExp(`^\\| ${first.source} \\| (.*?) \\|`, 'gm'))].map(([, code, meaning]) => [code, meaning]);
const section = (title) => document.slice(document.indexOf(`\n## ${title}`), document.indexOf('\n## ', document.indexOf(`\n## ${title}`) + 1));
const codes = (name) => JSON.parse(read('schema/data/codes.json')).filter((row) => row.list === name).map(({ code }) => code);

test('every element and every type of the schemas says what it is', () => {
	const named = '//*[(local-name()="element" or local-name()="complexType" or local-name()="simpleType") and @name]';
	for (const schema of schemas) {
		assert.ok(xpath(schema, `${named}/@name`).length > 0);
		assert.deepEqual(attributes(xpath(schema, `${named}[not(x:annotation/x:documentation[string-length() > 1])]/@name`)), [], schema);
	}
});

test('the field codes of the document stand at the same elements of the schemas, and no others', () => {
	const said = new Map();
	let group = '';
	for (const [, cell, code] of document.matchAll(/^\| (`.*?`(?: \(\w+\))?.*?) \| ?(AA\w\d{3})? ?\|/gm)) {
		const [, path] = /`([\w/]+)`/.exec(cell) ?? [];
		if (!path?.includes('/') || !code)
			continue;
		group = path.split('/').at(-1);
		said.set(group, code);
	}
	for (const [, name, code] of document.matchAll(/`(\w+)` \((AA\w\d{3})\)/g))
		said.set(name, code);
	const written = new Map();
	for (const schema of schemas) {
		const names = attributes(xpath(schema, '//x:element[x:annotation/x:appinfo]/@name'));
		const fields = xpath(schema, '//x:element/x:annotation/x:appinfo/text()');
		names.forEach((name, i) => written.set(name, fields[i]));
	}
	assert.deepEqual([...written].sort(), [...said].sort());
});

test('reasons: the document, the schema and both languages have the same', () => {
	const files = rows(/([FS]\d\d)/);
	const applications = rows(/([DBPL]\d\d)/);
	assert.deepEqual(list('types.xsd', 'FileReason'), files);
	assert.deepEqual(list('types.xsd', 'Reason'), applications);
	for (const language of ['zh-CN', 'en']) {
		const block = /^\treason \{\n(.*?)^\t\}/ms.exec(read(`templates/lang/${language}.hdf`))[1];
		const told = [...block.matchAll(/^\t\t(\w+) =/gm)].map(([, code]) => code).sort();
		assert.deepEqual(told, [...applications.map(([code]) => code), 'other'].sort(), language);
	}
});

test('statuses: the document and the schema have the same', () => {
	const said = rows(/`([A-Z_]+)`/, section('5. ')).filter(([status]) => status !== 'SENT');
	assert.deepEqual(list('types.xsd', 'Status').sort(), said.sort());
});

test('messages, documents and sexes: the document, the schemas and the dictionaries have the same', () => {
	assert.deepEqual(list('types.xsd', 'MsgType'), rows(/`(\w+)`/, section('1. ')).map(([name]) => name));
	const types = /AAC058 \| 证件类型: (.*?) \|/.exec(document)[1].split(/, (?=\d\d)/).map((item) => [item.slice(0, 2), item.slice(3)]);
	assert.deepEqual(list('types.xsd', 'IdType'), types);
	assert.deepEqual(types.map(([code]) => code), codes('id_type'));
	const sexes = /性别, GB\/T 2261.1: (.*?) \|/.exec(document)[1].split(', ');
	assert.deepEqual(list('types.xsd', 'Sex'), sexes);
	assert.ok(codes('sex').every((code) => sexes.includes(code)));
});

test('the fuzzer knows every element', () => {
	const names = new Set(schemas.flatMap((schema) => attributes(xpath(schema, '//x:element/@name'))));
	const known = [...read('tests/fuzz/import.dict').matchAll(/^"<(\w+)>"$/gm)].map(([, name]) => name);
	assert.deepEqual(known, [...names].sort());
});
