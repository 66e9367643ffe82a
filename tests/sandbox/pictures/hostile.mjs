// Files that somebody hostile or confused sends instead of a photo, each with the fault it must end in.

import { deflateSync, gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';

export const PAYLOAD = '<script>alert("polyglot-payload")</script>';
const MIN = 20480;
const MAX = 9175040;

const table = Array.from({ length: 256 }, (_, n) => {
	for (let i = 0; i < 8; i++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});
const crc = (bytes) => ~bytes.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), ~0) >>> 0;
const u32 = (n) => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const u16 = (n) => Buffer.from([n >>> 8, n & 255]);

const pad = (bytes, filler = 0) => bytes.length >= MIN ? bytes :
	Buffer.concat([bytes, Buffer.alloc(MIN + 1000 - bytes.length, filler)]);

const chunk = (type, data) => {
	const body = Buffer.concat([Buffer.from(type), data]);
	return Buffer.concat([u32(data.length), body, u32(crc(body))]);
};
const png = (width, height, depth, colour, ...chunks) => Buffer.concat([
	Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
	chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([depth, colour, 0, 0, 0])])),
	...chunks, chunk('IEND', Buffer.alloc(0)),
]);
const blackPng = (width, height) => png(width, height, 1, 0,
	chunk('IDAT', deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 })));

const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data]);
const afterSoi = (jpeg, ...segments) => Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

// EXIF with nothing but the orientation (TIFF 6.0 tag 0x112).
export const turned = (jpeg, orientation) => afterSoi(jpeg, segment(0xe1, Buffer.concat([
	Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01', 'latin1'), u16(orientation),
	Buffer.alloc(6)])));

// The dimensions in the frame header, replaced.
const lying = (jpeg, width, height) => {
	const out = Buffer.from(jpeg);
	for (let at = 2; at < out.length; at += 2 + out.readUInt16BE(at + 2))
		if ([0xc0, 0xc1, 0xc2].includes(out[at + 1])) {
			out.writeUInt16BE(height, at + 5);
			out.writeUInt16BE(width, at + 7);
			return out;
		}
	throw new Error('a JPEG without a frame');
};

// WebP is RIFF: a type, the length in little endian, the data, and a zero to make that even.
const u32le = (n) => u32(n).reverse();
const u24le = (n) => u32le(n).subarray(0, 3);
const piece = (type, ...parts) => {
	const data = Buffer.concat(parts);
	return Buffer.concat([Buffer.from(type), u32le(data.length), data, Buffer.alloc(data.length % 2)]);
};
const webpOf = (...pieces) => piece('RIFF', Buffer.from('WEBP'), ...pieces);
const pieceIn = (webp, type) => {
	const at = webp.indexOf(type);
	return webp.subarray(at + 8, at + 8 + webp.readUInt32LE(at + 4));
};

// VP8L tells its size right after its signature: 14 bits each, less one.  Not the most, 16383: libvips
// makes room for the pixels before it tells their number, and the memory limit would come first.
const largeWebp = (webp) => {
	const data = Buffer.from(pieceIn(webp, 'VP8L'));
	data.writeUInt32LE((data.readUInt32LE(1) & 0xf0000000 | 11999 << 14 | 11999) >>> 0, 1);
	return webpOf(piece('VP8L', data));
};

const animatedWebp = (webp, width, height) => {
	const size = Buffer.concat([u24le(width - 1), u24le(height - 1)]);
	const frame = piece('ANMF', Buffer.alloc(6), size, u24le(100), Buffer.alloc(1), piece('VP8 ', pieceIn(webp, 'VP8 ')));
	return webpOf(piece('VP8X', u32le(2), size), piece('ANIM', Buffer.alloc(6)), frame, frame);
};

