/* Pictures: seen before they are sent (form.js), checked for size and kind, cropped and turned. */
import { edit } from './editor.js';
import { showFault } from './fault.js';
import { agreed, deliver } from './form.js';
import { put, tooFew } from './picture.js';

const PICTURE = /^image\//;
const PICTURE_NAME = /\.(jpe?g|png|webp|hei[cf])$/i;

/* Some phones give HEIC no type. */
function faultOf(input, file, words) {
	if (!PICTURE.test(file.type) && !(file.type === '' && PICTURE_NAME.test(file.name)))
		return words.type;
	if (file.size < Number(input.dataset.min))
		return words.small;
	return file.size > Number(input.dataset.max) ? words.large : '';
}

function hide(input) {
	for (const shown of input.parentElement.querySelectorAll('img, .photo__word'))
		shown.hidden = true;
}

/* Resolves with the picture on the page, or with nothing where the browser cannot show it: the server may. */
function preview(input, file, words) {
	const box = input.parentElement;
	let picture = box.querySelector('img');
	let word = box.querySelector('.photo__word');
	if (!picture) {
		picture = document.createElement('img');
		word = document.createElement('p');
		word.className = 'photo__word';
		input.before(picture, word);
	}
	if (picture.src.startsWith('blob:'))
		URL.revokeObjectURL(picture.src);
	picture.hidden = word.hidden = false;
	box.classList.add('is-chosen');
	picture.alt = word.textContent = words.chosen;
	picture.src = URL.createObjectURL(file);
	return picture.decode().then(() => picture, () => { picture.hidden = true; });
}

const editButton = (input) => input.parentElement.querySelector('[data-edit]');

/* A form with pictures; box is it or lies in it. */
function run(box, startMain) {
	const form = box.closest('form');
	const inputs = [...box.querySelectorAll('input[type=file]')];
	const words = box.dataset;

	/* The sides of an ID card are read as soon as they are there, one after the other. */
	const read = (input) => {
		const body = new FormData(form);
		for (const other of inputs.filter((one) => one !== input))
			body.delete(other.name);
		body.append('keep', '');
		deliver(form, body, startMain, { place: editButton(input), words, field: input });
	};
	const reads = (input) => words.read && input.dataset.shows === 'card' && input.files.length && agreed(form) && !form.dataset.busy && !form.dataset.plain;
	const open = async (input) => {
		const { shows, min } = input.dataset;
		const refuse = (file, width, height) => tooFew(width, height) ? words.pixels : faultOf(input, file, words);
		const file = await edit(document.getElementById('editor'), input.files[0], { shows, min: Number(min), refuse });
		if (file)
			put(input, file, 'edited');
		editButton(input).focus();
	};
	const refuse = (input, text) => {
		showFault(input, text);
		if (text) {
			input.value = '';
			hide(input);
		}
		return text !== '';
	};
	const choose = async (input, how) => {
		const file = input.files[0];
		if (how !== 'edited')
			editButton(input).hidden = true;
		if (!file || refuse(input, faultOf(input, file, words)))
			return;
		const picture = await preview(input, file, words);
		if (input.files[0] !== file)
			return;
		if (picture && tooFew(picture.naturalWidth, picture.naturalHeight)) {
			refuse(input, words.pixels);
			return;
		}
		editButton(input).hidden = !picture;
		if (reads(input))
			read(input);
		else if (picture && how === 'shot' && input.dataset.shows === 'face')
			open(input);
	};

	for (const tick of form.querySelectorAll('.tick input'))
		tick.addEventListener('change', () => inputs.filter(reads).slice(0, 1).forEach(read));
	for (const input of inputs) {
		input.addEventListener('change', (event) => choose(input, event.detail));
		editButton(input).addEventListener('click', () => open(input));
	}
}

export function start(startMain) {
	for (const box of document.querySelectorAll('#upload, .shot'))
		run(box, startMain);
}
