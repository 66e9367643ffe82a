/* XML that somebody means no good with is refused with its code, and nothing is loaded for it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { hostile } from './hostile.mjs';

const { BUILD } = process.env;

test('hostile XML is refused with its code', (t) => {
	const room = mkdtempSync(join(tmpdir(), 'hostile-'));
	t.after(() => rmSync(room, { recursive: true }));
	const files = hostile.map(([, , bytes], i) => {
		const file = join(room, `${i}.xml`);
		writeFileSync(file, bytes());
		return file;
	});
	const { stdout } = spawnSync(join(BUILD, 'bin/sbk'), ['check', ...files], { encoding: 'utf8' });
	const said = hostile.map(([what], i) => [what, new RegExp(`^${files[i]}: ([FS]\\d\\d|good)`, 'm').exec(stdout)?.[1]]);
	assert.deepEqual(said, hostile.map(([what, code]) => [what, code || 'good']));
	assert.ok(!/root:|K7M4QX2PC|127\.0\.0\.1/.test(stdout));
});
