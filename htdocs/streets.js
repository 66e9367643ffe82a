/* Streets and townships of the chosen district that begin with what an address begins with, under it while it is typed. */
const MOST = 6;

async function streetsOf(address, district) {
	const answer = await fetch(`${address}?district=${encodeURIComponent(district)}`, { headers: { Accept: 'application/json' } });
	if (!answer.ok)
		throw new Error(answer.status);
	return (await answer.json()).streets;
}

function button({ street, label }, does) {
	const made = document.createElement('button');
	made.type = 'button';
	made.textContent = label;
	made.addEventListener('click', () => does(street));
	return made;
}

function offer(input, list, streets) {
	const typed = input.value.trim().toLowerCase();
	const fit = streets.filter(({ street, label }) => [street, label].some((name) => name.toLowerCase().startsWith(typed)))
		.filter(({ street }) => street !== typed).slice(0, MOST);
	list.replaceChildren(...fit.map((one) => button(one, (street) => {
		input.value = street;
		input.dispatchEvent(new Event('input', { bubbles: true }));
		input.focus();
	})));
	list.hidden = !fit.length;
}

function run(input) {
	const district = document.getElementById(input.dataset.within);
	const list = input.nextElementSibling;
	let asked, streets = [];
	const show = async () => {
		const wanted = district.value;
		if (wanted !== asked) {
			asked = wanted;
			streets = [];
			try {
				streets = wanted ? await streetsOf(input.dataset.streets, wanted) : [];
			} catch {
				asked = ''; /* again next time */
			}
		}
		if (document.activeElement === input)
			offer(input, list, streets);
	};
	const hide = () => { list.hidden = true; };
	if (!district)
		return;
	for (const what of ['focus', 'input'])
		input.addEventListener(what, show);
	list.addEventListener('pointerdown', (event) => event.preventDefault()); /* the focus stays */
	for (const [where, next] of [[input, list], [list, list]])
		where.addEventListener('focusout', ({ relatedTarget }) => next.contains(relatedTarget) || hide());
	for (const where of [input, list])
		where.addEventListener('keydown', ({ key }) => key === 'Escape' && hide());
}

export function start() {
	document.querySelectorAll('[data-streets]').forEach(run);
}
