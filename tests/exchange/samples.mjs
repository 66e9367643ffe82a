/*
 * What schema/samples holds: each message as it should be, in both profiles, and one that is wrong for every reason code. The files
 * are written by make-samples.mjs; what the tests hold them against stands here once.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { profiles as crypto } from '../sandbox/bank/envelope.mjs';
import { document, element, fields } from '../sandbox/bank/xml.mjs';

const sharp = createRequire(new URL('../sandbox/', import.meta.url))('sharp');

export const repo = fileURLToPath(new URL('../..', import.meta.url));
export const samples = join(repo, 'schema/samples');
export const endings = ['xml.enc', 'manifest.xml', 'manifest.sig'];

// By profile: the bank that has it in the samples, and the bureau's pair for it.
export const sides = { intl: { bank: '102', bureau: 'bureau' }, sm: { bank: '403', bureau: 'bureau-sm' } };

// Of a MsgId: the profile, and the names of the sender's and the receiver's pair.
export function partiesOf(id)
{
	const [from, to] = id.split('-');
	const [profile, { bank, bureau }] = Object.entries(sides).find(([, side]) => side.bank === from || side.bank === to);
	const name = (party) => party === bank ? bank : bureau;
	return { profile, bank, from: name(from), to: name(to) };
}

// A recipe of schema/README.md; before: shell that is run first.
export function recipe(name, variables, before = '')
{
	execFileSync('bash', ['-c', `. "$0"; ${before} recipe ${name}`, join(repo, 'tests/exchange/recipe.sh')],
		{ env: { ...process.env, XSD: join(repo, 'schema'), ...variables }, stdio: 'pipe' });
}

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const digits = (date) => date.replaceAll('-', '');
const msgId = (from, to, date, seq) => `${from}-${to}-${digits(date)}-${String(seq).padStart(6, '0')}`;
const [sunday, monday, tuesday, wednesday] = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'];

// The element whose value counts in the control digest.
const idOf = { Application: 'ApplicationNo', Receipt: 'ReceivedMsgId', Entry: 'ApplicationNo', Order: 'OrderMsgId' };

// records: an element each, by name and content; front: XML between header and records.
function message(type, { from, to, date, at, seq, original, front = '' }, record, records)
{
	const ids = records.map((one) => `${one[idOf[record]]}\n`).join('');
	const id = msgId(from, to, date, seq);
	const header = { MsgId: id, MsgType: type, SchemaVersion: '1.0', From: from, To: to, BusinessDate: date, CreationTime: `${date}T${at}+08:00`,
		SeqNo: seq, PossibleDuplicate: false, OriginalMsgId: original, NumberOfRecords: records.length, ControlDigest: sha256(ids), Part: 1,
		LastInBusinessDate: true };
	const nested = (value, depth) => Object.entries(value).map(([name, content]) => content !== null && typeof content === 'object'
		? element(name, nested(content, depth + 1), depth) : fields({ [name]: content }, depth)).join('');
	const body = records.map((one, i) => element(record, nested({ RecordNo: i + 1, ...one }, 2), 1)).join('');
	return { id, xml: document(type, element('Header', fields(header, 2), 1) + front + body) };
}

// A head and shoulders, as small as a photo for the card can be.
const photo = (await sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="358" height="441">'
	+ '<rect width="358" height="441" fill="#fff"/><ellipse cx="179" cy="190" rx="90" ry="120" fill="#c96"/>'
	+ '<path d="M30 441q0-120 149-120t149 120" fill="#246"/></svg>'))
	.flatten().jpeg({ quality: 5 }).withMetadata({ density: 350 }).toBuffer()).toString('base64');

const people = {
	wang: { SocialSecurityNo: '11010519491231002X', Name: '王芳', IdType: '01', IdNumber: '11010519491231002X', IdValidFrom: '2016-05-01',
		IdValidTo: '9999-12-31', Sex: 2, BirthDate: '1949-12-31', Nationality: 'CHN', Ethnicity: '01', Occupation: '80', District: '110105',
		Address: '朝阳区幸福大街1号院2-3-1102', Phone: '13900000001' },
	chan: { SocialSecurityNo: 'H12345678', Name: 'Chan Tai-man', IdType: '03', IdNumber: 'H12345678', Sex: 1, BirthDate: '1990-02-28',
		Nationality: 'CHN', Address: '海淀区和平路5号', Phone: '13900000002' },
	lin: { SocialSecurityNo: '01234567', Name: '林䶮', IdType: '04', IdNumber: '01234567', Sex: 1, BirthDate: '1985-07-01',
		Nationality: 'TWN', Address: '西城区建设路27号', Phone: '13900000004' },
	smith: { SocialSecurityNo: 'P1234567', Name: 'Mary-Ann Smith', IdType: '06', IdNumber: 'P1234567', Sex: 2, BirthDate: '1979-03-14',
		Nationality: 'GBR', Address: '朝阳区丰收路53号', Phone: '13900000005' },
	ali: { SocialSecurityNo: 'PAK110000000001', Name: '阿里·汗', IdType: '05', IdNumber: 'PAK110000000001', Sex: 1, BirthDate: '1992-10-09',
		Nationality: 'PAK', Address: '丰台区建设路92号', Phone: '13900000006' },
};
const mail = { Method: 'mail', Recipient: '陈小明·𠮷', RecipientPhone: '13900000003', RecipientDistrict: '110108',
	RecipientAddress: '海淀区和平路5号', RecipientPostcode: '100080' };
const [first, second, third, fourth, fifth] = ['BJ261122K7M4QX2PC', 'BJ2611229D3TRW8HZ', 'BJ26112448FQ2MWYA', 'BJ261124C6XJ0RTNE', 'BJ261124ZP5H7K3DV'];

// What a bank says of the order that lies in dir.
function receipt(dir, order, reason, counted)
{
	const file = join(dir, `${order}.xml.enc`);
	return { ReceivedMsgId: order, FileName: `${order}.xml.enc`, FileSize: statSync(file).size - (reason ? 1 : 0),
		Sha256: reason ? sha256(readFileSync(file).subarray(1)) : sha256(readFileSync(file)), SignatureOk: true, DigestOk: !reason, SchemaOk: !reason,
		CountOk: !reason, RecordsCounted: reason ? 0 : counted, Status: reason ? 'REJECTED' : 'ACCEPTED', Reason: reason };
}

function totals(entries)
{
	const count = new Map();
	for (const { Status } of entries)
		count.set(Status, (count.get(Status) ?? 0) + 1);
	return element('Totals', [...count].map(([Status, Number]) => element('Total', fields({ Status, Number }, 3), 2)).join(''), 1);
}

/*
 * The messages of a profile's bank, in the order in which they are written: three nights and a morning. Receipts name what lies in
 * dir, so each message is given away before the next is made.
 */
