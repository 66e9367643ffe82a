/* Raises dialogs that lie in the page, and asks once more before a form is sent. */

function raise(dialog) {
	dialog.removeAttribute('open');
	dialog.classList.add('is-raised');
	dialog.showModal();
}

/* <dialog open data-raise>: without scripts a part of the page. With faults above it that are not its own it stays there, so that they are read. */
function raiseFromPage(dialog) {
	const opener = document.getElementById(dialog.dataset.opener);
	dialog.addEventListener('close', () => {
		dialog.classList.remove('is-raised');
		opener.hidden = false;
		opener.focus();
	});
	opener.addEventListener('click', () => raise(dialog));
	if (document.getElementById('faults') && !dialog.querySelector('.field--bad'))
		return;
	for (const close of dialog.querySelectorAll('[data-close]'))
		close.hidden = false;
	raise(dialog);
}

/* <dialog data-asks="submit">: stands between the button of that value and the server. A tick that is missing is left to
 * the server, which says so. */
function ask(dialog) {
	const form = dialog.closest('form');
	form.addEventListener('submit', (event) => {
		const button = event.submitter;
		const ticked = [...form.querySelectorAll('input[type=checkbox][required]')].every((t) => t.checked);
		if (!button || button.name !== 'intent' || button.value !== dialog.dataset.asks || !ticked)
			return;
		event.preventDefault();
		dialog.showModal();
	});
}

export function start() {
	if (!window.HTMLDialogElement)
		return;
	for (const dialog of document.querySelectorAll('main dialog')) {
		for (const close of dialog.querySelectorAll('[data-close]'))
			close.addEventListener('click', () => dialog.close());
		if ('raise' in dialog.dataset)
			raiseFromPage(dialog);
		if (dialog.dataset.asks)
			ask(dialog);
	}
}
