// A bank's folder as schema/README.md §2 has it: three files a message, the signature last.
import { closeSync, copyFileSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const endings = { data: 'xml.enc', manifest: 'manifest.xml', signature: 'manifest.sig' };

const ready = /^(BJSSC-\d{3}-\d{8}-(\d{6,9}))\.manifest\.sig$/;

export const path = (dir, id, ending) => join(dir, `${id}.${ending}`);

// The messages that are ready, in order of SeqNo. `seen` tells a file that still lies there from one that came again.
export function messages(outbound)
{
	let names;
	try {
		names = readdirSync(outbound);
	} catch (error) {
		if (error.code === 'ENOENT')
			return [];
		throw error;
	}
	return names.map((name) => ready.exec(name)).filter(Boolean)
		.map(([name, id, seq]) => {
			const { ino, mtimeMs } = lstatSync(join(outbound, name));
			return { id, seq: Number(seq), seen: `${ino}/${mtimeMs}` };
		})
		.sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
}

// Links are not followed.
const about = (file) => lstatSync(file, { throwIfNoEntry: false });
export const isThere = (file) => about(file) !== undefined;
export const isPlain = (file) => about(file)?.isFile() ?? false;

function sync(file)
{
	const fd = openSync(file, 'r');
	try {
		fsyncSync(fd);
	} finally {
		closeSync(fd);
	}
}

// Whole or not at all under its name; fill writes the file that it is told.
export function put(to, fill)
{
	mkdirSync(dirname(to), { recursive: true });
	fill(`${to}.tmp`);
	sync(`${to}.tmp`);
	renameSync(`${to}.tmp`, to);
	sync(dirname(to));
}

// Hands over what stands in the spool, and stays there; begun and not ended, it may be done again.
export function deliver(spool, inbound, id)
{
	for (const ending of Object.values(endings))
		put(path(inbound, id, ending), (tmp) => copyFileSync(path(spool, id, ending), tmp));
}