export function* messages(profile, dir)
{
	const { bank } = sides[profile];
	const ours = (date, at, seq) => ({ from: 'BJSSC', to: bank, date, at, seq });
	const theirs = (date, at, seq, original) => ({ from: bank, to: 'BJSSC', date, at, seq, original });
	const application = (ApplicationNo, Attempt, Person, branch, Delivery = { Method: 'branch' }) =>
		({ ApplicationNo, Attempt, Person, Card: { Bank: bank, Branch: bank + branch, Photo: photo }, Delivery });
	const entry = (ApplicationNo, Attempt, Status, StatusTime, more = {}) => {
		const { Reason, ...after } = more;
		return { ApplicationNo, Attempt, Status, Reason, StatusTime: `${StatusTime}+08:00`, ...after };
	};
	const report = (head, entries) => message('ProductionStatusReport', { ...head, front: totals(entries) }, 'Entry', entries);
	const answer = (head, reason, counted) => message('FileReceipt', head, 'Receipt', [receipt(dir, head.original, reason, counted)]);
	const order = (head, applications) => message('CardProductionOrder', head, 'Application', applications);
	const [sent, compared, empty, again] = [[sunday, 17], [monday, 18], [monday, 19], [tuesday, 20]].map(([date, seq]) => msgId('BJSSC', bank, date, seq));
	const figures = { OrderMsgId: sent, Sent: 2, Accepted: 1, Rejected: 1, InProduction: 0, Produced: 0, Delivered: 0, Collected: 0, OpenTo7Days: 1,
		OpenTo30Days: 0, OpenOver30Days: 0 };

	yield order(ours(sunday, '22:00:00', 17), [application(first, 1, people.wang, '0002'), application(second, 1, people.chan, '0003', mail)]);
	yield answer(theirs(sunday, '22:04:00', 4, sent), 'F03');
	yield answer(theirs(sunday, '22:09:00', 5, sent), undefined, 2);
	yield report(theirs(sunday, '23:30:00', 6, sent), [
		entry(first, 1, 'ACCEPTED', '2026-11-22T23:10:00'),
		entry(second, 1, 'REJECTED', '2026-11-22T23:12:00', { Reason: 'D06' })]);
	yield message('ReconciliationReport', theirs(sunday, '23:50:00', 7), 'Order', [figures]);
	yield message('ReconciliationReport', ours(monday, '06:30:00', 18), 'Order', [figures]);
	yield answer(theirs(monday, '06:35:00', 8, compared), undefined, 1);

	yield order(ours(monday, '22:00:00', 19), []);
	yield answer(theirs(monday, '22:05:00', 9, empty), undefined, 0);
	yield report(theirs(monday, '23:30:00', 10, sent), [
		entry(first, 1, 'PRODUCED', '2026-11-23T18:45:00', { CardNo: `${bank}0000000017`, CardId: 'F0E1D2C3B4A5968778695A4B3C2D1E0F' })]);
	yield report(theirs(monday, '23:31:00', 11, empty), []);

	yield order(ours(tuesday, '22:00:00', 20), [application(second, 2, people.chan, '0003', mail), application(third, 1, people.lin, '0002'),
		application(fourth, 1, people.smith, '0002'), application(fifth, 1, people.ali, '0003')]);
	yield answer(theirs(tuesday, '22:05:00', 12, again), undefined, 4);
	yield report(theirs(wednesday, '05:30:00', 13, again), [
		entry(second, 2, 'MAILED', '2026-11-25T04:20:00', { TrackingNo: 'EMS-1026001234567' }),
		entry(third, 1, 'REJECTED', '2026-11-24T23:10:00', { Reason: 'D03' }),
		entry(fourth, 1, 'REJECTED', '2026-11-24T23:40:00', { Reason: 'B02' }),
		entry(fifth, 1, 'FAILED', '2026-11-25T03:15:00', { Reason: 'P02' })]);
	yield report(theirs(wednesday, '05:31:00', 14, again), [
		entry(second, 2, 'RETURNED', '2026-11-25T05:20:00', { Reason: 'L02' })]);
	yield report(theirs(wednesday, '05:32:00', 15, sent), [
		entry(first, 1, 'PRODUCED', '2026-11-23T18:45:00'),
		entry(second, 1, 'ACCEPTED', '2026-11-22T23:10:00'),
		entry('BJ261122NOTKNOWN0', 1, 'ACCEPTED', '2026-11-25T05:00:00')]);
}

