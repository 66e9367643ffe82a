/* Follows a QR code without loading the page again: asks every two seconds how it stands, while somebody looks. */
const PAUSE = 2000;

export function start() {
	const qr = document.getElementById('qr');
	if (!qr || !qr.dataset.poll)
		return;
	const status = qr.querySelector('[role=status]');
	const left = qr.querySelector('[data-left]');
	const form = qr.querySelector('form');
	let asking = false;
	let timer;

	const say = (words) => {
		if (status.textContent !== words)
			status.textContent = words;
	};
	/* Is there anything to wait for? */
	const follow = ({ state, left: seconds }) => {
		left.textContent = seconds;
		say(qr.dataset[state]);
		for (const part of qr.querySelectorAll('[data-when]'))
			part.hidden = !part.dataset.when.split(' ').includes(state);
		if (state === 'confirmed')
			form.requestSubmit();
		return state === 'waiting' || state === 'scanned';
	};
	const ask = async () => {
		clearTimeout(timer);
		if (asking || document.hidden)
			return;
		asking = true;
		let going = true;
		try {
			const answer = await fetch(qr.dataset.poll, { headers: { Accept: 'application/json' }, cache: 'no-store' });
			if (!answer.ok)
				throw new Error(answer.status);
			going = follow(await answer.json());
		} catch {
			say(qr.dataset.lost);
		}
		asking = false;
		if (going)
			timer = setTimeout(ask, PAUSE);
		else
			document.removeEventListener('visibilitychange', ask);
	};

	document.addEventListener('visibilitychange', ask);
	/* Come back to by the browser's "back": what it kept may be old. */
	addEventListener('pageshow', ask);
}
