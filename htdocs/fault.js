/* What is wrong: the summary is read out first; at a field it comes and goes, and with it its line of the summary. */
export function start() {
	const faults = document.getElementById('faults');
	if (!faults)
		return;
	faults.focus();
	faults.setAttribute('aria-live', 'off'); /* not again as its lines go */
}

const boxOf = (control) => control.closest('.field, .tick');

const faultOf = (control) => boxOf(control).querySelector('.field__fault');

export const faultText = (control) => faultOf(control)?.textContent ?? '';

function showLine(name, shown) {
	const faults = document.getElementById('faults');
	const line = faults?.querySelector(`a[href="#${name}"]`)?.closest('li');
	if (!line)
		return;
	line.hidden = !shown;
	const left = faults.querySelectorAll('li:not([hidden])').length;
	faults.querySelector('h2').textContent = faults.dataset.count.replace('{1}', left);
	faults.hidden = left === 0;
}

function made(control) {
	const fault = document.createElement('p');
	fault.id = `${control.name}-fault`;
	fault.className = 'field__fault';
	fault.setAttribute('role', 'alert');
	(boxOf(control).querySelector('.photo') ?? control).before(fault);
	control.setAttribute('aria-describedby', `${control.getAttribute('aria-describedby') || ''} ${fault.id}`.trim());
	return fault;
}

/* text "": nothing any more. */
export function showFault(control, text) {
	const box = boxOf(control);
	let fault = faultOf(control);
	if (!fault && !text)
		return;
	fault ??= made(control);
	fault.textContent = text;
	fault.hidden = !text;
	box.classList.toggle('field--bad', text !== '');
	const described = box.querySelector(`[aria-describedby~="${fault.id}"]`);
	if (text)
		described.setAttribute('aria-invalid', 'true');
	else
		described.removeAttribute('aria-invalid');
	showLine(fault.id.replace(/-fault$/, ''), text !== '');
}
