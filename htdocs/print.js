/* A button prints the page where a printer is to be expected: not in the hand. */
export function start() {
	const button = document.querySelector('[data-print]');
	if (!button || !matchMedia('(hover: hover)').matches)
		return;
	button.hidden = false;
	button.addEventListener('click', () => print());
}
