/* Questions that are asked only with one answer: for browsers whose style sheets do not know :has() (app.css). */
export function start() {
	if (CSS.supports('selector(:has(*))'))
		return;
	for (const group of document.querySelectorAll('[data-group]')) {
		const form = group.closest('form');
		const show = () => {
			group.hidden = !form.querySelector(`input[value="${group.dataset.group}"]:checked`);
		};
		form.addEventListener('change', show);
		show();
	}
}
