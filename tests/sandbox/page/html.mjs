// Template strings that escape what is put into them.

class Safe {
	constructor(text)
	{
		this.text = text;
	}
}

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

function render(value)
{
	if (value instanceof Safe)
		return value.text;
	if (Array.isArray(value))
		return value.map(render).join('');
	if (value === undefined || value === null || value === false)
		return '';
	return String(value).replace(/[&<>"']/g, (c) => escapes[c]);
}

export const html = (strings, ...values) =>
	new Safe(strings.reduce((text, string, i) => text + render(values[i - 1]) + string));
