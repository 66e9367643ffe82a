/*
 * Looks at what was typed as one leaves the field, at what was chosen or ticked at once, and takes away what was said of it
 * when it is mended.  What the server said stands again with what it was said of.
 */
import { faultText, showFault } from './fault.js';
import { grouped } from './idnumber.js';
import { faultOf, fold } from './typed.js';
import { changed } from './unsent.js';

/* A sentence that comes or goes moves what is being pressed: it waits until the press is over. */
const waiting = [];
let isPressing = false;
const afterPress = (does) => (isPressing ? waiting.push(does) : does());

function press({ isPrimary, button }) {
	isPressing = isPrimary && button === 0;
}

function release() {
	setTimeout(() => {
		isPressing = false;
		waiting.splice(0).forEach((does) => does());
	});
}

function watch(control) {
	const { typed } = control.dataset;
	const said = faultText(control);
	let judged = control.value;

	if (control.matches('textarea')) /* a line that is seen whole */
		control.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && !event.isComposing)
				event.preventDefault();
		});

	const judge = () => {
		if (control.value === judged)
			return;
		const plain = fold(typed, control.value);
		const fault = plain && faultOf(control.dataset, plain);
		/* What is understood is shown as it was understood. */
		if (typed && !fault)
			control.value = typed === 'id' ? grouped(plain) : plain;
		judged = control.value;
		const mended = changed(control) && (plain || !control.required);
		showFault(control, mended ? control.dataset[fault] ?? '' : said);
	};
	if (control.matches('select'))
		control.addEventListener('change', judge);
	else
		control.addEventListener('blur', () => afterPress(judge));
}

function watchChoice(control) {
	const said = faultText(control);
	control.addEventListener('change', () => showFault(control, changed(control) ? '' : said));
}

export function start() {
	document.addEventListener('pointerdown', press, true);
	for (const end of ['click', 'pointercancel', 'keydown'])
		document.addEventListener(end, release, true);
	for (const control of document.querySelectorAll('main .field :is(input:not([type]), [type=password], textarea, select)'))
		watch(control);
	for (const control of document.querySelectorAll('main .field--bad :is([type=radio], [type=checkbox])'))
		watchChoice(control);
}
