/* An open menu closes by Escape, or when the focus or a click goes elsewhere. */
export function start() {
	const menus = document.querySelectorAll('details.menu');
	const leave = (event) => {
		for (const menu of menus)
			if (!menu.contains(event.target))
				menu.open = false;
	};
	document.addEventListener('click', leave);
	document.addEventListener('focusin', leave);
	document.addEventListener('keydown', (event) => {
		for (const menu of menus)
			if (event.key === 'Escape' && menu.open) {
				menu.open = false;
				menu.querySelector('summary').focus();
			}
	});
}
