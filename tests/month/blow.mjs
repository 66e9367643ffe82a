/*
 * blow.mjs - what befalls the bureau while one of its programs runs: a row each. After a blow the program is run again.
 *
 * A row gets the room, how to run the program (how → what Room.run gives), and chance (chance.mjs), from which it draws its places
 * even where it comes too late to do harm.
 */
import { end, pid, startDatabase } from '../faults/instance.mjs';

const calls = ['write', 'sendto', 'fsync', 'renameat', 'unlinkat', 'openat'];
const strace = (inject) => ({ tracer: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=none', '-e', `inject=${inject}`] });
const soon = (ms) => new Promise((done) => { setTimeout(done, ms); });

export const blows = {
	killed: (run, chance, room) => run(strace(`${chance.of(calls)}:signal=SIGKILL:when=${chance.upTo(20 * room.banks.length)}`)),
	interrupted: async (run, chance) => {
		const ms = chance.upTo(400);
		let child;
		const [ended] = await Promise.all([run({ started: (it) => { child = it; } }), soon(ms).then(() => child.kill('SIGKILL'))]);
		return ended;
	},
	full: (run, chance, room) => run(strace(`write:error=ENOSPC:when=${chance.upTo(20 * room.banks.length)}`)),
	broken: (run, chance, room) => run(strace(`${chance.of(['fsync', 'renameat'])}:error=EIO:when=${chance.upTo(10 * room.banks.length)}`)),
	twice: async (run) => (await Promise.all([run(), run()]))[0],
	database: async (run, chance) => {
		const ms = chance.upTo(400);
		const [ended] = await Promise.all([run(), soon(ms).then(() => end(pid('mariadb'), 'SIGKILL'))]);
		await startDatabase();
		return ended;
	},
};
