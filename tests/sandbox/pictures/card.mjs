// The two sides of a resident identity card of the second generation, as SVG: 85.6 × 54 mm, 20 units a millimetre.
import { bust } from './draw.mjs';
import { ethnicities } from './person.mjs';
import { Random } from './random.mjs';

export const WIDTH = 1712;
export const HEIGHT = 1080;
const faces = ['Noto Sans CJK SC', 'Noto Serif CJK SC'];
const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/* Fine lines that cross: the background. */
function guilloche(random, colours) {
	return Array.from({ length: 46 }, (_, i) => {
		const y = i * 25 - 20;
		const rise = random.between(-70, 70);
		return `<path d="M0 ${y} q${WIDTH / 4} ${rise} ${WIDTH / 2} 0 t${WIDTH / 2} 0" stroke="${colours[i % colours.length]}" stroke-width="2.5" fill="none"/>`;
	}).join('');
}

const side = (ground, random, colours, body, width) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${Math.round(width * HEIGHT / WIDTH)}"
	viewBox="0 0 ${WIDTH} ${HEIGHT}"><defs><clipPath id="edge"><rect width="${WIDTH}" height="${HEIGHT}" rx="62"/></clipPath>
	<linearGradient id="ground"><stop offset="0" stop-color="${ground[0]}"/><stop offset="1" stop-color="${ground[1]}"/></linearGradient>
	<radialGradient id="face" cx="0.45" cy="0.42" r="0.65"><stop offset="0.3" stop-color="#fff" stop-opacity="0.25"/>
	<stop offset="1" stop-color="#5a2c10" stop-opacity="0.35"/></radialGradient></defs>
	<g clip-path="url(#edge)"><rect width="${WIDTH}" height="${HEIGHT}" fill="url(#ground)"/>${guilloche(random, colours)}${body}</g></svg>`;

/* As the cards have it: eleven characters a line, two digits in the place of one. */
function wrap(text) {
	const lines = [''];
	let room = 11;
	for (const letter of text) {
		const wide = letter < '\x80' ? 0.5 : 1;
		if (room < wide) {
			lines.push('');
			room = 11;
		}
		lines[lines.length - 1] += letter;
		room -= wide;
	}
	return lines;
}

export function front(person, { width = WIDTH, seed = 0 } = {}) {
	const random = new Random(seed + 7);
	const face = random.of(faces);
	const [year, month, day] = person.birth_date.split('-').map(Number);
	const label = (x, y, words) => `<text x="${x}" y="${y}" font-size="40" fill="#3f7fb5" font-family="${face}">${words}</text>`;
	const value = (x, y, words, size = 54) => `<text x="${x}" y="${y}" font-size="${size}" fill="#1a1a1a" font-family="${face}" font-weight="${face.includes('Serif') ? 600 : 400}">${escape(words)}</text>`;
	const lines = wrap(person.address);
	const ethnicity = ethnicities.find((e) => e.code === person.ethnicity)?.name ?? '汉';
	return side(['#e6f0f1', '#f3e9ee'], random, ['#bcd9dc', '#e2c3d3', '#c9d8ea'],
		`${label(100, 172, '姓 名')}${label(100, 295, '性 别')}${label(420, 295, '民 族')}${label(100, 412, '出 生')}${label(445, 412, '年')}${label(585, 412, '月')}
		${label(715, 412, '日')}${label(100, 530, '住 址')}${label(100, 952, '公民身份号码')}
		${value(255, 176, person.name, [...person.name].length > 10 ? 46 : 64)}${value(255, 298, person.sex === '1' ? '男' : '女')}${value(555, 298, ethnicity)}
		${value(270, 414, year)}${value(month > 9 ? 505 : 520, 414, month)}${value(day > 9 ? 640 : 655, 414, day)}
		${lines.map((line, i) => value(255, 533 + i * 80, line)).join('')}
		<text x="560" y="957" font-size="72" fill="#1a1a1a" letter-spacing="${random.between(6, 12)}" font-family="${random.of(['DejaVu Sans Mono', 'Noto Sans Mono CJK SC'])}">${person.id_number}</text>
		<g transform="translate(1120 150) scale(0.5)">${bust(person, seed)}</g>`, width);
}

const dotted = (text) => text.replaceAll('-', '.');

export function back(person, { width = WIDTH, seed = 0 } = {}) {
	const random = new Random(seed + 11);
	const face = random.of(faces);
	const to = person.id_valid_to === '9999-12-31' ? '长期' : dotted(person.id_valid_to);
	const issuer = person.issuer ?? '北京市公安局朝阳分局';
	const words = (x, y, text, size, colour, more = '') => `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" font-family="${face}" ${more}>${escape(text)}</text>`;
	return side(['#f6efe6', '#e7eff0'], random, ['#e8cdb8', '#bfd9d6', '#ead7e0'],
		`<circle cx="245" cy="250" r="140" fill="#c7382e"/><circle cx="245" cy="250" r="104" fill="#d9a936"/><circle cx="245" cy="262" r="66" fill="#c7382e"/>
		<path d="M245 160l12 36h38l-31 22 12 36-31-22-31 22 12-36-31-22h38z" fill="#f3d067"/>
		${words(500, 235, '中华人民共和国', 96, '#1a1a1a', 'letter-spacing="14"')}${words(500, 415, '居民身份证', 132, '#1a1a1a', 'letter-spacing="36"')}
		${words(420, 800, '签发机关', 42, '#3f7fb5')}${words(420, 935, '有效期限', 42, '#3f7fb5')}
		${words(650, 803, issuer, 54, '#1a1a1a')}${words(650, 938, `${dotted(person.id_valid_from)}-${to}`, 54, '#1a1a1a')}`, width);
}