// Of the message that the wrong ones stand in for, and that comes in their place when the sender has mended them.
const place = { date: monday, at: '22:00:00', seq: 19 };

const other = { intl: 'sm', sm: 'intl' };
const set = (name, value) => (xml) => xml.replace(new RegExp(`<${name}>[^<]*<`), `<${name}>${value}<`);

function flip(file)
{
	const bytes = readFileSync(file);
	bytes[100] ^= 1;
	writeFileSync(file, bytes);
}

/*
 * One for each reason code. Made of the empty order by xml(text, profile), or of another message; then sent by the recipe with these
 * variables; then its manifest changed and signed anew; then spoil(path of an ending).
 */
export const wrong = [
	{ code: 'F01', what: 'the `.xml.enc` is missing', spoil: (file) => rmSync(file('xml.enc')) },
	{ code: 'F02', what: 'the manifest has no `Sm3`', manifest: (xml) => xml.replace(/ <Sm3>.*\n/, '') },
	{ code: 'F03', what: 'a bit of the `.xml.enc` is another', spoil: (file) => flip(file('xml.enc')) },
	{ code: 'F04', what: 'the XML is cut off', xml: (xml) => xml.slice(0, -30) },
	{ code: 'F05', what: 'the header has no `Part`', xml: (xml) => xml.replace(/ *<Part>.*\n/, '') },
	{ code: 'F06', what: 'the XML has a DOCTYPE', xml: (xml) => xml.replace('?>\n', '?>\n<!DOCTYPE CardProductionOrder>\n') },
	{ code: 'F07', what: '`SeqNo` is not the one in `MsgId`', xml: set('SeqNo', 18) },
	{ code: 'F08', what: '`NumberOfRecords` says 1, and there is none', xml: set('NumberOfRecords', 1) },
	{ code: 'F09', what: 'the control digest is another', xml: set('ControlDigest', '0'.repeat(64)) },
	{ code: 'F10', what: 'an order with the MsgId of the first one', place: { date: sunday, at: '22:00:00', seq: 17 } },
	{ code: 'F11', what: 'an order with the SeqNo of the first one under a MsgId of its own', place: { date: monday, at: '22:00:00', seq: 17 } },
	{ code: 'F12', what: 'the manifest says 20,001 records', manifest: set('NumberOfRecords', 20001) },
	{ code: 'F13', what: 'the only `RecordNo` is 2', xml: (xml, profile) => messages(profile).next().value.xml
		.replace(/ <Header>.*<\/Header>\n/s, / <Header>.*<\/Header>\n/s.exec(xml)[0]
			.replace(/<NumberOfRecords>0/, '<NumberOfRecords>1').replace(/<ControlDigest>\w+/, `<ControlDigest>${sha256(`${second}\n`)}`))
		.replace(/ <Application>.*?<\/Application>\n/s, '') },
	{ code: 'F14', what: 'a `FileReceipt` from the bureau', type: 'FileReceipt' },
	{ code: 'S01', what: 'the manifest was changed after the signing', spoil: (file) =>
		writeFileSync(file('manifest.xml'), set('NumberOfRecords', 1)(readFileSync(file('manifest.xml'), 'utf8'))) },
	{ code: 'S02', what: 'signed with the receiver\'s key', profiles: ['intl'], variables: ({ keys, to }) => ({ ME: join(keys, to) }) },
	{ code: 'S03', what: 'signed with `bureau.next`, which is not valid yet', variables: ({ keys, from }) => ({ ME: join(keys, `${from}.next`) }) },
	{ code: 'S04', what: 'the key is sealed to the sender', variables: ({ keys, from }) => ({ PEER: join(keys, `${from}.crt`) }) },
	{ code: 'S05', what: 'the manifest names the other profile', manifest: (xml) =>
		xml.replace(/<Profile>(\w+)/, (_, profile) => `<Profile>${other[profile]}`) },
];

