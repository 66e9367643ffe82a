// How a bank can be told to misbehave for a night: one row each.
//
//   says     what the bank does, as a sentence
//   told     what the bureau is to say of it: an event of its log; of a file that it refuses the reason code of schema/README.md §6
//            (by profile, where they differ), of a figure that differs what `sbk reconcile` says
//
// and what is done: to a message, of which a spoiled copy is handed over tonight and the right one on the next night …
//   of       the type of the message, if not any
//   header, manifest   elements to be other than right
//   xml      its text, changed
//   keys     the keys with which it is written, changed
//   files    its files, changed when they are signed
// … or otherwise:
//   entries  what the first report says beyond the truth
//   rests    an application of which there is nothing new to be said, as a report of its own says it all the same
//   figures  a reconciliation, changed
//   refuses  the reason with which orders are refused that are right
//   hand     how the night's messages are handed over
//   silent   the bank does nothing
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { deliver, endings, path } from './folder.mjs';
import { message } from './message.mjs';
import { must } from './tool.mjs';

const report = 'ProductionStatusReport';
const refused = (code) => ({ event: 'import_rejected', code });
const rewrite = (file, change) => writeFileSync(file, change(readFileSync(file)));
const afterDeclaration = (text) => (xml) => xml.replace('?>\n', `?>\n${text}\n`);

