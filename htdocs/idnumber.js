/* An ID number of 18 characters stands in groups, 6-8-4, while it is typed and where it is shown; it is sent plain. */
import { fold } from './typed.js';

/* Characters; shorter ones are other documents'. */
const SHORTEST = 9;

const resident = (plain) => /^\d{1,17}[\dX]?$/.test(plain);

export const grouped = (plain) => resident(plain) && plain.length >= SHORTEST ?
	[plain.slice(0, 6), plain.slice(6, 14), plain.slice(14)].filter(Boolean).join(' ') : plain;

/* Where so many characters, blanks not counted, stand before. */
function placeAfter(shown, count) {
	let at = 0;
	for (let left = count; left > 0 && at < shown.length; at++)
		if (shown[at] !== ' ')
			left--;
	return at;
}

function regroup(input) {
	const plain = fold('id', input.value);
	const shown = grouped(plain);
	if (!resident(plain) || shown === input.value)
		return;
	const at = placeAfter(shown, fold('id', input.value.slice(0, input.selectionStart)).length);
	input.value = shown;
	input.setSelectionRange(at, at);
}

export function start() {
	for (const input of document.querySelectorAll('main input[data-typed=id]')) {
		input.defaultValue = grouped(fold('id', input.defaultValue));
		input.addEventListener('input', (event) => {
			if (!event.isComposing)
				regroup(input);
		});
		input.form.addEventListener('formdata', ({ formData }) => {
			if (formData.has(input.name) && resident(fold('id', input.value)))
				formData.set(input.name, fold('id', input.value));
		});
	}
}
