/*
 * pictures.mjs - the drawn test pictures, made by tests/sandbox/pictures/make.mjs into $PICTURES.
 */
import { readFileSync } from 'node:fs';

export const path = (filename) => `${process.env.PICTURES}/${filename}`;
export const picture = (filename) => ({ bytes: readFileSync(path(filename)), filename });
export const three = () => ({
	portrait: picture('portrait.jpg'), id_front: picture('id-front.png'), id_back: picture('id-back.webp'),
});
