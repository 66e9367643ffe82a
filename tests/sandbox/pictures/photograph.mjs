// A drawn card as a telephone takes it: on a table, askew, not quite sharp.
import sharp from 'sharp';
import { Random } from './random.mjs';
import { HEIGHT, WIDTH } from './card.mjs';

/* What the two qualities allow. Angles in degrees, blur in thousandths of the card's width. */
const qualities = {
	good: { tilt: 9, turn: 6, fill: [0.55, 0.9], blur: [0, 0.6], noise: [1, 4], light: [0.85, 1.08], glare: 0, jpeg: [78, 92] },
	hard: { tilt: 22, turn: 180, fill: [0.45, 0.8], blur: [0.3, 1.1], noise: [3, 9], light: [0.5, 1.12], glare: 0.5, jpeg: [60, 85] },
};

function multiply(a, b) {
	return Array.from({ length: 9 }, (_, i) => [0, 1, 2].reduce((s, k) => s + a[3 * Math.floor(i / 3) + k] * b[3 * k + i % 3], 0));
}

function invert([a, b, c, d, e, f, g, h, i]) {
	const A = e * i - f * h, B = f * g - d * i, C = d * h - e * g;
	const det = a * A + b * B + c * C;
	return [A, c * h - b * i, b * f - c * e, B, a * i - c * g, c * d - a * f, C, b * g - a * h, a * e - b * d].map((n) => n / det);
}

/* From the card's units to the picture's pixels: turned in space, seen from a hand above. */
function view(random, q, width, height) {
	const degrees = Math.PI / 180;
	const quarter = q.turn > 90 ? 0 : random.of([0, 0, 0, 0, 90, 180, 270]);
	const z = (random.between(-q.turn, q.turn) + quarter) * degrees;
	const x = random.between(-q.tilt, q.tilt) * degrees, y = random.between(-q.tilt, q.tilt) * degrees;
	/* A card on its edge must fit as well. */
	const span = Math.abs(Math.cos(z)) * WIDTH + Math.abs(Math.sin(z)) * HEIGHT;
	const rise = Math.abs(Math.sin(z)) * WIDTH + Math.abs(Math.cos(z)) * HEIGHT;
	const fill = random.between(...q.fill);
	const scale = Math.min(fill * width / span, 0.94 * height / rise);
	const far = 1.6 * width;
	const turned = multiply([Math.cos(z), -Math.sin(z), 0, Math.sin(z), Math.cos(z), 0, 0, 0, 1],
		multiply([1, 0, 0, 0, Math.cos(x), -Math.sin(x), 0, Math.sin(x), Math.cos(x)], [Math.cos(y), 0, Math.sin(y), 0, 1, 0, -Math.sin(y), 0, Math.cos(y)]));
	const place = [scale, 0, -scale * WIDTH / 2, 0, scale, -scale * HEIGHT / 2];
	const slack = (full, taken) => Math.max(0, full - taken * scale * 1.05) / 2;
	const cx = width / 2 + random.between(-1, 1) * slack(width, span) * 0.8, cy = height / 2 + random.between(-1, 1) * slack(height, rise) * 0.8;
	const rows = [0, 1, 2].map((r) => [turned[3 * r] * place[0], turned[3 * r + 1] * place[4], turned[3 * r] * place[2] + turned[3 * r + 1] * place[5]]);
	/* Project: (X, Y, Z + far) → centre + far · (X, Y) / (Z + far). */
	const depth = [rows[2][0], rows[2][1], rows[2][2] + far];
	return { scale, matrix: [
		...[0, 1, 2].map((i) => far * rows[0][i] + cx * depth[i]),
		...[0, 1, 2].map((i) => far * rows[1][i] + cy * depth[i]),
		...depth] };
}

const papers = ['会议记录 2026年第3次', '收据 金额 128.00 元', '通知 各位业主', '快递单号 7734 0192', '说明书 第12页', 'INVOICE No. 20261', '北京日报'];

function table(random, width, height, q) {
	const [ground, line] = random.of([['#a37c55', '#8f6a45'], ['#6d4c33', '#5d3f29'], ['#d9d4ca', '#c9c3b8'], ['#3c4650', '#343d46'], ['#b8c4c0', '#a7b5b0'], ['#7d2f35', '#6d272c']]);
	const grain = Array.from({ length: 30 }, () => {
		const y = random.between(0, height);
		return `<path d="M0 ${y} q${width / 4} ${random.between(-40, 40)} ${width / 2} 0 t${width / 2} ${random.between(-30, 30)}" stroke="${line}" stroke-width="${random.between(1, 9)}" fill="none"/>`;
	}).join('');
	const things = Array.from({ length: q.turn > 90 ? random.whole(0, 3) : random.whole(0, 1) }, () => {
		const x = random.between(0, width), y = random.of([random.between(-0.05, 0.12), random.between(0.88, 1.02)]) * height;
		return `<g transform="translate(${x} ${y}) rotate(${random.between(-40, 40)})"><rect width="${width * 0.4}" height="${height * 0.2}" fill="#f4f3ef"/>
			<text x="20" y="${height * 0.08}" font-size="${height * 0.03}" fill="#555" font-family="Noto Sans CJK SC">${random.of(papers)}</text></g>`;
	}).join('');
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${ground}"/>${grain}${things}</svg>`;
}

