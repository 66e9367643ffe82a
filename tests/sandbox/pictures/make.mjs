// Makes test pictures: drawn portraits and ID card sides of invented people, and hostile files.
//   node tests/sandbox/pictures/make.mjs FOLDER [CITIZENS]
// index.json in the folder lists them: { file, kind, fault }; fault null: must be taken.
// Needs the commands vips and heif-enc.  CITIZENS (1 by default): for how many people of
// citizens.json; beyond the first each gets a portrait and two sides, named after the person.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idBack, idFront, portrait, scenes } from './draw.mjs';
import { hostile, turned } from './hostile.mjs';

const [folder, count = '1'] = process.argv.slice(2);
if (!folder) throw new Error('usage: make.mjs FOLDER [CITIZENS]');
const citizens = JSON.parse(readFileSync(new URL('../citizens.json', import.meta.url))).slice(0, Number(count));
const work = join(folder, 'work');
mkdirSync(work, { recursive: true });
const at = (name) => join(folder, name);
const aside = (name) => join(work, name);
const run = (...command) => execFileSync(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
const vips = (...args) => run('vips', ...args);
const index = [];
const keep = (file, kind, fault = null) => index.push({ file, kind, fault });

// An SVG as an opaque PNG, from which the other formats are made.
const draw = (name, svg) => {
	writeFileSync(aside(`${name}.svg`), svg);
	vips('flatten', aside(`${name}.svg`), aside(`${name}.png`), '--background', '255');
	return aside(`${name}.png`);
};
const heic = (from, to) => run('heif-enc', '-q', '60', from, '-o', to);

const formats = (name, kind, drawn) => {
	vips('copy', drawn, at(`${name}.jpg[Q=88]`));
	vips('copy', drawn, at(`${name}.png`));
	vips('copy', drawn, at(`${name}.webp[Q=95]`));
	heic(drawn, at(`${name}.heic`));
	// As a telephone held upright saves it: lying, with a note how to turn it.
	vips('rot', drawn, aside(`${name}-lying.jpg[Q=88]`), 'd270');
	writeFileSync(at(`${name}-turned.jpg`), turned(readFileSync(aside(`${name}-lying.jpg`)), 6));
	for (const file of [`${name}.jpg`, `${name}.png`, `${name}.webp`, `${name}.heic`, `${name}-turned.jpg`])
		keep(file, kind);
};

citizens.forEach((person, n) => {
	const drawn = {
		portrait: draw(`portrait-${n}`, portrait(person, n, 900, 1200)),
		id_front: draw(`front-${n}`, idFront(person, n)),
		id_back: draw(`back-${n}`, idBack(person)),
	};
	for (const [kind, png] of Object.entries(drawn)) {
		if (n === 0) {
			formats(kind.replace('_', '-'), kind, png);
			continue;
		}
		const file = `${kind.replace('_', '-')}-${person.username}.jpg`;
		vips('copy', png, at(`${file}[Q=88]`));
		keep(file, kind);
	}
});

// What one must not stumble over.
const special = {
	'id-front-avenue': idFront({ ...citizens[0], address: '北京市海淀区中关村街道民族大道49号楼5单元374室' }, 0),
	'id-front-wrong': idFront({ ...citizens[0], id_number: citizens[0].id_number.replace(/.$/, (x) => (x === '1' ? '2' : '1')) }, 0),
	'id-back-forever': idBack({ ...citizens[0], id_valid_to: '长期' }),
};
for (const [name, svg] of Object.entries(special)) {
	vips('copy', draw(name, svg), at(`${name}.jpg[Q=88]`));
	keep(`${name}.jpg`, name.slice(0, name.indexOf('-', 3)).replace('-', '_'));
}

const first = aside('portrait-0.png');
vips('black', aside('flat.v'), '7000', '8000');
vips('jpegsave', aside('flat.v'), aside('flat.jpg'), '--interlace', '--Q', '50');
vips('black', aside('small.v'), '100', '100');
vips('webpsave', aside('small.v'), aside('small.webp'), '--lossless');
vips('copy', first, aside('still.gif'));
vips('copy', first, aside('still.tiff'));
run('heif-enc', '-A', '-q', '50', first, '-o', aside('still.avif'));
vips('colourspace', first, aside('cmyk.jpg'), 'cmyk');
vips('colourspace', first, aside('deep.png'), 'rgb16');
const read = (name) => readFileSync(name);
const drawnScenes = Object.entries(scenes(citizens[0])).map(([name, svg]) => {
	vips('copy', draw(name, svg), aside(`${name}.jpg[Q=90]`));
	return [name, read(aside(`${name}.jpg`))];
});
for (const [file, bytes, fault] of hostile(
	{ jpeg: read(at('portrait.jpg')), png: read(at('portrait.png')), webp: read(at('portrait.webp')), heic: read(at('portrait.heic')) },
	{
		gif: read(aside('still.gif')), tiff: read(aside('still.tiff')), avif: read(aside('still.avif')),
		flatProgressive: read(aside('flat.jpg')), losslessWebp: read(aside('small.webp')),
		cmyk: read(aside('cmyk.jpg')), deep: read(aside('deep.png')), scenes: Object.fromEntries(drawnScenes),
	})) {
	writeFileSync(at(`hostile-${file}`), bytes);
	keep(`hostile-${file}`, 'portrait', fault);
}
rmSync(work, { recursive: true });
writeFileSync(at('index.json'), `${JSON.stringify(index, null, '\t')}\n`);
