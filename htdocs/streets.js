/* Streets and townships of the chosen district, offered where an address begins. */

async function streetsOf(address, district) {
	const answer = await fetch(`${address}?district=${encodeURIComponent(district)}`, { headers: { Accept: 'application/json' } });
	if (!answer.ok)
		throw new Error(answer.status);
	return (await answer.json()).streets;
}

function option({ street, label }) {
	const o = document.createElement('option');
	o.value = street;
	if (label !== street)
		o.label = label;
	return o;
}

export function start() {
	for (const input of document.querySelectorAll('input[data-streets]')) {
		const district = document.getElementById(input.dataset.within);
		let offered = '';
		if (!district)
			continue;
		input.addEventListener('focus', async () => {
			const wanted = district.value;
			if (wanted === offered)
				return;
			offered = wanted;
			input.list.replaceChildren();
			try {
				const streets = wanted ? await streetsOf(input.dataset.streets, wanted) : [];
				if (offered === wanted)
					input.list.replaceChildren(...streets.map(option));
			} catch {
				offered = ''; /* asked again next time */
			}
		});
	}
}
