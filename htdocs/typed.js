/*
 * What is typed, in the form in which the server stores it (lib/apply/fold.h), by the names of lib/apply/field.c; and what
 * is wrong with it though it keeps its pattern.
 */
const number = (text) => text.normalize('NFKC').replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, '').toUpperCase();

function date(text) {
	const plain = text.normalize('NFKC').trim();
	const parts = plain.match(/^(\d{4})(\d\d)(\d\d)$/)?.slice(1) ?? plain.split(/\D+/).filter(Boolean);
	const [year, month, day] = parts;
	if (parts.length !== 3 || year.length !== 4 || month.length > 2 || day.length > 2)
		return text.trim();
	return [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-');
}

const folds = {
	line: (text) => text.replace(/\s+/g, ' ').trim(),
	number,
	id: number,
	phone: (text) => number(text).replace(/^(?:\+86|0086|86)(?=.{11}$)/, ''),
	date,
};

export const fold = (typed, text) => (folds[typed] ?? ((t) => t.trim()))(text);

function real(iso) {
	const [year, month, day] = iso.split('-').map(Number);
	const made = new Date(0);
	made.setUTCFullYear(year, month - 1, day);
	return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

/* ISO 7064 MOD 11-2 over all 18 characters. */
const checks = (id) => [...id].reduce((sum, c) => (sum * 2 + (c === 'X' ? 10 : Number(c))) % 11, 0) === 1;

/* GB 11643, of what is as long as such a number; which documents there are besides the server knows. */
function idFault(id) {
	if (id.length !== 18)
		return '';
	if (!/^\d{17}[\dX]$/.test(id))
		return 'fault';
	if (!real(id.replace(/^.{6}(.{4})(..)(..).*/, '$1-$2-$3')))
		return 'date';
	return checks(id) ? '' : 'check';
}

const faults = { id: idFault, date: (iso) => /^\d/.test(iso) && !real(iso) ? 'fault' : '' };

/* The data-* attribute that says what is wrong, "": nothing. plain: folded, not empty. */
export function faultOf({ typed, pattern }, plain) {
	if (pattern && !new RegExp(`^(?:${pattern})$`, 'u').test(plain))
		return 'fault';
	return faults[typed]?.(plain) ?? '';
}
