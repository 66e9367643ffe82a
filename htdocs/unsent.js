/*
 * What was typed in a step and not sent goes to the server when the page is left or the session ends, and lies in the
 * form again the next time.  Nobody is told whether it arrived: it is better than nothing, and no substitute for saving.
 */
import { fetched, renew } from './form.js';

/* Milliseconds until a page that does not hold yet what was kept is asked for again. */
const PAUSES = [100, 400, 1500];

/* In sessionStorage: that a page has kept something as it went, not what. */
const MARK = 'kept';

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
	const body = bodyOf(form);
	body.append('keep', 'unsent');
	if (String(body) !== kept && navigator.sendBeacon(form.action, body)) {
		kept = String(body);
		sessionStorage.setItem(MARK, '1');
	}
}

/* A reload has its answer before the page that goes says what it held. */
async function recover(form, startMain) {
	const came = new FormData(form);
	const before = String(bodyOf(form));
	for (const pause of PAUSES) {
		await new Promise((done) => { setTimeout(done, pause); });
		const html = await fetched(location.href);
		const now = new DOMParser().parseFromString(html, 'text/html').getElementById('step');
		if (!form.isConnected || form.dataset.busy)
			return;
		if (now && String(bodyOf(now)) !== before) {
			renew(form, html, startMain, came, [...form.querySelectorAll('input[type=file]')])?.focus();
			return;
		}
	}
}

export function start(startMain) {
	const form = document.getElementById('step');
	if (form && sessionStorage.getItem(MARK) && performance.getEntriesByType('navigation')[0].type === 'reload')
		recover(form, startMain);
	if (form)
		sessionStorage.removeItem(MARK);
	addEventListener('pagehide', keep);
	document.addEventListener('visibilitychange', () => {
		if (document.hidden)
			keep();
		else
			sessionStorage.removeItem(MARK);
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
