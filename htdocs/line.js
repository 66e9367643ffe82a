/* Says when the line is lost, there again, or slow. */
import { slowByName } from './sending.js';

const LASTS = 8000;

let timer;

function say(what) {
	const place = document.getElementById('line');
	clearTimeout(timer);
	if (!place)
		return;
	place.textContent = place.dataset[what];
	if (what !== 'offline')
		timer = setTimeout(() => { place.textContent = ''; }, LASTS);
}

export function start() {
	let slow = slowByName();
	addEventListener('offline', () => say('offline'));
	addEventListener('online', () => say('online'));
	navigator.connection?.addEventListener('change', () => {
		const before = slow;
		slow = slowByName();
		if (slow && !before && navigator.onLine)
			say('slow');
	});
	if (!navigator.onLine)
		say('offline');
}
