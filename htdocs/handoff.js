/* Follows a code with which a phone takes pictures: what has changed on the page is taken from a fresh one. */
import { poll } from './poll.js';

export function start() {
	const page = document.getElementById('handoff');
	if (!page || !page.dataset.poll)
		return;
	const part = (name, from = document) => from.querySelector(`#handoff [data-part=${name}]`);
	const status = part('state');
	let shown = page.dataset.shown;
	let words = status.textContent;

	const say = (text) => {
		if (status.textContent !== text)
			status.textContent = text;
	};
	const refresh = async () => {
		const answer = await fetch(location.href, { cache: 'no-store' });
		if (!answer.ok || new URL(answer.url).pathname !== location.pathname)
			throw new Error(answer.status);
		const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
		words = part('state', fresh).textContent;
		for (const name of ['code', 'left', 'pictures']) {
			const old = part(name);
			const now = part(name, fresh);
			if (old.innerHTML !== now.innerHTML)
				old.replaceChildren(...now.childNodes);
		}
		shown = fresh.getElementById('handoff').dataset.shown;
	};
	const follow = async ({ state, left, pictures }) => {
		if (`${state} ${pictures}` !== shown)
			await refresh();
		const seconds = part('left').querySelector('[data-left]');
		if (seconds)
			seconds.textContent = left;
		say(words);
		return left > 0;
	};

	poll(page.dataset.poll, follow, () => say(page.dataset.lost));
}
