/*
 * pictures.mjs - the drawn test pictures: made by tests/sandbox/pictures/make.mjs into $PICTURES; and anybody's own, with what
 * her ID card has.
 */
import { readFileSync } from 'node:fs';
import { portrait, scan } from './sandbox/drawings.mjs';

export const path = (filename) => `${process.env.PICTURES}/${filename}`;
export const picture = (filename) => ({ bytes: readFileSync(path(filename)), filename });

export const three = async (who) => ({
	portrait: { bytes: await portrait(who), filename: 'portrait.jpg' },
	id_front: { bytes: await scan(who, 'id_front'), filename: 'front.jpg' },
	id_back: { bytes: await scan(who, 'id_back'), filename: 'back.jpg' },
});
