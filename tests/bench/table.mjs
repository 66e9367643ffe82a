/*
 * table.mjs - how the figures are printed.
 */
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/* What takes a while. */
export const progress = (what) => console.error(`… ${what}`);

/* Columns as wide as what stands in them, the first to the left. */
export function table(rows) {
	const width = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i] ?? '').length)));
	for (const row of rows)
		console.log(row.map((cell, i) => i ? String(cell ?? '').padStart(width[i]) : String(cell).padEnd(width[i])).join('  ').trimEnd());
	console.log('');
}

/* A figure beside what is wanted of it: told, never enforced, since the machine may be busy. */
export function aim(what, value, met, unit = '') {
	console.log(`${met ? 'aim met    ' : 'aim missed '} ${what}: ${value}${unit}`);
}
