/*
 * processes.mjs - what the processes of the instance in $VAR use: processor and memory.
 *
 * A process goes by its name in run/NAME.pid (conf/local/process.sh): with all that it has begun it is a session of its own.
 */
import { execFileSync } from 'node:child_process';
import { openSync, readFileSync, readdirSync } from 'node:fs';
import { progress } from './table.mjs';

const run = `${process.env.VAR}/run`;

/* What has ended meanwhile has nothing to say. */
function read(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

const stat = (pid) => read(`/proc/${pid}/stat`).split(') ').pop().split(' ');
const numbers = (dir) => readdirSync(dir).filter((name) => /^\d+$/.test(name));

export const names = () => readdirSync(run).filter((file) => file.endsWith('.pid')).map((file) => file.slice(0, -4));

export function pids(name) {
	const leader = read(`${run}/${name}.pid`).trim();
	return numbers('/proc').filter((pid) => stat(pid)[3] === leader);
}

function threads(pid) {
	try {
		return numbers(`/proc/${pid}/task`);
	} catch {
		return [];
	}
}

/* Nanoseconds on a processor, user and system, of each thread that there is. */
const snapshot = (name) => new Map(pids(name).flatMap((pid) => threads(pid).map((thread) =>
	[thread, Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0])])));

/* Starts to count; the function given back tells the µs since then, a number for each group of names. */
export function meter(groups) {
	const all = groups.map((group) => group.map((name) => [name, snapshot(name)]));
	return () => all.map((group) => group.reduce((sum, [name, before]) => {
		for (const [thread, ns] of snapshot(name))
			sum += (ns - (before.get(thread) ?? 0)) / 1000;
		return sum;
	}, 0));
}

/* { rss, pss } in MB of the largest worker of a program. */
export function memory(name) {
	const value = (pid, key) => Number(read(`/proc/${pid}/smaps_rollup`).match(new RegExp(`^${key}: *(\\d+)`, 'm'))?.[1] ?? 0) / 1024;
	const workers = pids(name).filter((pid) => read(`/proc/${pid}/comm`).trim() === name);
	const [largest] = workers.map((pid) => ({ rss: value(pid, 'Rss'), pss: value(pid, 'Pss') })).sort((a, b) => b.rss - a.rss);
	return largest ?? { rss: 0, pss: 0 };
}

/* Runs a command to its end: seconds, seconds of processor (its own, and the database's meanwhile), MB at most. */
export function measure(what, command) {
	const { BUILD, VAR } = process.env;
	const log = openSync(`${VAR}/log/bench.log`, 'a');
	progress(what);
	const used = meter([['mariadb']]);
	execFileSync(`${BUILD}/bench/measure`, [`${VAR}/measured`, ...command], { stdio: ['ignore', log, log] });
	const [seconds, cpu, kb] = readFileSync(`${VAR}/measured`, 'utf8').split(' ').map(Number);
	return { seconds, cpu, database: used()[0] / 1e6, mb: kb / 1024 };
}
