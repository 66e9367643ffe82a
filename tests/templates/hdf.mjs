// Reads the HDF of the project's own files (no includes, links or multi-line values): key → text.
import { readFileSync } from 'node:fs';

export function readHdf(path) {
	const values = new Map();
	const open = [];
	for (const [n, raw] of readFileSync(path, 'utf8').split('\n').entries()) {
		const line = raw.trim();
		const begin = line.match(/^([\w.]+) \{$/);
		const set = line.match(/^([\w.]+) = ?(.*)$/);
		if (line === '' || line.startsWith('#'))
			continue;
		if (line === '}') {
			open.pop();
		} else if (begin) {
			open.push(begin[1]);
		} else if (set) {
			const key = [...open, set[1]].join('.');
			if (values.has(key))
				throw new Error(`${path}:${n + 1}: ${key} is written twice`);
			values.set(key, set[2]);
		} else {
			throw new Error(`${path}:${n + 1}: ${line}`);
		}
	}
	return values;
}
