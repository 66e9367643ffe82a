/*
 * people.mjs - as many citizens as a test wants, who may apply with any bank.
 */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { person } from '../citizen.mjs';
import { BUILD, scratch } from './instance.mjs';

const digits = (length) => String(randomInt(10 ** length)).padStart(length, '0');

/* GB 11643: weights 2^(17-i) mod 11. */
function checked(seventeen) {
	const sum = [...seventeen].reduce((all, digit, i) => all + Number(digit) * 2 ** (17 - i), 0);
	return seventeen + '10X98765432'[sum % 11];
}

function somebody() {
	const [year, month, day] = [1960 + randomInt(40), 1 + randomInt(12), 1 + randomInt(28)].map((n) => String(n).padStart(2, '0'));
	return {
		...person('ok'), username: `f${digits(12)}`, phone: `143${digits(8)}`,
		/* An even last digit: she. */
		id_number: checked(`110105${year}${month}${day}${digits(2)}${2 * randomInt(5)}`), birth_date: `${year}-${month}-${day}`, sex: '2',
	};
}

/* They are new to the instance: on the roster, with an account, and with nothing else. */
export function people(count) {
	const file = `${scratch}/people.json`, all = Array.from({ length: count }, somebody);
	writeFileSync(file, JSON.stringify(all));
	for (const what of ['roster', 'account'])
		execFileSync(`${BUILD}/bin/sbk`, [what, 'import', file], { stdio: 'ignore' });
	return all;
}
