/* Looks at what was typed as one leaves the field, and takes away what was said of it when it is mended. */
import { showFault } from './fault.js';
import { grouped } from './idnumber.js';
import { faultOf, fold } from './typed.js';

function watch(control) {
	const { typed } = control.dataset;
	let judged = control.value;

	if (control.matches('textarea')) /* a line that is seen whole */
		control.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && !event.isComposing)
				event.preventDefault();
		});

	control.addEventListener(control.matches('select') ? 'change' : 'blur', () => {
		if (control.value === judged)
			return;
		const plain = fold(typed, control.value);
		const fault = plain && faultOf(control.dataset, plain);
		/* What is understood is shown as it was understood. */
		if (typed && !fault)
			control.value = typed === 'id' ? grouped(plain) : plain;
		judged = control.value;
		showFault(control, fault ? control.dataset[fault] : '');
	});
}

export function start() {
	for (const control of document.querySelectorAll('main .field :is(input:not([type]), textarea, select)'))
		watch(control);
}
