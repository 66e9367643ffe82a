/*
 * sheet.mjs - many pictures on one sheet, each so many pixels wide, with its name above it.
 */
import { createRequire } from 'node:module';

/* As the sandbox draws. */
const sharp = createRequire(new URL('../sandbox/package.json', import.meta.url))('sharp');

const gap = 12, title = 22, tallest = 1500, across = 2100;

const words = (text, width) => ({ input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${title}">
<text x="0" y="16" font-family="sans-serif" font-size="14">${text}</text></svg>`) });

/* pictures: [{ name, file }]; what is longer than a sheet is high is cut off there. */
export async function sheet(to, pictures, width) {
	const columns = Math.floor((across - gap) / (width + gap)), layers = [];
	const tiles = await Promise.all(pictures.map(async ({ name, file }) => {
		const { data, info } = await sharp(file).resize({ width }).toBuffer({ resolveWithObject: true });
		const height = Math.min(info.height, tallest);
		return { name, height, input: await sharp(data).extract({ left: 0, top: 0, width, height }).toBuffer() };
	}));
	let top = gap;
	for (let n = 0; n < tiles.length; n += columns) {
		const row = tiles.slice(n, n + columns);
		for (const [i, { name, input }] of row.entries()) {
			const left = gap + i * (width + gap);
			layers.push({ ...words(name, width), left, top }, { input, left, top: top + title });
		}
		top += title + gap + Math.max(...row.map(({ height }) => height));
	}
	await sharp({ create: { width: across, height: top, channels: 3, background: '#bbb' } }).composite(layers).png().toFile(to);
}
