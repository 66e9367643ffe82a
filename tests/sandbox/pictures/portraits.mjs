// Drawn portraits, good ones and one of each defect, as somebody would send them.
//   node tests/sandbox/pictures/portraits.mjs FOLDER COUNT FIRST_SEED
// portraits.json in the folder: [{ file, defect }]; defect null: suitable.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { bust } from './draw.mjs';
import { Random } from './random.mjs';

const BUST = 1000; /* its width; its height is 1232, the hair begins at 45, face from 230 to 770 */

/* What lies over the face, in the bust's units. */
const things = {
	glasses: '<g fill="none" stroke="#222" stroke-width="14"><circle cx="385" cy="520" r="82"/><circle cx="615" cy="520" r="82"/><path d="M467 510h66M303 505l-80-20M697 505l80-20"/></g>',
	sunglasses: '<g fill="#14110f"><ellipse cx="385" cy="525" rx="95" ry="72"/><ellipse cx="615" cy="525" rx="95" ry="72"/><path d="M470 500h60v16h-60z"/></g>',
	mask: '<path d="M245 610Q500 560 755 610L740 800Q640 915 500 920Q360 915 260 800Z" fill="#8fc1d8"/>',
	hat: '<path d="M170 330Q180 20 500 10Q820 20 830 330Q500 250 170 330Z" fill="#c0392b"/><path d="M110 330Q500 240 890 330L890 375Q500 290 110 375Z" fill="#a93226"/>',
	glare: '<ellipse cx="420" cy="470" rx="170" ry="130" fill="#fff"/>',
};

/* The picture around one or more busts: { x, y: where the bust's upper left corner is, scale, turn }. */
function scene(width, height, background, people, seed) {
	const grain = `<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency="0.7" numOctaves="2" seed="${seed % 97}"/>
		<feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0 0.5  0.35 0 0 0 -0.08"/></filter>`;
	const busts = people.map(({ person, n, x, y, scale, turn = 0, over = '' }) => `<g transform="translate(${x} ${y}) scale(${scale}) rotate(${turn} 500 700)">
		<path d="M60 1232h880v900h-880z" fill="#444"/>${bust(person, n)}${over}</g>`);
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${grain}<radialGradient id="face" cx="0.45" cy="0.42" r="0.65">
		<stop offset="0.3" stop-color="#fff" stop-opacity="0.25"/><stop offset="1" stop-color="#5a2c10" stop-opacity="0.35"/></radialGradient></defs>
		<rect width="100%" height="100%" fill="${background}"/>${busts.join('')}<rect width="100%" height="100%" filter="url(#grain)" opacity="0.35"/></svg>`;
}

/* defect → how the suitable scene is changed. */
const defects = {
	none: (s) => ({ ...s, people: [] }),
	two_faces: (s) => ({ ...s, width: s.width * 2, people: [s.people[0], { ...s.people[0], x: s.people[0].x + s.width, n: s.people[0].n + 1 }] }),
	small: (s) => ({ ...s, people: [{ ...s.people[0], scale: 0.17, x: s.width / 2 - 85, y: s.height * 0.4 }] }),
	cut_top: (s) => ({ ...s, people: [{ ...s.people[0], y: -330 * s.people[0].scale }] }),
	cut_side: (s) => ({ ...s, people: [{ ...s.people[0], x: -260 * s.people[0].scale }] }),
	background: (s, random) => ({ ...s, background: random.of(['#c62828', '#1565c0', '#2e7d32', '#8e24aa']) }),
	dark_background: (s) => ({ ...s, background: '#33383d' }),
	tilted: (s, random) => ({ ...s, people: [{ ...s.people[0], turn: random.of([-1, 1]) * random.between(13, 18) }] }),
	grey: (s) => ({ ...s, after: (p) => p.greyscale().toColourspace('srgb') }),
	dark: (s) => ({ ...s, after: (p) => p.linear(0.22, 0) }),
	bright: (s) => ({ ...s, after: (p) => p.linear(0.35, 175) }),
	blurred: (s) => ({ ...s, after: (p) => p.blur(s.people[0].scale * 540 / 128 * 5) }),
	soft: (s) => ({ ...s, after: (p) => p.blur(s.people[0].scale * 540 / 128 * 2.2) }),
	...Object.fromEntries(Object.entries(things).map(([name, over]) => [name, (s) => ({ ...s, people: [{ ...s.people[0], over }] })])),
};

/* A head and shoulders as a photographer has it, more or less. */
function suitable(random) {
	const width = random.of([900, 1200, 1800]);
	const height = Math.round(width * random.between(1.2, 1.5));
	const scale = width * random.between(0.62, 0.92) / BUST;
	return { width, height, background: random.of(['#ffffff', '#fbfbfa', '#f2f5f7', '#eceff1']), people: [{
		person: { sex: random.of(['1', '2']) }, n: random.whole(0, 20), scale,
		x: (width - BUST * scale) / 2 + random.between(-0.04, 0.04) * width, y: Math.max(0.03, random.between(0.02, 0.14)) * height - 45 * scale + 20 * scale }] };
}

export async function portraitOf(seed, defect = null) {
	const random = new Random(seed + 4001);
	let drawn = suitable(random);
	if (defect)
		drawn = defects[defect](drawn, random);
	let picture = sharp(Buffer.from(scene(Math.round(drawn.width), drawn.height, drawn.background, drawn.people, seed))).flatten();
	if (drawn.after)
		picture = drawn.after(sharp(await picture.png().toBuffer()));
	return picture.jpeg({ quality: random.whole(90, 96) }).toBuffer();
}

export const defectNames = Object.keys(defects);

const [folder, count, first] = process.argv.slice(2);
if (import.meta.filename === process.argv[1]) {
	if (!first)
		throw new Error('usage: portraits.mjs FOLDER COUNT FIRST_SEED');
	mkdirSync(folder, { recursive: true });
	const list = [];
	for (let seed = Number(first); seed < Number(first) + Number(count); seed++)
		for (const defect of [null, null, ...defectNames]) {
			const file = `${seed}-${list.length % 100}-${defect ?? 'fine'}.jpg`;
			writeFileSync(join(folder, file), await portraitOf(seed * 31 + list.length, defect));
			list.push({ file, defect });
		}
	writeFileSync(join(folder, 'portraits.json'), JSON.stringify(list, null, '\t'));
}
