/* The summary of what has to be mended is read out first. */
export function start() {
	const faults = document.getElementById('faults');
	if (faults)
		faults.focus();
}
