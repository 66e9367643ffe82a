/* A picture as a file and as pixels.  Nothing here makes it larger or prettier. */

/* Pixels of the shorter edge, as conf/sbk.hdf has it. */
const EDGE_MIN = 200;

/* On a slow line. */
const LIGHT = { longest: 2000, quality: 0.85 };

/* Upright; undefined where the browser cannot read it (HEIC outside Safari), though the server can. */
export const decode = (file) => createImageBitmap(file).catch(() => undefined);

export const tooFew = (width, height) => Math.min(width, height) < EDGE_MIN;

export function scaled(source, width, height, longest) {
	const scale = Math.min(1, longest / Math.max(width, height));
	const canvas = document.createElement('canvas');
	canvas.width = Math.round(width * scale);
	canvas.height = Math.round(height * scale);
	const pen = canvas.getContext('2d');
	pen.imageSmoothingQuality = 'high';
	pen.fillStyle = '#fff'; /* JPEG knows no transparency */
	pen.fillRect(0, 0, canvas.width, canvas.height);
	pen.drawImage(source, 0, 0, canvas.width, canvas.height);
	return canvas;
}

const blob = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, 'image/jpeg', quality); });

/* A JPEG file; of the best quality where that one would have fewer than min bytes. */
export async function encode(canvas, name, quality, min = 0) {
	let bytes = await blob(canvas, quality);
	if (bytes.size < min)
		bytes = await blob(canvas, 1);
	return new File([bytes], name.replace(/\.\w+$|$/, '.jpg'), { type: bytes.type });
}

/* The file for a slow line: itself where that would not be lighter, or less than the server wants. */
export async function lighter(file, min) {
	const bitmap = await decode(file);
	if (!bitmap)
		return file;
	const canvas = scaled(bitmap, bitmap.width, bitmap.height, LIGHT.longest);
	bitmap.close();
	const light = await encode(canvas, file.name, LIGHT.quality);
	return tooFew(canvas.width, canvas.height) || light.size < min || light.size >= file.size ? file : light;
}

/* As if it had been chosen; how: told to those who listen, as the detail of "change". */
export function put(input, file, how) {
	const files = new DataTransfer();
	files.items.add(file);
	input.files = files.files;
	input.dispatchEvent(new CustomEvent('change', { bubbles: true, detail: how }));
}
