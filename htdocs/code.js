/* Counts down until another code may be asked for; without it the page says how long, and the program decides. */
const MINUTES = 120; /* seconds from which on it is said in minutes */

export function start() {
	const button = document.querySelector('button[data-wait]');
	if (!button)
		return;
	const words = button.parentElement.querySelector('[data-waiting]');
	const until = Date.now() + Number(button.dataset.wait) * 1000;
	let timer;

	const count = () => {
		const left = Math.ceil((until - Date.now()) / 1000);
		button.disabled = left > 0;
		words.textContent = left > MINUTES ? words.dataset.minutes.replace('{1}', Math.ceil(left / 60)) :
			words.dataset.seconds.replace('{1}', left);
		if (left <= 0) {
			clearInterval(timer);
			words.remove();
		}
	};

	timer = setInterval(count, 1000);
	count();
}
