/* Counts down until another code may be asked for; without it the page says how long, and the program decides. */
export function start() {
	const button = document.querySelector('button[data-wait]');
	if (!button)
		return;
	const label = button.textContent;
	const words = button.parentElement.querySelector('[data-waiting]');
	const until = Date.now() + Number(button.dataset.wait) * 1000;
	let timer;

	const count = () => {
		const left = Math.ceil((until - Date.now()) / 1000);
		button.disabled = left > 0;
		button.textContent = left > 0 ? `${label} (${left})` : label;
		if (left <= 0) {
			clearInterval(timer);
			words.remove();
		}
	};

	timer = setInterval(count, 1000);
	count();
}
