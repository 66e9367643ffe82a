/*
 * Pictures: seen before they are sent, checked for size and kind, cropped and turned, sent as sending.js does.  When that fails
 * the pictures are still in the form; the next press sends it the plain way.
 */
import { edit } from './editor.js';
import { put, tooFew } from './picture.js';
import { send } from './sending.js';

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

function showFault(input, text) {
	const field = input.closest('.field');
	const id = `${input.name}-fault`;
	let fault = document.getElementById(id);
	if (!fault) {
		fault = document.createElement('p');
		fault.id = id;
		fault.className = 'field__fault';
		fault.setAttribute('role', 'alert');
		field.querySelector('.photo').before(fault);
		input.setAttribute('aria-describedby', `${input.getAttribute('aria-describedby') || ''} ${id}`.trim());
	}
	fault.textContent = text;
	fault.hidden = !text;
	field.classList.toggle('field--bad', text !== '');
	if (text)
		input.setAttribute('aria-invalid', 'true');
	else
		input.removeAttribute('aria-invalid');
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
	picture.alt = word.textContent = words.preview;
	picture.src = URL.createObjectURL(file);
	return picture.decode().then(() => picture, () => { picture.hidden = true; });
}

const editButton = (input) => input.parentElement.querySelector('[data-edit]');

/* The answer to refused pictures is this page again: only <main> is new. */
function replaceMain(html, startMain) {
	const page = new DOMParser().parseFromString(html, 'text/html');
	const main = page.querySelector('main');
	document.title = page.title;
	document.querySelector('main').replaceWith(document.adoptNode(main));
	startMain();
}

/* What was typed, ticked or chosen since the form was sent goes into the new one; so do the pictures that stayed behind. */
function carry(form, sent, pending) {
	for (const control of form.elements) {
		const now = control.id && document.getElementById(control.id);
		if (!now || control.type === 'file')
			continue;
		if (control.type === 'checkbox')
			now.checked ||= control.checked && control.value === now.value;
		else if (control.type === 'radio')
			now.checked ||= control.checked && control.value !== sent.get(control.name);
		else if (control.value !== sent.get(control.name))
			now.value = control.value;
	}
	for (const input of pending.filter((i) => i.files.length && document.getElementById(i.id)))
		put(document.getElementById(input.id), input.files[0], 'carried');
}

/* A form with pictures; box is it or lies in it. */
function run(box, startMain) {
	const form = box.closest('form');
	const inputs = [...box.querySelectorAll('input[type=file]')];
	const words = box.dataset;
	const button = form.querySelector('.go button[name=intent]');

	/* Sends the form and shows what comes back. */
	const deliver = async (body, place, { pending = [], field } = {}) => {
		form.dataset.busy = '1';
		button.setAttribute('aria-disabled', 'true');
		for (const old of form.querySelectorAll('.upload'))
			old.remove();
		const answer = await send(form.action, body, inputs, place, words);
		delete form.dataset.busy;
		button.removeAttribute('aria-disabled');
		if (answer === 'failed')
			form.dataset.plain = '1';
		if (answer === 'failed' || answer === 'cancelled')
			return;
		const there = new URL(answer.responseURL);
		if (answer.status < 400 && there.pathname !== new URL(form.action).pathname) {
			location.assign(there);
			return;
		}
		const focused = document.activeElement.id;
		replaceMain(answer.responseText, startMain);
		/* What is stale has not been taken. */
		carry(form, body, answer.status === 409 ? inputs : pending);
		if (field)
			(document.getElementById(focused) || document.getElementById(field.id))?.focus();
	};
	const submit = () => {
		const body = new FormData(form);
		body.append(button.name, button.value);
		deliver(body, form.querySelector('.go'));
	};
	/* The sides of an ID card are read as soon as they are there. */
	const read = (input) => {
		const body = new FormData(form);
		const pending = inputs.filter((other) => other !== input);
		for (const other of pending)
			body.delete(other.name);
		body.append('keep', '');
		deliver(body, editButton(input), { pending, field: input });
	};
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
		if (words.read && input.dataset.shows === 'card' && !form.dataset.busy && !form.dataset.plain)
			read(input);
		else if (picture && how === 'shot' && input.dataset.shows === 'face')
			open(input);
	};

	for (const input of inputs) {
		input.addEventListener('change', (event) => choose(input, event.detail));
		editButton(input).addEventListener('click', () => open(input));
	}
	form.addEventListener('submit', (event) => {
		if (event.submitter?.name !== 'intent' || form.dataset.plain || (!form.dataset.busy && inputs.every((i) => !i.files.length)))
			return;
		event.preventDefault();
		if (!form.dataset.busy)
			submit();
	});
}

export function start(startMain) {
	for (const box of document.querySelectorAll('#upload, .shot'))
		run(box, startMain);
}
