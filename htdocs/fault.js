/* What is wrong: the summary is read out first; at a field it comes and goes. */
export function start() {
	const faults = document.getElementById('faults');
	if (faults)
		faults.focus();
}

/* text "": nothing any more. */
export function showFault(control, text) {
	const field = control.closest('.field');
	const id = `${control.name}-fault`;
	let fault = document.getElementById(id);
	if (!fault && !text)
		return;
	if (!fault) {
		fault = document.createElement('p');
		fault.id = id;
		fault.className = 'field__fault';
		fault.setAttribute('role', 'alert');
		(field.querySelector('.photo') ?? control).before(fault);
		control.setAttribute('aria-describedby', `${control.getAttribute('aria-describedby') || ''} ${id}`.trim());
	}
	fault.textContent = text;
	fault.hidden = !text;
	field.classList.toggle('field--bad', text !== '');
	if (text)
		control.setAttribute('aria-invalid', 'true');
	else
		control.removeAttribute('aria-invalid');
}