// The first scan of AC coefficients with its tables, again and again.
const manyScans = (jpeg, times) => {
	const starts = [];
	let tables = -1;
	for (let at = 2; at < jpeg.length;) {
		const marker = jpeg[at + 1];
		if (marker === 0xd9) break;
		if (marker === 0xc4 && tables < 0) tables = at;
		const isScan = marker === 0xda;
		at += 2 + jpeg.readUInt16BE(at + 2);
		if (!isScan) continue;
		while (jpeg[at] !== 0xff || jpeg[at + 1] === 0 || (jpeg[at + 1] >= 0xd0 && jpeg[at + 1] <= 0xd7)) at++;
		starts.push([tables, at]);
		tables = -1;
	}
	const [from, to] = starts[1];
	const scan = jpeg.subarray(from < 0 ? starts[0][1] : from, to);
	const n = Math.min(times, Math.floor((MAX - jpeg.length) / scan.length));
	return Buffer.concat([jpeg.subarray(0, to), ...Array(n).fill(scan), jpeg.subarray(to)]);
};

// Every segment of that marker, each given to change: what it answers takes the segment's data's place, null removes it.
const eachSegment = (jpeg, marker, change) => {
	const parts = [jpeg.subarray(0, 2)];
	for (let at = 2; at < jpeg.length;) {
		const end = jpeg[at + 1] === 0xda ? jpeg.length : at + 2 + jpeg.readUInt16BE(at + 2);
		const data = jpeg[at + 1] === marker ? change(Buffer.from(jpeg.subarray(at + 4, end))) : undefined;
		if (data === undefined)
			parts.push(jpeg.subarray(at, end));
		else if (data)
			parts.push(segment(marker, data));
		at = end;
	}
	return Buffer.concat(parts);
};
const frame = 0xc0, quantisers = 0xdb, codes = 0xc4;

// One byte or more of it replaced, at the place of a mark, or behind it.
const patched = (bytes, mark, behind, value) => {
	const out = Buffer.from(bytes);
	const at = out.indexOf(mark);
	if (at < 0)
		throw new Error(`no ${mark}`);
	Buffer.from(value).copy(out, at + behind);
	return out;
};

// A first directory of EXIF whose next one is itself.
const circle = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\x08', 'latin1');

// Seven passes, here of nothing.
const interlacedPng = (width, height) => {
	const header = Buffer.concat([u32(width), u32(height), Buffer.from([1, 0, 0, 0, 1])]);
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header),
		chunk('IDAT', deflateSync(Buffer.alloc(Math.ceil(width / 8) * height * 2), { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
};
// Indices up to 255 into a palette of two colours.
const palettePng = (width, height) => png(width, height, 8, 3, chunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255])),
	chunk('IDAT', deflateSync(Buffer.from(Array.from({ length: (width + 1) * height }, (_, i) => i % (width + 1) ? i % 256 : 0)))));

// Boxes of ISO 14496-12: a length, a type, what is in it.
const box = (type, ...parts) => {
	const data = Buffer.concat(parts);
	return Buffer.concat([u32(data.length + 8), Buffer.from(type), data]);
};
const brand = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1'));
const nested = (depth) => depth === 0 ? Buffer.alloc(0) : box('meta', Buffer.alloc(4), nested(depth - 1));

/*
 * First { jpeg, png, webp, heic } of one portrait of 900 × 1200; then { gif, tiff, avif, flatProgressive,
 * losslessWebp, cmyk, deep, scenes } as the tools make them; scenes: JPEGs by name that are hard on those who look for text and
 * faces.  Fault null: it is taken, and the payload is gone.
 */