export const wrongIn = (profile) => wrong.filter((one) => one.profiles?.includes(profile) ?? true);

const theOrder = (bank, at) => message('CardProductionOrder', { from: 'BJSSC', to: bank, ...at }, 'Application', []);

export function wrongMessage({ xml, type, place: where = place }, profile)
{
	const { bank } = sides[profile];
	const made = type ? message(type, { from: 'BJSSC', to: bank, ...where, original: msgId('BJSSC', bank, sunday, 17) }, 'Receipt',
		[{ ReceivedMsgId: msgId('BJSSC', bank, sunday, 17), FileName: 'X.xml.enc', FileSize: 0, Sha256: sha256(''), SignatureOk: true, DigestOk: true,
			SchemaOk: true, CountOk: true, RecordsCounted: 0, Status: 'ACCEPTED' }]) : theOrder(bank, where);
	return { id: made.id, xml: xml ? xml(made.xml, profile) : made.xml };
}

/*
 * The three files of a message in dir, by the recipe; keys: a folder. The file's key and IV come out of the MsgId, so that the same
 * message gives the same .xml.enc.
 */
const known = 'openssl() { if [ "$1" = rand ]; then printf %s "$ID ${KEY-key}" | command openssl dgst -sha256 -r | cut -c "1-$(($3 * 2))";'
	+ ' else command openssl "$@"; fi; };';

export function send({ id, xml }, dir, keys, variables)
{
	const { profile, from, to } = partiesOf(id);
	writeFileSync(join(dir, `${id}.xml`), xml);
	recipe('send', { ID: id, SRC: dir, OUT: dir, PROFILE: profile, PEER: join(keys, `${to}.crt`), ME: join(keys, from),
		...variables?.({ keys, from, to }) }, known);
}

export function sendWrong(one, profile, dir, keys)
{
	const made = wrongMessage(one, profile);
	const { from } = partiesOf(made.id);
	const file = (ending) => join(dir, `${made.id}.${ending}`);
	send(made, dir, keys, one.variables);
	rmSync(file('xml'));
	if (one.manifest) {
		writeFileSync(file('manifest.xml'), one.manifest(readFileSync(file('manifest.xml'), 'utf8')));
		writeFileSync(file('manifest.sig'), crypto[profile].sign(file('manifest.xml'),
			{ key: join(keys, `${from}.key`), certificate: join(keys, `${from}.crt`) }));
	}
	one.spoil?.(file);
	return made.id;
}
