/*
 * Crops and turns a picture before it is sent, by mouse, finger or keyboard.  The portrait keeps the card's proportions; the
 * sides of an ID card are free.  Cropper.js is loaded by the first picture that is edited.
 */
import { decode, encode, scaled } from './picture.js';

const LONGEST = 4000;
const QUALITY = 0.92;
const PORTRAIT = 358 / 441;
const STEP = 10;

const arrows = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const zooms = { '+': 0.1, '=': 0.1, '-': -0.1 };

let loaded;

function load() {
	const style = document.createElement('link');
	style.rel = 'stylesheet';
	style.href = new URL('cropper.min.css', import.meta.url);
	const styled = new Promise((done, failed) => {
		style.onload = done;
		style.onerror = failed;
	});
	/* Before ours, which have the last word. */
	document.querySelector('link[rel=stylesheet]').before(style);
	return Promise.all([import('./cropper.min.js'), styled]).then(() => globalThis.Cropper);
}

/* The largest frame of these proportions in the middle of all of the picture. */
function fit(cropper) {
	const room = cropper.getContainerData();
	const canvas = cropper.getCanvasData();
	const scale = Math.min(room.width / canvas.width, room.height / canvas.height);
	const width = canvas.width * scale;
	const height = canvas.height * scale;
	const left = (room.width - width) / 2;
	const top = (room.height - height) / 2;
	const ratio = cropper.options.aspectRatio || width / height;
	const frame = { width: Math.min(width, height * ratio), height: Math.min(height, width / ratio) };
	cropper.setCanvasData({ left, top, width, height });
	cropper.crop();
	cropper.setCropBoxData({ ...frame, left: left + (width - frame.width) / 2, top: top + (height - frame.height) / 2 });
}

function turn(cropper, degrees) {
	cropper.clear();
	cropper.rotate(degrees);
	fit(cropper);
}

const tools = {
	left: (cropper) => turn(cropper, -90),
	right: (cropper) => turn(cropper, 90),
	in: (cropper) => cropper.zoom(0.1),
	out: (cropper) => cropper.zoom(-0.1),
	reset: (cropper) => {
		cropper.reset();
		fit(cropper);
	},
};

function key(cropper, event) {
	const arrow = arrows[event.key];
	if (event.ctrlKey || event.altKey || event.metaKey || !(arrow || event.key in zooms))
		return;
	event.preventDefault();
	if (!arrow) {
		cropper.zoom(zooms[event.key]);
	} else if (event.shiftKey) {
		const { width, height } = cropper.getCropBoxData();
		cropper.setCropBoxData(arrow[0] ? { width: width + arrow[0] } : { height: height + arrow[1] });
	} else {
		cropper.move(...arrow);
	}
}

/* Too many pixels for a telephone's canvas are made fewer first. */
async function source(file) {
	const bitmap = await decode(file);
	const large = Math.max(bitmap.width, bitmap.height) > LONGEST;
	const picture = large ? await encode(scaled(bitmap, bitmap.width, bitmap.height, LONGEST), file.name, 0.95) : file;
	bitmap.close();
	return picture;
}

async function cropped(stage, file, alt, shows, head) {
	loaded ??= load();
	loaded.catch(() => { loaded = undefined; });
	const [Cropper, picture] = await Promise.all([loaded, source(file)]);
	const image = document.createElement('img');
	image.alt = alt;
	image.src = URL.createObjectURL(picture);
	await image.decode();
	stage.replaceChildren(image);
	return new Promise((done) => {
		const cropper = new Cropper(image, {
			aspectRatio: shows === 'face' ? PORTRAIT : NaN,
			viewMode: 1, dragMode: 'move', autoCropArea: 1, toggleDragModeOnDblclick: false, minCropBoxWidth: 40, minCropBoxHeight: 40,
			checkOrientation: false, checkCrossOrigin: false, /* the browser turns it; and our policy lets no script fetch a blob */
			ready() {
				fit(cropper);
				if (shows === 'face') {
					const outline = head.cloneNode(true);
					outline.removeAttribute('hidden');
					stage.querySelector('.cropper-view-box').after(outline);
				}
				done(cropper);
			},
		});
	});
}

/* Resolves when the dialog is closed: with the new file, or with nothing.  refuse(file, width, height) says what is wrong with it. */
export function edit(dialog, file, { shows, min, refuse }) {
	const say = dialog.querySelector('[data-say]');
	const stage = dialog.querySelector('[data-stage]');
	const listening = new AbortController();
	const { signal } = listening;
	let cropper, result;

	const done = async () => {
		const canvas = cropper.getCroppedCanvas({ maxWidth: LONGEST, maxHeight: LONGEST, fillColor: '#fff', imageSmoothingQuality: 'high' });
		const made = await encode(canvas, file.name, QUALITY, min);
		say.textContent = refuse(made, canvas.width, canvas.height);
		if (say.textContent)
			return;
		result = made;
		dialog.close();
	};
	for (const hint of dialog.querySelectorAll('#editor-hint [data-for]'))
		hint.hidden = hint.dataset.for !== shows;
	say.textContent = '';
	dialog.addEventListener('click', (event) => {
		const does = event.target.closest('[data-do]')?.dataset.do;
		if (does === 'cancel')
			dialog.close();
		else if (cropper && does === 'done')
			done();
		else if (cropper && does)
			tools[does](cropper);
	}, { signal });
	stage.addEventListener('keydown', (event) => cropper && key(cropper, event), { signal });
	dialog.showModal();
	stage.focus();
	cropped(stage, file, dialog.dataset.alt, shows, dialog.querySelector('[data-head]')).then(
		(ready) => {
			cropper = ready;
			dialog.dataset.ready = '1';
		},
		() => { say.textContent = dialog.dataset.failed; },
	);
	return new Promise((closed) => {
		dialog.addEventListener('close', () => {
			listening.abort();
			delete dialog.dataset.ready;
			const image = stage.querySelector('img');
			cropper?.destroy();
			if (image)
				URL.revokeObjectURL(image.src);
			stage.replaceChildren();
			closed(result);
		}, { once: true });
	});
}
