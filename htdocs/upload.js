/*
 * Pictures: seen before they are sent, checked for size and kind, sent with a bar that shows how far it has come.
 * When the sending fails the pictures are still in the form; the next press sends it the plain way.
 */

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
	picture.hidden = false;
	picture.onerror = () => { picture.hidden = true; }; /* HEIC outside Safari: the server can read it */
	picture.alt = word.textContent = words.preview;
	picture.src = URL.createObjectURL(file);
}

function choose(input, words) {
	const file = input.files[0];
	if (!file)
		return;
	const fault = faultOf(input, file, words);
	showFault(input, fault);
	if (fault)
		input.value = '';
	else
		preview(input, file, words);
}

function bar(form) {
	const box = document.createElement('div');
	const text = document.createElement('p');
	const progress = document.createElement('progress');
	box.className = 'upload';
	text.setAttribute('role', 'status');
	progress.max = 1;
	progress.value = 0;
	box.append(text, progress);
	form.querySelector('.go').before(box);
	return { box, text, progress };
}

/* The answer to refused pictures is this page again: only <main> is new. */
function replaceMain(html, startMain) {
	const page = new DOMParser().parseFromString(html, 'text/html');
	const main = page.querySelector('main');
	document.title = page.title;
	document.querySelector('main').replaceWith(document.adoptNode(main));
	startMain();
}

function send(form, button, words, startMain) {
	const request = new XMLHttpRequest();
	const { box, text, progress } = bar(form);
	const here = new URL(form.action);
	const body = new FormData(form);
	body.append(button.name, button.value);

	let said = -1;

	const failed = () => {
		text.textContent = words.failed;
		progress.remove();
		form.dataset.plain = '1';
		button.removeAttribute('aria-disabled');
	};
	for (const old of form.querySelectorAll('.upload'))
		if (old !== box)
			old.remove();
	button.setAttribute('aria-disabled', 'true');
	request.upload.addEventListener('progress', (event) => {
		if (!event.lengthComputable)
			return;
		progress.value = event.loaded / event.total;
		/* Read out in quarters, not at every step. */
		const percent = Math.floor(progress.value * 4) * 25;
		if (percent !== said)
			text.textContent = words.sending.replace('{1}', percent);
		said = percent;
	});
	request.upload.addEventListener('load', () => {
		progress.removeAttribute('value');
		text.textContent = words.checking;
	});
	request.addEventListener('error', failed);
	request.addEventListener('timeout', failed);
	request.addEventListener('load', () => {
		const there = new URL(request.responseURL);
		if ((request.status < 400 || request.status === 410) && there.pathname !== here.pathname)
			location.assign(there);
		else if (request.status < 400 || request.status === 422)
			replaceMain(request.responseText, startMain);
		else
			failed();
	});
	request.open('POST', form.action);
	request.timeout = 300000;
	request.send(body);
}

function startBox(box, startMain) {
	const form = box.closest('form');
	const inputs = [...box.querySelectorAll('input[type=file]')];
	for (const input of inputs)
		input.addEventListener('change', () => choose(input, box.dataset));
	form.addEventListener('submit', (event) => {
		const button = event.submitter;
		if (!button || button.name !== 'intent' || form.dataset.plain || inputs.every((i) => !i.files.length))
			return;
		event.preventDefault();
		if (button.getAttribute('aria-disabled') !== 'true')
			send(form, button, box.dataset, startMain);
	});
}

export function start(startMain) {
	for (const box of document.querySelectorAll('#upload, .shot'))
		startBox(box, startMain);
}
