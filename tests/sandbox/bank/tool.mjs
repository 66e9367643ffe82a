// Other programs, to their end. A key for tests, so the command line may show it (schema/README.md §3).
import { spawnSync } from 'node:child_process';

export function tool(name, args, input)
{
	const done = spawnSync(name, args, { input, maxBuffer: 64 << 20 });
	if (done.error)
		throw done.error;
	return { ok: done.status === 0, out: done.stdout, err: done.stderr.toString() };
}

export function must(name, args, input)
{
	const done = tool(name, args, input);
	if (!done.ok)
		throw new Error(`${name} ${args[0]}: ${done.err.split('\n')[0]}`);
	return done.out;
}
