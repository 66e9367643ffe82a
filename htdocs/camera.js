/*
 * Takes a picture with the camera into the form's file input, which does the same by itself where there is no camera, no
 * permission or no script.  The camera runs only from "open" to "take".
 */
const LONGEST = 1280;

function still(video) {
	const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
	const canvas = document.createElement('canvas');
	canvas.width = Math.round(video.videoWidth * scale);
	canvas.height = Math.round(video.videoHeight * scale);
	canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
	return new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.92); });
}

export function start() {
	const camera = document.getElementById('camera');
	if (!camera || !navigator.mediaDevices)
		return;
	const words = camera.dataset;
	const input = document.getElementById('picture');
	const view = camera.querySelector('[data-view]');
	const video = view.querySelector('video');
	const say = camera.querySelector('[data-say]');
	const buttons = Object.fromEntries([...camera.querySelectorAll('[data-do]')].map((b) => [b.dataset.do, b]));
	const shown = document.createElement('img');
	let stream;

	const close = () => {
		stream?.getTracks().forEach((track) => track.stop());
		stream = undefined;
	};
	/* One button at a time; the focus goes with it. */
	const offer = (name, text) => {
		const focused = camera.contains(document.activeElement);
		for (const [key, button] of Object.entries(buttons))
			button.hidden = key !== name;
		say.textContent = text;
		if (focused)
			buttons[name].focus();
	};
	const open = async () => {
		try {
			stream = await navigator.mediaDevices.getUserMedia({ audio: false,
				video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } } });
			video.srcObject = stream;
			await video.play();
			shown.remove();
			view.hidden = video.hidden = false;
			offer('take', words.live);
		} catch (error) {
			close();
			view.hidden = true;
			say.textContent = error.name === 'NotAllowedError' ? words.denied : words.none;
		}
	};
	const take = async () => {
		const blob = await still(video);
		const files = new DataTransfer();
		files.items.add(new File([blob], 'face.jpg', { type: blob.type }));
		input.files = files.files;
		close();
		URL.revokeObjectURL(shown.src);
		shown.src = URL.createObjectURL(blob);
		shown.alt = words.alt;
		video.hidden = true;
		view.prepend(shown);
		offer('again', words.taken);
	};

	buttons.open.addEventListener('click', open);
	buttons.again.addEventListener('click', open);
	buttons.take.addEventListener('click', take);
	input.addEventListener('change', () => {
		close();
		view.hidden = true;
		offer('open', input.files.length ? words.chosen : '');
	});
	addEventListener('pagehide', close);
	camera.hidden = false;
}
