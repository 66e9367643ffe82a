/*
 * Sends a form, perhaps with pictures in it, and shows how far it has come.  When the line breaks, the very same form goes again, which
 * the server knows when it has had it already.  On a slow line the pictures go smaller.
 */
import { lighter } from './picture.js';

/* Seconds before each further time. */
const PAUSES = [1, 2, 4, 8, 15, 15];

/* Somebody between us and the program had a moment's trouble. */
const PASSING = [429, 502, 503, 504];

/* These come with the page again. */
const PAGES = [409, 410, 422];

/* Milliseconds: of an answer, with pictures and without; of silence while sending; until something is said of a form without. */
const TIMEOUT = 300000;
const PROMPT = 20000;
const SILENCE = 45000;
const QUIET = 1000;

/* A line is slow when after so many milliseconds it would take so many more. */
const PROBE = 4000;
const PATIENCE = 30000;

export const slowByName = () => {
	const line = navigator.connection;
	return Boolean(line && (line.saveData || /2g|3g/.test(line.effectiveType)));
};

/* Puts the smaller pictures into the body; were there any? */
async function lighten(body, inputs) {
	let any = false;
	for (const input of inputs) {
		const file = body.get(input.name);
		if (!(file instanceof File) || !file.size)
			continue;
		const light = await lighter(file, Number(input.dataset.min));
		if (light === file)
			continue;
		body.set(input.name, light, light.name);
		any = true;
	}
	return any;
}

/* Once.  Resolves with the request when it was answered, or with "slow", "broken". */
function post(url, body, { show, probe, timeout, signal }) {
	return new Promise((done) => {
		const request = new XMLHttpRequest();
		const began = performance.now();
		let silence;
		const end = (how) => {
			clearTimeout(silence);
			done(how);
		};
		const listen = () => {
			clearTimeout(silence);
			silence = setTimeout(() => request.abort(), SILENCE);
		};
		request.upload.addEventListener('progress', (event) => {
			listen();
			show(event.loaded / event.total);
			const spent = performance.now() - began;
			if (!probe || spent < PROBE || spent * (event.total - event.loaded) < PATIENCE * event.loaded)
				return;
			end('slow');
			request.abort();
		});
		request.upload.addEventListener('load', () => {
			clearTimeout(silence);
			show(1);
		});
		for (const trouble of ['error', 'timeout', 'abort'])
			request.addEventListener(trouble, () => end('broken'));
		request.addEventListener('load', () => end(PASSING.includes(request.status) ? 'broken' : request));
		signal.addEventListener('abort', () => request.abort());
		request.open('POST', url);
		request.setRequestHeader('Accept', 'application/json');
		request.timeout = timeout;
		request.send(body);
		listen();
	});
}

function button(text, does) {
	const made = document.createElement('button');
	made.type = 'button';
	made.className = 'weui-btn weui-btn_default weui-btn_mini';
	made.textContent = text;
	made.addEventListener('click', does);
	return made;
}

/* The bar, what is said, and the buttons; quiet: not at once. */
function bar(place, words, { quiet, again, cancel }) {
	const box = document.createElement('div');
	const text = document.createElement('p');
	const progress = document.createElement('progress');
	const go = document.createElement('div');
	const retry = button(words.retry, again);
	let said;
	box.className = 'upload';
	go.className = 'upload__go';
	text.setAttribute('role', 'status');
	progress.setAttribute('aria-hidden', 'true'); /* the text says it */
	retry.hidden = true;
	go.append(retry, button(words.cancel, cancel));
	box.append(text, progress, go);
	box.hidden = quiet;
	setTimeout(() => { box.hidden = false; }, QUIET);
	place.before(box);
	return {
		/* part: 0 to 1, 1 when all is there. Read out in quarters, not at every step. */
		show(part) {
			const percent = Math.floor(part * 4) * 25;
			if (part < 1)
				progress.value = part;
			else
				progress.removeAttribute('value');
			if (percent !== said)
				text.textContent = part < 1 ? words.sending.replace('{1}', percent) : words.checking;
			said = percent;
		},
		/* Waiting for a line, or not. */
		wait(waiting) {
			if (!waiting && document.activeElement === retry)
				retry.nextSibling.focus();
			retry.hidden = !waiting;
			box.hidden = false;
			progress.hidden = waiting;
			said = undefined;
		},
		say(words) { text.textContent = words; },
		end(words) {
			box.hidden = false;
			progress.remove();
			go.remove();
			text.textContent = words;
		},
		remove() { box.remove(); },
	};
}

/* Until the pause is over (Infinity: it has no end), the line is there again, or somebody does not want to wait. */
function rest(seconds, impatient, cancelling) {
	return new Promise((done) => {
		const over = new AbortController();
		const timer = Number.isFinite(seconds) ? setTimeout(() => over.abort(), seconds * 1000) : 0;
		const { signal } = over;
		for (const [where, what] of [[window, 'online'], [impatient, 'again'], [cancelling, 'abort']])
			where.addEventListener(what, () => over.abort(), { signal });
		signal.addEventListener('abort', () => {
			clearTimeout(timer);
			done();
		});
	});
}

/*
 * Resolves with the answered request, "cancelled" or "failed"; the bar stands before place and goes with an answer.
 * inputs: those of the pictures, with the bytes that one has to have at least.
 */
export async function send(url, body, inputs, place, words) {
	const cancelling = new AbortController();
	const { signal } = cancelling;
	const impatient = new EventTarget();
	const timeout = inputs.length ? TIMEOUT : PROMPT;
	const view = bar(place, words, {
		quiet: !inputs.length,
		again: () => impatient.dispatchEvent(new Event('again')),
		cancel: () => cancelling.abort(),
	});
	let probe = inputs.length > 0;

	const makeLight = async () => {
		probe = false;
		if (await lighten(body, inputs))
			view.say(words.slow);
	};
	view.show(0);
	if (slowByName())
		await makeLight();
	for (let n = 0; !signal.aborted;) {
		const how = await post(url, body, { show: view.show, probe, timeout, signal });
		if (how instanceof XMLHttpRequest && (how.status < 400 || PAGES.includes(how.status))) {
			view.remove();
			return how;
		}
		if (signal.aborted)
			break;
		if (how === 'slow') {
			await makeLight();
			continue;
		}
		if (how instanceof XMLHttpRequest || n === PAUSES.length) {
			view.end(words.failed);
			return 'failed';
		}
		view.wait(true);
		if (navigator.onLine) {
			const seconds = PAUSES[n++];
			view.say(words.broken.replace('{1}', seconds).replace('{2}', n).replace('{3}', PAUSES.length));
			await rest(seconds, impatient, signal);
		} else {
			view.say(words.offline);
			await rest(Infinity, impatient, signal);
		}
		view.wait(false);
	}
	view.end(words.cancelled);
	return 'cancelled';
}