export const hostile = ({ jpeg, png: pngFile, webp, heic }, made) => [
	['empty.jpg', Buffer.alloc(0), 'photo_too_small'],
	['one-byte.jpg', Buffer.from([0xff]), 'photo_too_small'],
	['small.jpg', jpeg.subarray(0, MIN - 1), 'photo_too_small'],
	['large.jpg', Buffer.concat([jpeg, Buffer.alloc(MAX + 1 - jpeg.length)]), 'photo_too_large'],

	['svg.jpg', pad(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>`), ' '), 'photo_type'],
	['pdf.jpg', pad(Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n'), ' '), 'photo_type'],
	['zip.jpg', pad(Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1')), 'photo_type'],
	['html.png', pad(Buffer.from(`<!DOCTYPE html>${PAYLOAD}`), ' '), 'photo_type'],
	['program.jpg', pad(Buffer.from('\x7fELF\x02\x01\x01', 'latin1')), 'photo_type'],
	['mvg.png', pad(Buffer.from('push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 "label:@/etc/passwd"\n'), ' '), 'photo_type'],
	['text.heic', pad(Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')), 'photo_type'],
	['gif.jpg', pad(made.gif), 'photo_type'],
	['tiff.jpg', pad(made.tiff), 'photo_type'],
	['avif.heic', pad(made.avif), 'photo_type'],
	['animated.webp', animatedWebp(webp, 900, 1200), 'photo_type'],
	['random.jpg', randomBytes(50000), 'photo_type'],

	['jxl.jpg', pad(Buffer.from([0xff, 0x0a])), 'photo_type'],
	['bmp.png', pad(Buffer.from('BM\x36\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')), 'photo_type'],
	['psd.jpg', pad(Buffer.from('8BPS\0\x01', 'latin1')), 'photo_type'],
	['ps.jpg', pad(Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n'), ' '), 'photo_type'],
	['svgz.png', pad(gzipSync(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))), 'photo_type'],
	['jp2.heic', pad(Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1')), 'photo_type'],
	['film.heic', pad(box('ftyp', Buffer.from('isom\0\0\0\0avc1', 'latin1'))), 'photo_type'],
	['sound.webp', pad(piece('RIFF', Buffer.from('WAVEfmt '))), 'photo_type'],

	['magic-only.jpg', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(50000)]), 'photo_unreadable'],
	['magic-only.png', Buffer.concat([pngFile.subarray(0, 8), randomBytes(50000)]), 'photo_unreadable'],
	['magic-only.webp', Buffer.concat([webp.subarray(0, 16), randomBytes(50000)]), 'photo_unreadable'],
	['magic-only.heic', Buffer.concat([heic.subarray(0, 24), randomBytes(50000)]), 'photo_unreadable'],
	['truncated.jpg', jpeg.subarray(0, Math.floor(jpeg.length / 2)), 'photo_unreadable'],
	['truncated.png', pngFile.subarray(0, Math.floor(pngFile.length / 2)), 'photo_unreadable'],
	['truncated.webp', webp.subarray(0, Math.floor(webp.length / 2)), 'photo_unreadable'],
	['truncated.heic', heic.subarray(0, Math.floor(heic.length / 2)), 'photo_unreadable'],

	['bomb.png', blackPng(20000, 20000), 'photo_pixels'],
	['bomb.webp', pad(largeWebp(made.losslessWebp)), 'photo_pixels'],
	['wide.png', pad(blackPng(60000, 900)), 'photo_pixels'],
	['thin.png', pad(blackPng(199, 400)), 'photo_pixels'],
	['huge-header.jpg', pad(lying(jpeg, 65500, 65500)), 'photo_pixels'],
	['huge-header.png', pad(png(0x7fffffff, 0x7fffffff, 8, 2, chunk('IDAT', deflateSync(Buffer.alloc(1000))))), 'photo_unreadable'],
	['taller-than-told.jpg', lying(jpeg, 8000, 7000), null],
	['scans.jpg', manyScans(made.flatProgressive, 10000), 'photo_unreadable'],

	['arithmetic.jpg', patched(jpeg, Buffer.from([0xff, frame]), 1, [0xc9]), null],
	['twelve-bits.jpg', eachSegment(jpeg, frame, (data) => (data[0] = 12, data)), 'photo_unreadable'],
	['no-components.jpg', eachSegment(jpeg, frame, (data) => Buffer.concat([data.subarray(0, 5), Buffer.from([0])])), 'photo_unreadable'],
	['no-height.jpg', lying(jpeg, 900, 0), 'photo_unreadable'],
	['no-frame.jpg', pad(eachSegment(jpeg, frame, () => null)), 'photo_unreadable'],
	['no-codes.jpg', eachSegment(jpeg, codes, () => null), null],
	['wild-codes.jpg', eachSegment(jpeg, codes, (data) => data.fill(0xff, 1)), 'photo_unreadable'],
	['no-quantisers.jpg', eachSegment(jpeg, quantisers, () => null), 'photo_unreadable'],
	['huge-sampling.jpg', eachSegment(jpeg, frame, (data) => (data[7] = 0xff, data)), 'photo_unreadable'],
	['two-begins.jpg', afterSoi(jpeg, Buffer.from([0xff, 0xd8])), 'photo_unreadable'],
	['ends-early.jpg', pad(Buffer.from([0xff, 0xd8, 0xff, 0xd9])), 'photo_unreadable'],
	['circle.jpg', afterSoi(jpeg, segment(0xe1, circle)), null],
	['turned-nowhere.jpg', turned(jpeg, 9), null],
	['profile-parts.jpg', afterSoi(jpeg, ...Array(300).fill(segment(0xe2, Buffer.from('ICC_PROFILE\0\xff\x02abc', 'latin1')))), null],
	['four-colours.jpg', made.cmyk, null],

	['no-data.png', pad(png(900, 1200, 8, 2)), 'photo_unreadable'],
	['wrong-sum.png', patched(pngFile, 'IDAT', 100, [pngFile[pngFile.indexOf('IDAT') + 100] ^ 1]), 'photo_unreadable'],
	['two-headers.png', Buffer.concat([pngFile.subarray(0, 33), pngFile.subarray(8, 33), pngFile.subarray(33)]), 'photo_unreadable'],
	['long-chunk.png', Buffer.concat([pngFile.subarray(0, 33), Buffer.from([0xff, 0xff, 0xff, 0xff]), pngFile.subarray(37)]), 'photo_unreadable'],
	['outside-palette.png', pad(palettePng(900, 1200)), null],
	['passes.png', pad(interlacedPng(7000, 7000)), null],
	['deep.png', made.deep, null],

	['canvas.webp', webpOf(piece('VP8X', u32le(0), u24le(16382), u24le(16382)), piece('VP8 ', pieceIn(webp, 'VP8 '))), 'photo_unreadable'],
	['short-riff.webp', patched(webp, 'RIFF', 4, u32le(100)), 'photo_unreadable'],
	['crumbs.webp', webpOf(piece('VP8X', u32le(0), u24le(899), u24le(1199)), ...Array(50000).fill(piece('junk', Buffer.alloc(8))), piece('VP8 ', pieceIn(webp, 'VP8 '))), null],

	['nested.heic', pad(Buffer.concat([brand, nested(2000)])), 'photo_unreadable'],
	['endless-box.heic', pad(Buffer.concat([brand, Buffer.from('\0\0\0\x01meta\x7f\xff\xff\xff\xff\xff\xff\xff', 'latin1')])), 'photo_unreadable'],
	['no-such-item.heic', patched(heic, 'pitm', 8, [0x77, 0x77]), 'photo_unreadable'],
	['outside.heic', patched(heic, 'iloc', 8, Buffer.alloc(24, 0xff)), 'photo_unreadable'],
	['huge.heic', patched(heic, 'ispe', 8, Buffer.concat([u32(60000), u32(60000)])), 'photo_unreadable'],
	['noise.heic', Buffer.concat([heic.subarray(0, heic.indexOf('mdat') + 4), randomBytes(heic.length - heic.indexOf('mdat') - 4)]), 'photo_unreadable'],

	...Object.entries(made.scenes).map(([name, bytes]) => [`scene-${name}.jpg`, bytes, null]),

	['near-limit.png', pad(blackPng(7700, 7700)), null],
	['text-bomb.png', Buffer.concat([pngFile.subarray(0, 33),
		chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(200e6))])), pngFile.subarray(33)]), null],
	['profile-bomb.png', Buffer.concat([pngFile.subarray(0, 33),
		chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(Buffer.alloc(100e6))])), pngFile.subarray(33)]), null],
	['big-exif.jpg', afterSoi(jpeg, ...Array(100).fill(segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), Buffer.alloc(60000, 'x')])))), null],
	['bad-profile.jpg', afterSoi(jpeg, segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), randomBytes(3000)]))), null],
	['polyglot-comment.jpg', afterSoi(jpeg, segment(0xfe, Buffer.from(PAYLOAD))), null],
	['polyglot-tail.jpg', Buffer.concat([jpeg, Buffer.from(`PK\x03\x04${PAYLOAD}`, 'latin1')]), null],
	['polyglot-text.png', Buffer.concat([pngFile.subarray(0, 33), chunk('tEXt', Buffer.from(`Comment\0${PAYLOAD}`, 'latin1')), pngFile.subarray(33)]), null],
];
