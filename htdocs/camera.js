/*
 * Takes a picture with the camera into the form's file input, which does the same by itself where there is no camera, no
 * permission or no script.  A camera runs only from "open" to "take", and only one does.
 */
import { encode, put, scaled } from './picture.js';

const QUALITY = 0.92;
const kinds = {
	face: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } },
	card: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1440 } },
};
let stop = () => {};

function run(camera) {
	const words = camera.dataset;
	const input = document.getElementById(words.for);
	const view = camera.querySelector('[data-view]');
	const video = view.querySelector('video');
	const say = camera.querySelector('[data-say]');
	const buttons = Object.fromEntries([...camera.querySelectorAll('[data-do]')].map((b) => [b.dataset.do, b]));
	const shown = document.createElement('img');
	const kind = kinds[words.shows];
	let stream;

	/* What can be done now; the focus goes with it. */
	const offer = (names, text) => {
		const focused = camera.contains(document.activeElement);
		for (const [name, button] of Object.entries(buttons))
			button.hidden = !names.includes(name);
		say.textContent = text;
		if (focused)
			buttons[names[0]].focus();
	};
	const close = (text = '') => {
		stream?.getTracks().forEach((track) => track.stop());
		stream = undefined;
		stop = () => {};
		view.hidden = true;
		offer(['open'], text);
	};
	const open = async () => {
		stop();
		try {
			stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: kind });
			stop = close;
			video.srcObject = stream;
			await video.play();
			shown.remove();
			view.hidden = video.hidden = false;
			offer(['take', 'close'], words.live);
		} catch (error) {
			close(error.name === 'NotAllowedError' ? words.denied : words.none);
		}
	};
	const take = async () => {
		const { videoWidth: width, videoHeight: height } = video;
		const file = await encode(scaled(video, width, height, kind.width.ideal), `${words.for}.jpg`, QUALITY, Number(input.dataset.min));
		close();
		if (words.alt) {
			URL.revokeObjectURL(shown.src);
			shown.src = URL.createObjectURL(file);
			shown.alt = words.alt;
			video.hidden = true;
			view.prepend(shown);
			view.hidden = false;
		}
		offer(['again'], words.taken);
		put(input, file, 'shot');
	};

	buttons.open.addEventListener('click', open);
	buttons.again.addEventListener('click', open);
	buttons.take.addEventListener('click', take);
	buttons.close.addEventListener('click', () => close());
	input.addEventListener('change', (event) => {
		if (!event.detail) /* chosen by hand */
			close(words.chosen && input.files.length ? words.chosen : '');
	});
	camera.hidden = false;
}

export function start() {
	stop();
	if (navigator.mediaDevices)
		document.querySelectorAll('.camera').forEach(run);
}

addEventListener('pagehide', () => stop());
