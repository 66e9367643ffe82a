/* The line that says when a step was saved says instead that it is not, as long as something is otherwise than in the page as it came. */
import { changed } from './unsent.js';

export function start() {
	const form = document.getElementById('step');
	const line = form?.querySelector('[data-unsaved]');
	if (!line)
		return;
	const saved = line.textContent;
	const look = () => {
		const differs = [...form.elements].some((control) => changed(control) || control.files?.length);
		line.textContent = differs ? line.dataset.unsaved : saved;
		line.classList.toggle('saved--not', differs);
	};
	form.addEventListener('input', look);
	form.addEventListener('change', look);
	look();
}
