/*
 * hostile.mjs - what it costs `sbk check` to refuse hostile XML: a process of its own for each, so the figures have its start and the
 * reading of the schemas in them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { hostile } from '../exchange/hostile.mjs';
import { aim, median, progress, table } from './table.mjs';

const { BENCH_ROUNDS = '3', BUILD, VAR } = process.env;
const rows = [['', 'code', 'MB', 'ms', 'CPU ms', 'peak RSS MB']];
const worst = { ms: 0, cpu: 0, mb: 0 };

progress(`hostile XML, ${hostile.length} files`);
for (const [i, [what, , bytes]] of hostile.entries()) {
	const file = `${VAR}/hostile-${i}.xml`;
	writeFileSync(file, bytes());
	const runs = Array.from({ length: Number(BENCH_ROUNDS) }, () => {
		const { stdout } = spawnSync(`${BUILD}/bench/measure`, [`${VAR}/measured`, `${BUILD}/bin/sbk`, 'check', file], { encoding: 'utf8' });
		const [seconds, cpu, kb] = readFileSync(`${VAR}/measured`, 'utf8').split(' ').map(Number);
		return { code: stdout.slice(file.length + 2).match(/^\w+/)?.[0], ms: 1000 * seconds, cpu: 1000 * cpu, mb: kb / 1024 };
	});
	const of = (figure) => median(runs.map((run) => run[figure]));
	rows.push([what, runs[0].code, (readFileSync(file).length / 1e6).toFixed(1), of('ms').toFixed(0), of('cpu').toFixed(0), of('mb').toFixed(0)]);
	for (const figure of Object.keys(worst))
		worst[figure] = Math.max(worst[figure], of(figure));
}
table(rows);
aim('each refused in < 100 ms', `${worst.ms.toFixed(0)} at most`, worst.ms < 100, ' ms');
aim('each refused in < 100 ms of processor', `${worst.cpu.toFixed(0)} at most`, worst.cpu < 100, ' ms');
aim('each refused in < 50 MB', `${worst.mb.toFixed(0)} at most`, worst.mb < 50, ' MB');
