/*
 * A form on its way: sending.js carries it, and what comes back is shown.  When that fails everything is still in the form;
 * the next press sends it the plain way.
 */
import { put } from './picture.js';
import { send } from './sending.js';

/* The answer to what was refused is this page again: only <main> is new. */
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
	document.getElementById(form.id)?.dispatchEvent(new Event('input'));
}

/* The page instead of the one that the form is on, which was sent so; pending: inputs of pictures that were not. What has the focus in it? */
export function renew(form, html, startMain, sent, pending) {
	const focused = document.activeElement.id;
	replaceMain(html, startMain);
	carry(form, sent, pending);
	return document.getElementById(focused);
}

/* A page of ours, "": it does not come. */
export const fetched = (address) => fetch(address).then((answer) => answer.ok ? answer.text() : '', () => '');

/* The page that the answer holds or leads to; nothing when that is another one, which the browser goes to. */
async function pageOf(answer, form) {
	if (!answer.getResponseHeader('Content-Type').startsWith('application/json'))
		return answer.responseText;
	const to = new URL(JSON.parse(answer.responseText).to, location.href);
	const html = to.pathname === new URL(form.action).pathname ? await fetched(to) : '';
	if (!html) {
		form.dataset.taken = '1';
		location.assign(to);
	}
	return html;
}

/*
 * Sends body; the progress stands before place, in these words.  field: which the focus is on and stays on, unless she has
 * pressed on meanwhile: then she sees what has come of it.
 */
export async function deliver(form, body, startMain, { place, words, field }) {
	const button = form.querySelector('.go button[name=intent]');
	const inputs = [...form.querySelectorAll('input[type=file]')];
	const sending = inputs.filter((input) => body.get(input.name)?.size);
	const pictures = new Map(sending.map((input) => [input, input.files[0]]));
	form.dataset.busy = '1';
	button.setAttribute('aria-disabled', 'true');
	for (const old of form.querySelectorAll('.upload'))
		old.remove();
	const sent = form.enctype === 'multipart/form-data' ? body : new URLSearchParams(body);
	const answer = await send(form.action, sent, sending, place, words);
	const html = answer instanceof XMLHttpRequest && await pageOf(answer, form);
	delete form.dataset.busy;
	button.removeAttribute('aria-disabled');
	if (answer === 'failed')
		form.dataset.plain = '1';
	if (!html)
		return;
	/* What is stale has not been taken, what was refused with its form is not kept everywhere. */
	const pending = inputs.filter((input) => input.files.length && (answer.status === 409 || 'forgets' in form.dataset || input.files[0] !== pictures.get(input)));
	const focused = renew(form, html, startMain, body, pending);
	if (form.dataset.pressed && pending.length)
		document.getElementById(form.id).dataset.pressed = '1';
	if (field && !form.dataset.pressed) {
		(focused || document.getElementById(field.id))?.focus();
	} else if (!document.getElementById('faults')) {
		document.getElementById('notice')?.focus();
		scrollTo(0, 0);
	}
}

/* Pictures that are kept stay here until she has ticked that they may be. */
export const agreed = (form) => !form.querySelector('#upload') || !form.querySelector('.tick input:not(:checked)');

/* Every form that has words for it (data-sending); those of its pictures stand at #upload. */
function run(form, startMain) {
	const inputs = [...form.querySelectorAll('input[type=file]')];
	form.addEventListener('submit', (event) => {
		const button = event.submitter;
		if (event.defaultPrevented || button?.name !== 'intent' || form.dataset.plain)
			return;
		event.preventDefault();
		if (form.dataset.busy) {
			form.dataset.pressed = '1';
			form.querySelector('.upload')?.scrollIntoView({ block: 'center' });
			return;
		}
		const body = new FormData(form);
		if (!agreed(form))
			inputs.forEach((input) => body.delete(input.name));
		const chosen = inputs.some((input) => body.get(input.name)?.size);
		const words = (chosen && form.querySelector('#upload') || form).dataset;
		body.append(button.name, button.value);
		button.closest('dialog')?.close();
		deliver(form, body, startMain, { place: form.querySelector('.go'), words });
	});
}

export function start(startMain) {
	for (const form of document.querySelectorAll('form[data-sending]'))
		run(form, startMain);
}
