/* A few days of tests/month, of which `make proof` has a month. */
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { Chance } from '../month/chance.mjs';
import { Month } from '../month/month.mjs';

const said = [];
const month = new Month({ seed: 5, days: 4, banks: 3, applications: 6, say: (line) => said.push(line) });
after(() => month.close());

test('four days of blows and misbehaving banks lose, double and halve nothing, and every difference is explained', async () => {
	assert.deepEqual(await month.pass(), [], said.join('\n'));
	const { applications, nights, blows, faults } = month.figures;
	assert.equal(applications, 24);
	assert.ok(nights > 4);
	assert.ok(Object.keys(blows).length > 1 && Object.keys(faults).length > 1, said.join('\n'));
});

test('the same seed draws the same', () => {
	const draw = (seed) => Array.from({ length: 100 }, ((chance) => () => chance.draw())(new Chance(seed)));
	assert.deepEqual(draw(9), draw(9));
	assert.notDeepEqual(draw(10), draw(9));
});
