/*
 * What was typed in a step and not sent goes to the server when the page is left or the session ends, and lies in the
 * form again the next time.  Nobody is told whether it arrived: it is better than nothing, and no substitute for saving.
 */
let kept;

const bodyOf = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));

/* Is it another than in the page as it came? */
export function changed(control) {
	if (control.type === 'checkbox' || control.type === 'radio')
		return control.checked !== control.defaultChecked;
	if (control.matches('select')) {
		const first = [...control.options].findIndex((o) => o.defaultSelected);
		return control.selectedIndex !== Math.max(0, first);
	}
	return control.matches('input:not([type]), [type=password], textarea') && control.value !== control.defaultValue;
}

export function keep() {
	const form = document.getElementById('step');
	if (!form || form.dataset.taken || (!kept && ![...form.elements].some(changed)))
		return;
	const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
	body.append('keep', 'unsent');
	if (String(body) !== kept && navigator.sendBeacon(form.action, body))
		kept = String(body);
}

export function start() {
	addEventListener('pagehide', keep);
	document.addEventListener('visibilitychange', () => {
		if (document.hidden)
			keep();
	});
	/* The form itself is on its way, or another one leads away: out of the session, perhaps. */
	addEventListener('submit', (event) => {
		if (event.target.id !== 'step')
			keep();
		else if (!event.defaultPrevented)
			event.target.dataset.taken = '1';
	});
	addEventListener('pageshow', () => delete document.getElementById('step')?.dataset.taken);
}
