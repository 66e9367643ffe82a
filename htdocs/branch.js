/*
 * The branches of the chosen bank, without the button that asks the server for a whole page; and where the chosen one is.
 */

function option(branch) {
	const o = document.createElement('option');
	o.value = branch.code;
	o.textContent = branch.name;
	return o;
}

/* The first option asks to choose; the citizen's own district stands before the others, as in the server's page. */
function fill(select, branches, district) {
	const groups = new Map();
	for (const b of [...branches].sort((x, y) => (y.district === district) - (x.district === district))) {
		if (!groups.has(b.district)) {
			const g = document.createElement('optgroup');
			g.label = b.district_name;
			groups.set(b.district, g);
		}
		groups.get(b.district).append(option(b));
	}
	select.replaceChildren(select.options[0], ...groups.values());
	select.value = '';
}

/* Nothing, where none is chosen. */
function showPlace(place, branch) {
	place.hidden = !branch;
	for (const fact of place.querySelectorAll('[data-fact]'))
		fact.textContent = branch ? branch[fact.dataset.fact] : '';
}

export function start() {
	const bank = document.querySelector('select[data-branches]');
	const branch = bank && document.getElementById(bank.dataset.fills);
	const look = bank && bank.parentElement.querySelector('.look');
	if (!branch)
		return;

	const status = document.createElement('small');
	status.setAttribute('role', 'status');
	branch.before(status);
	if (look)
		look.hidden = true;

	const place = document.getElementById('branch-place');
	let asked, known;
	const ask = async (signal) => {
		const url = `${bank.dataset.branches}?bank=${encodeURIComponent(bank.value)}`;
		const answer = await fetch(url, { headers: { Accept: 'application/json' }, signal });
		if (!answer.ok)
			throw new Error(answer.status);
		return (await answer.json()).branches;
	};
	branch.addEventListener('change', async () => {
		const { value } = branch;
		known ??= await ask().catch(() => undefined);
		if (value === branch.value)
			showPlace(place, known?.find(({ code }) => code === value));
	});
	bank.addEventListener('change', async () => {
		if (asked)
			asked.abort();
		const mine = asked = new AbortController();
		const first = branch.options[0];
		branch.replaceChildren(first);
		showPlace(place);
		known = undefined;
		status.textContent = '';
		if (!bank.value) {
			first.textContent = bank.dataset.first;
			return;
		}
		first.textContent = bank.dataset.loading;
		try {
			known = await ask(mine.signal);
			const district = document.getElementById('district');
			fill(branch, known, district ? district.value : '');
			first.textContent = bank.dataset.choose;
			status.textContent = known.length ? '' : bank.dataset.none;
		} catch {
			if (mine.signal.aborted)
				return;
			first.textContent = bank.dataset.choose;
			status.textContent = bank.dataset.failed;
			if (look)
				look.hidden = false;
		}
	});
}
