/*
 * Asks an address every two seconds, while somebody looks, until there is nothing to wait for any more.
 * follow(answer): is there? It may be a promise. lost(): no answer, it will ask again.
 */
const PAUSE = 2000;

export function poll(address, follow, lost) {
	let asking = false;
	let timer;

	const ask = async () => {
		clearTimeout(timer);
		if (asking || document.hidden)
			return;
		asking = true;
		let going = true;
		try {
			const answer = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-store' });
			if (!answer.ok)
				throw new Error(answer.status);
			going = await follow(await answer.json());
		} catch {
			lost();
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