// A pair that has run out, laid beside today's as the one that follows it.
function expired(keys, bank)
{
	const [key, certificate] = ['key', 'crt'].map((ending) => join(bank.safe, `${bank.code}.next.${ending}`));
	const days = ['-days', '30', '-subj', `/CN=${bank.code}`, '-out', certificate];
	must('openssl', ['genpkey', ...(keys.profile === 'sm' ? ['-algorithm', 'SM2'] : ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']),
		'-out', key]);
	execFileSync('faketime', ['2020-01-01', 'openssl', 'req', '-x509', '-new', '-key', key,
		...(keys.profile === 'sm' ? ['-sm3', '-sigopt', 'distid:1234567812345678'] : []), ...days], { stdio: 'ignore' });
	return { ...keys, own: [{ key, certificate }] };
}

// Everything as it should be, and then one more thing.
const besides = (more) => (bank) => {
	bank.handOver(bank.said);
	const id = bank.settled && bank.sentBefore();
	if (id)
		more(bank, id);
};

// As a new message, but with the number of an earlier one.
const again = (dated) => besides((bank, id) => {
	const [, , date, seq] = id.split('-');
	bank.handOverSpoiled(message({ type: report, bank: bank.code, seq: Number(seq), date: dated(date.replace(/(....)(..)(..)/, '$1-$2-$3')),
		original: bank.ledger.orders(() => false).newest, ids: [], body: ' <Totals/>\n' }));
});

export const faults = {
	missing: { says: 'the data file is missing', told: refused('F01'), files: (data) => rmSync(data) },
	link: { says: 'the data file is a link', told: refused('F01'), files: (data) => {
		rmSync(data);
		symlinkSync('/etc/hostname', data);
	} },
	pipe: { says: 'the data file is a pipe', told: refused('F01'), files: (data) => {
		rmSync(data);
		must('mkfifo', [data]);
	} },
	manifest: { says: 'the manifest lacks an element', told: refused('F02'), manifest: { Sm3: undefined } },
	digest: { says: 'the manifest states a digest of something else', told: refused('F03'), manifest: { Sha256: '0'.repeat(64) } },
	flip: { says: 'one bit of the data is flipped', told: refused('F03'), files: (data) => rewrite(data, (bytes) => {
		bytes[bytes.length >> 1] ^= 1;
		return bytes;
	}) },
	truncated: { says: 'the data file is cut off', told: refused('F03'), files: (data) => truncateSync(data, 100) },
	cut: { says: 'the XML ends in its middle', told: refused('F04'), xml: (xml) => xml.slice(0, -30) },
	element: { says: 'the XML lacks an element', told: refused('F05'), xml: (xml) => xml.replace(/ *<CreationTime>.*\n/, '') },
	doctype: { says: 'the XML has a DOCTYPE', told: refused('F06'), xml: afterDeclaration('<!DOCTYPE x>') },
	entity: { says: 'the XML reads a file through an entity', told: refused('F06'),
		xml: afterDeclaration('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>') },
	mark: { says: 'the XML begins with a byte order mark', told: refused('F06'), xml: (xml) => `\ufeff${xml}` },
	header: { says: 'header and manifest name two dates', told: refused('F07'),
		xml: (xml) => xml.replace(/<BusinessDate>.*</, '<BusinessDate>2020-02-29<') },
	count: { says: 'the header counts a record too many', told: refused('F08'), header: ({ NumberOfRecords: n }) => ({ NumberOfRecords: n + 1 }) },
	totals: { says: 'the totals do not add up', told: refused('F08'), of: report, xml: (xml) => xml.replace(/<Number>/, '<Number>9') },
	control: { says: 'the control digest is of other records', told: refused('F09'), header: () => ({ ControlDigest: '0'.repeat(64) }) },
	content: { says: 'a message that was taken comes again with other content', told: refused('F10'), hand: again((date) => date) },
	number: { says: 'a SeqNo that was taken comes again under another MsgId', told: refused('F11'), hand: again(() => '2020-02-29') },
	large: { says: 'the manifest states more than is agreed', told: refused('F12'), manifest: { FileSize: 2 ** 30 + 1 } },
	record: { says: 'the records do not count from 1', told: refused('F13'), of: 'FileReceipt', xml: (xml) => xml.replace('<RecordNo>1<', '<RecordNo>2<') },
	direction: { says: 'an order comes from the bank', told: refused('F14'), manifest: { MsgType: 'CardProductionOrder' } },
	signature: { says: 'the manifest is changed after it was signed', told: refused('S01'),
		files: (_, manifest) => rewrite(manifest, (bytes) => `${bytes}\n`) },
	signer: { says: 'another bank signs', told: refused({ intl: 'S02', sm: 'S01' }), keys: (keys, bank) => ({ ...keys, own: bank.other(keys.profile) }) },
	expired: { says: 'the signer’s certificate has run out', told: refused('S03'), keys: expired },
	sealed: { says: 'the key is sealed to another bank', told: refused('S04'), keys: (keys, bank) => ({ ...keys, peers: bank.other(keys.profile) }) },
	profile: { says: 'the crypto profile is not the one agreed', told: refused('S05'), manifest: ({ Profile }) => ({ Profile: Profile === 'sm' ? 'intl' : 'sm' }) },

	unknown: { says: 'the report speaks of an application that nobody knows', told: { event: 'report_suspended' },
		entries: () => [{ no: 'BJ000000NOBODY000', attempt: 1, status: 'ACCEPTED' }] },
	stranger: { says: 'the report speaks of another bank’s application', told: { event: 'report_suspended' },
		entries: (bank) => bank.strangers().slice(0, 1).map(({ no, attempt }) => ({ no, attempt, status: 'ACCEPTED' })) },
	attempt: { says: 'the report speaks of an attempt that was never ordered', told: { event: 'report_suspended' },
		rests: (one) => ({ ...one, attempt: one.attempt + 1 }) },
	double: { says: 'an application stands in a report twice', told: { event: 'report_repeated' }, entries: (bank, list) => list.slice(0, 1) },
	same: { says: 'the report says a status that was said before', told: { event: 'report_repeated' }, rests: (one) => one },
	backward: { says: 'the report says a status that lies behind', told: { event: 'report_late' },
		rests: (one) => ({ ...one, status: 'RECEIVED' }) },
	illegal: { says: 'the report says a status that cannot follow', told: { event: 'report_refused' },
		rests: (one) => ({ ...one, ...(one.status === 'REJECTED' ? { status: 'PRODUCED' } : { status: 'REJECTED', reason: 'D06' }) }) },

	refuses: { says: 'an order that is right is refused, and taken on the next night', told: { event: 'file_rejected', code: 'F03' }, refuses: 'F03' },
	figures: { says: 'the reconciliation’s figures are wrong', told: { event: 'difference' }, figures: (xml) => xml.replaceAll('<Produced>', '<Produced>7') },
	silent: { says: 'the bank does nothing at all', told: { event: 'nothing_received' }, silent: true },
	late: { says: 'what the bank has to say comes on the next night', told: { event: 'nothing_received' }, hand: () => {} },
	half: { says: 'a message is still being written', told: { event: 'nothing_received' }, hand: ({ said: [{ header }], ledger, inbound }) => {
		for (const ending of [endings.data, endings.manifest])
			copyFileSync(path(ledger.spool, header.MsgId, ending), path(inbound, header.MsgId, ending));
		writeFileSync(`${path(inbound, header.MsgId, endings.signature)}.tmp`, '');
	} },
	gap: { says: 'a message is missing, and comes on the next night', told: { event: 'import_held' },
		hand: (bank) => bank.handOver(bank.said.slice(1)) },
	order: { says: 'the messages come in the wrong order', told: { event: 'report_applied' },
		hand: (bank) => bank.handOver(bank.said.toReversed()) },
	twice: { says: 'a message that was taken comes again as it was', told: { event: 'import_repeated' },
		hand: besides(({ ledger, inbound }, id) => deliver(ledger.spool, inbound, id)) },
	litter: { says: 'names lie about that are no messages, links and pipes among them', told: { event: 'import_strange_files', code: 'F01' },
		hand: (bank) => {
			const { inbound } = bank;
			bank.handOver(bank.said);
			for (const name of ['REPORT~1.XML', 'CON', 'a b\n.xml.enc', '..manifest.sig'])
				writeFileSync(join(inbound, name), '');
			symlinkSync('/etc', join(inbound, 'etc'));
			must('mkfifo', [join(inbound, 'pipe.manifest.sig')]);
			mkdirSync(join(inbound, 'new'));
		} },
};

// The reason code of a row for a bank of that profile, if it has one.
export const codeOf = ({ told: { code } }, profile) => code?.[profile] ?? code;

// Are the night's messages kept back, until all are there?
export const withholds = (fault) => ['hand', 'header', 'manifest', 'xml', 'keys', 'files'].some((how) => fault?.[how]);
