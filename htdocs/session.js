import { keep } from './unsent.js';

/* Says two minutes before it happens that the session ends, lets it go on with one tap, and says when it has ended. */
export function start() {
	const dialog = document.getElementById('session');
	if (!dialog || !dialog.showModal)
		return;
	const left = dialog.querySelector('[data-left]');
	const extend = dialog.querySelector('[data-extend]');
	const warn = Number(dialog.dataset.warn) * 1000;
	let ends = Date.now() + Number(dialog.dataset.ends) * 1000;
	let ended = false;

	const part = (name) => {
		for (const p of dialog.querySelectorAll('[data-when]'))
			p.hidden = p.dataset.when !== name;
		dialog.setAttribute('aria-labelledby', `session-${name}`);
	};
	const open = () => {
		if (!dialog.open)
			dialog.showModal();
	};
	/* By the clock, not by counting: a phone that slept must not think it is early. */
	const look = () => {
		const rest = ends - Date.now();
		if (ended || rest > warn)
			return;
		ended = rest <= 0;
		const seconds = Math.max(0, Math.ceil(rest / 1000));
		left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
		part(ended ? 'ended' : 'warn');
		if (ended)
			keep();
		open();
	};

	extend.addEventListener('click', async () => {
		try {
			const answer = await fetch(extend.dataset.extend, {
				method: 'POST',
				body: new URLSearchParams({ csrf: dialog.dataset.csrf }),
			});
			if (!answer.ok || answer.redirected)
				throw new Error(answer.status);
			ends = Date.now() + (await answer.json()).ends * 1000;
			dialog.close();
		} catch {
			look();
		}
	});
	/* The warning is no dialog to be waved away by Escape: that would end the session silently. It counts as going on. */
	dialog.addEventListener('cancel', (event) => {
		event.preventDefault();
		if (!ended)
			extend.click();
	});
	document.addEventListener('visibilitychange', look);
	setInterval(look, 1000);
}