function glare(random, width, height, matrix) {
	const at = (u, v) => {
		const w = matrix[6] * u + matrix[7] * v + matrix[8];
		return [(matrix[0] * u + matrix[1] * v + matrix[2]) / w, (matrix[3] * u + matrix[4] * v + matrix[5]) / w];
	};
	const [x, y] = at(random.between(0.1, 0.9) * WIDTH, random.between(0.1, 0.9) * HEIGHT);
	const r = random.between(0.04, 0.1) * width;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><radialGradient id="g"><stop offset="0" stop-color="#fff" stop-opacity="${random.between(0.35, 0.75)}"/>
		<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs><ellipse cx="${x}" cy="${y}" rx="${r * 1.6}" ry="${r}" fill="url(#g)"/></svg>`;
}

/* Lays the card on the picture: what each pixel sees of it. */
function lay(picture, width, height, card, matrix) {
	const back = invert(matrix);
	const { data, info } = card;
	const sx = info.width / WIDTH, sy = info.height / HEIGHT;
	const corner = (u, v) => {
		const w = matrix[6] * u + matrix[7] * v + matrix[8];
		return [(matrix[0] * u + matrix[1] * v + matrix[2]) / w, (matrix[3] * u + matrix[4] * v + matrix[5]) / w];
	};
	const corners = [corner(0, 0), corner(WIDTH, 0), corner(0, HEIGHT), corner(WIDTH, HEIGHT)];
	const low = (i, most) => Math.max(0, Math.min(most - 1, Math.floor(Math.min(...corners.map((c) => c[i])))));
	const high = (i, most) => Math.max(0, Math.min(most - 1, Math.ceil(Math.max(...corners.map((c) => c[i])))));
	for (let y = low(1, height); y <= high(1, height); y++)
		for (let x = low(0, width); x <= high(0, width); x++) {
			const w = back[6] * x + back[7] * y + back[8];
			const u = (back[0] * x + back[1] * y + back[2]) / w * sx - 0.5;
			const v = (back[3] * x + back[4] * y + back[5]) / w * sy - 0.5;
			if (!(u >= 0 && v >= 0 && u < info.width - 1 && v < info.height - 1))
				continue;
			const u0 = Math.floor(u), v0 = Math.floor(v), fu = u - u0, fv = v - v0;
			const i = 4 * (v0 * info.width + u0), below = i + 4 * info.width;
			const mix = (c) => (data[i + c] * (1 - fu) + data[i + 4 + c] * fu) * (1 - fv) + (data[below + c] * (1 - fu) + data[below + 4 + c] * fu) * fv;
			const alpha = mix(3) / 255;
			const to = 3 * (y * width + x);
			for (let c = 0; c < 3; c++)
				picture[to + c] = picture[to + c] * (1 - alpha) + mix(c) * alpha;
		}
}

/* Light, its colour, and the sensor's noise. */
function expose(random, q, picture) {
	const light = random.between(...q.light), noise = random.between(...q.noise);
	const tint = [random.between(0.93, 1.05), 1, random.between(0.88, 1.05)];
	const scatter = Array.from({ length: 4099 }, () => (random.next() + random.next() + random.next() - 1.5) * 2 * noise);
	for (let i = 0; i < picture.length; i++)
		picture[i] = Math.max(0, Math.min(255, picture[i] * light * tint[i % 3] + scatter[(i * 31 + (i >> 9)) % 4099]));
}

/* draw(width): the card's SVG.  Returns the bytes of a JPEG. */
export async function photograph(draw, seed, quality) {
	const random = new Random(seed * 2 + (quality === 'hard' ? 1 : 0));
	const q = qualities[quality];
	const width = random.of(quality === 'good' ? [1600, 2000, 2400] : [1600, 2000, 3000]), height = width * 3 / 4;
	const { scale, matrix } = view(random, q, width, height);
	const drawn = Math.round(Math.min(WIDTH * 1.4, WIDTH * scale * 1.15));
	const card = await sharp(Buffer.from(draw(drawn))).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
	const picture = await sharp(Buffer.from(table(random, width, height, q))).removeAlpha().raw().toBuffer();
	lay(picture, width, height, card, matrix);
	let done = sharp(picture, { raw: { width, height, channels: 3 } });
	if (random.chance(q.glare))
		done = sharp(await done.composite([{ input: Buffer.from(glare(random, width, height, matrix)) }]).removeAlpha().raw().toBuffer(), { raw: { width, height, channels: 3 } });
	const blur = random.between(...q.blur) / 1000 * WIDTH * scale;
	if (blur > 0.3)
		done = done.blur(blur);
	const raw = await done.raw().toBuffer();
	expose(random, q, raw);
	return sharp(raw, { raw: { width, height, channels: 3 } }).jpeg({ quality: random.whole(...q.jpeg) }).toBuffer();
}
