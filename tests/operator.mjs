/*
 * operator.mjs - one of the staff at a browser without scripts: a citizen's, with the instance's password.
 */
import { readFileSync } from 'node:fs';
import { Citizen } from './citizen.mjs';

export const password = () => readFileSync(`${process.env.VAR}/secrets/operator`, 'utf8').trim();

export class Operator extends Citizen {
	request(path, options = {}) {
		const authorization = `Basic ${btoa(`operator:${password()}`)}`;
		/* Between two of them a command may run for longer than nginx keeps a connection. */
		return super.request(path, { ...options, headers: { authorization, ...options.headers } });
	}
}
