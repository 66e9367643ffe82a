/* Follows a QR code without loading the page again. */
import { poll } from './poll.js';

export function start() {
	const qr = document.getElementById('qr');
	if (!qr || !qr.dataset.poll)
		return;
	const status = qr.querySelector('[role=status]');
	const left = qr.querySelector('[data-left]');
	const form = qr.querySelector('form');

	const say = (words) => {
		if (status.textContent !== words)
			status.textContent = words;
	};
	const follow = ({ state, left: seconds }) => {
		left.textContent = seconds;
		say(qr.dataset[state]);
		for (const part of qr.querySelectorAll('[data-when]'))
			part.hidden = !part.dataset.when.split(' ').includes(state);
		if (state === 'confirmed')
			form.requestSubmit();
		return state === 'waiting' || state === 'scanned';
	};

	poll(qr.dataset.poll, follow, () => say(qr.dataset.lost));
}
