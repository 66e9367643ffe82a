// Photographs of the ID cards of invented persons, and what stands on them.
//   node tests/sandbox/pictures/cards.mjs FOLDER COUNT FIRST_SEED [good|hard|both]
// truth.json in the folder: [{ file, quality, side ("front", "back"), and the items of the card as answers have them;
// ethnicity as the card has it }]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { back, front } from './card.mjs';
import { person } from './person.mjs';
import { photograph } from './photograph.mjs';

const [folder, count, first, wanted = 'both'] = process.argv.slice(2);
if (!first)
	throw new Error('usage: cards.mjs FOLDER COUNT FIRST_SEED [good|hard|both]');
mkdirSync(folder, { recursive: true });
const truth = [];
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
	const who = person(seed);
	for (const quality of wanted === 'both' ? ['good', 'hard'] : [wanted])
		for (const [side, draw] of [['front', front], ['back', back]]) {
			const file = `${seed}-${side}-${quality}.jpg`;
			writeFileSync(join(folder, file), await photograph((width) => draw(who, { width, seed }), 2 * seed + (side === 'back'), quality));
			truth.push({ file, quality, side, ...who, ethnicity: who.ethnicity_name });
		}
}
writeFileSync(join(folder, 'truth.json'), JSON.stringify(truth, null, '\t'));
