/*
 * instance.mjs - the processes of the instance in $VAR: who runs, ending one, another in its place.
 *
 * Nothing is found by name: conf/local/process.sh keeps the pids, and the kernel knows their children.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const { VAR } = process.env;
export const BUILD = process.env.BUILD || `${root}build`;
export const full = process.env.FAULTS === 'full';

/* A folder for what a test makes. */
export const scratch = `${VAR}/faults`;
mkdirSync(scratch, { recursive: true });

export async function until(what, condition, seconds = 30) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(10)) {
		const found = await condition();
		if (found)
			return found;
	}
	throw new Error(`waited ${seconds} s in vain: ${what}`);
}

/* What the kernel says of a process, or undefined when it is gone. */
function about(pid, file) {
	try {
		return readFileSync(`/proc/${pid}/${file}`, 'latin1');
	} catch {
		return undefined;
	}
}

export function alive(pid) {
	const stat = about(pid, 'stat');
	return stat !== undefined && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

export const pid = (name) => Number(readFileSync(`${VAR}/run/${name}.pid`, 'utf8'));
export const children = (parent) => (about(parent, `task/${parent}/children`) ?? '').split(' ').filter(Boolean)
	.map(Number).filter(alive);
export const workers = (name) => children(pid(name));

/* True when it was there to be killed. */
export function kill(victim, signal = 'SIGKILL') {
	try {
		return process.kill(victim, signal);
	} catch (error) {
		if (error.code === 'ESRCH')
			return false;
		throw error;
	}
}

export async function end(victim, signal = 'SIGTERM') {
	kill(victim, signal);
	await until(`the end of ${victim}`, () => !alive(victim));
}

async function script(command, ...args) {
	const child = spawn(command, args, {
		cwd: root, env: { ...process.env, LIMITS: 'off' }, stdio: ['ignore', 'pipe', 'pipe'],
	});
	let said = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (data) => { said += data; });
	const code = await new Promise((done) => { child.on('close', done); });
	if (code !== 0)
		throw new Error(`${command} ${args.join(' ')}:\n${said}`);
}

/* Whatever is missing is started again; the rest goes on. */
export const start = () => script(`${root}conf/local/instance.sh`, 'start');

/* The same for the database alone. */
export const startDatabase = () => script('bash', '-euo', 'pipefail', '-c', '. conf/local/process.sh; . conf/local/database.sh; database_start');

/* A configuration of its own: the instance's, and what is different. */
export function configuration(name, keys) {
	const file = `${scratch}/${name}.hdf`;
	const lines = Object.entries(keys).map(([key, value]) => `${key} = ${value}`);
	writeFileSync(file, [`#include "${process.env.SBK_CONF}"`, ...lines, ''].join('\n'));
	return file;
}

function listens(socket) {
	return new Promise((done) => {
		const peer = connect(socket, () => { peer.destroy(); done(true); });
		peer.on('error', () => done(false));
	});
}

/*
 * Runs this command, one process, behind the program's socket. start() puts the usual one back after
 * leave(). The command's pid and what it logged are the result's.
 */
export async function instead(name, command, env = {}) {
	const socket = `${VAR}/run/${name}.sock`;
	const { uid } = statSync(socket);
	const owner = process.getuid() === 0 ? ['-U', String(uid)] : [];
	await end(pid(name));
	const child = spawn('spawn-fcgi', ['-n', '-s', socket, '-M', '0660', ...owner, '--', ...command], {
		env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'],
	});
	const stand = { pid: child.pid, log: '' };
	child.stderr.on('data', (data) => { stand.log += data; });
	stand.ended = new Promise((done) => { child.on('close', (code, signal) => done(signal ?? code)); });
	/* As multiwatch does it. */
	stand.leave = () => { kill(child.pid, 'SIGUSR1'); return stand.ended; };
	await until(`${name} behind its socket`, () => !alive(child.pid) || listens(socket));
	if (!alive(child.pid))
		throw new Error(`${command}: ${await stand.ended}: ${stand.log}`);
	return stand;
}
