/*
 * edge.mjs - the site's nginx once more, with its limits on and without a program behind it: what it says by itself.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './port.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { VAR } = process.env;
let started;

async function start() {
	const dir = `${VAR}/edge`, port = await freePort();
	mkdirSync(dir, { recursive: true });
	execFileSync(`${root}conf/nginx/fill.sh`, ['local', dir, `run=${dir}/nobody`, `state=${dir}`, `log=${dir}`, `htdocs=${root}htdocs`,
		`port=${port}`, 'user=', 'client=$network']);
	const nginx = spawn('nginx', ['-p', dir, '-c', `${dir}/local.conf`, '-e', `${dir}/nginx.log`], { stdio: 'ignore' });
	process.once('exit', () => nginx.kill());
	nginx.unref();
	const origin = `http://127.0.0.1:${port}`;
	for (const end = Date.now() + 10000; !(await fetch(origin).catch(() => null));)
		if (Date.now() > end)
			throw new Error(`nginx in ${dir} does not answer`);
	return origin;
}

const origin = () => started ??= start();

/* A page of it: nothing answers. */
export const down = async () => `${await origin()}/web/`;

/* Asks for it until it is too much. */
export async function crowd(page) {
	for (let n = 0; n < 50 && page.answer.status() !== 429; n++)
		await Promise.all([...Array.from({ length: 60 }, () => fetch(page.url())), page.reload()]);
}
