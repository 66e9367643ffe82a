/*
 * table.mjs - figures, a row each, written to BUILD/quality/<name>.txt for whoever wants to read them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

export function write(name, head, rows) {
	const lines = [head, ...rows].map((cells) => cells.map(String));
	const widths = head.map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
	const folder = `${process.env.BUILD}/quality`;
	mkdirSync(folder, { recursive: true });
	writeFileSync(`${folder}/${name}.txt`, lines.map((cells) => `${cells.map((cell, i) =>
		(i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ')}\n`).join(''));
}
