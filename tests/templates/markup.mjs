/*
 * markup.mjs - what html-validate (npm) says of a page.
 */
import { HtmlValidate, StaticConfigLoader } from 'html-validate';

const off = [
	'doctype-style', // HTML knows no difference
	'no-implicit-button-type', 'no-implicit-input-type', // submit and text are what is meant, and a page is sent over slow lines
	'form-dup-name', // one name and several buttons: what they are pressed for
	'meta-refresh', // within noscript: how a page without scripts asks again
];

const validator = new HtmlValidate(new StaticConfigLoader({
	root: true,
	extends: ['html-validate:recommended'],
	rules: {
		...Object.fromEntries(off.map((rule) => [rule, 'off'])),
		'tel-non-breaking': ['error', { ignoreClasses: ['nobr'] }], // kept on one line by app.css
		'aria-label-misuse': ['error', { allowAnyNamable: true }], // a list may have a name
	},
}));

/* Its complaints, a line each. */
export async function markup(html) {
	const { results } = await validator.validateString(html);
	return results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `line ${line}: ${message} (${ruleId})`));
}
