// What a citizen would send: her portrait, her ID card laid on a scanner or photographed on a table.  The same every time.
//
// GET /picture?who=wangfang&kind=portrait|id_front|id_back   a sample citizen's, as a JPEG
import { readFileSync } from 'node:fs';

const citizens = JSON.parse(readFileSync(new URL('citizens.json', import.meta.url), 'utf8'));
const SCANNED = 1100; /* pixels */

/* Loaded by the first who asks: most who start a sandbox never do. */
const drawn = new Map();
async function draw(what, who, kind)
{
	const key = `${what} ${kind} ${who.id_number} ${who.name}`;
	if (!drawn.has(key))
		drawn.set(key, Promise.all([import('sharp'), import('./pictures/card.mjs'), import('./pictures/draw.mjs'), import('./pictures/photograph.mjs')])
			.then(([sharp, card, draws, camera]) => ways[what](who, kind, { sharp: sharp.default, ...card, ...draws, ...camera })));
	return drawn.get(key);
}

const seed = ({ id_number: number }) => Number(number.replace(/\D/g, '').slice(-6));
const side = (who, kind, width, { front, back }) => (kind === 'id_front' ? front : back)(who, { width, seed: seed(who) });
const jpeg = (sharp, svg) => sharp(Buffer.from(svg)).flatten({ background: '#fff' }).jpeg({ quality: 90 }).toBuffer();

const ways = {
	portrait: (who, kind, { sharp, portrait: svg }) => jpeg(sharp, svg(who, seed(who) % 10, 900, 1200)),
	scan: (who, kind, tools) => jpeg(tools.sharp, side(who, kind, SCANNED, tools)),
	photograph: (who, kind, tools) => tools.photograph((width) => side(who, kind, width, tools), seed(who), 'good'),
};

export const portrait = (who) => draw('portrait', who, 'portrait');
export const scan = (who, kind) => draw('scan', who, kind);

export function drawings({ answer })
{
	async function picture(response, query)
	{
		const who = citizens.find((c) => c.username === query.get('who'));
		const kind = query.get('kind');
		if (!who || !['portrait', 'id_front', 'id_back'].includes(kind))
			return answer(response, 404, 'text', 'who, kind\n');
		return answer(response, 200, 'jpeg', await draw(kind === 'portrait' ? 'portrait' : 'photograph', who, kind));
	}

	return { routes: { 'GET /picture': picture } };
}
