// A streaming reader of XML without attributes that matter: memory does not grow with the file.
// It tells element by element what closes; whether the document is well-formed and valid is xmllint's business.

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: '\'' };
const decode = (text) => text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (_, hex, dec, name) =>
	name ? entities[name] ?? '' : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(dec)));

const text = 4096;    // characters kept of an element that is not in `head`
const markup = 65536; // characters of a tag or a comment

// message: 'encoding', 'declaration' (DOCTYPE and the like) or 'syntax'.
export class ScanError extends Error {}

export class Scan {
	#decoder = new TextDecoder('utf-8', { fatal: true });
	#rest = '';
	#path = [];
	#text = '';
	#close;
	#head;

	// close(path, text) gets the local names from the root on. head: by name, how many characters of the text are kept.
	constructor({ close, head = {} })
	{
		this.#close = close;
		this.#head = head;
	}

	write(bytes)
	{
		this.#take(this.#rest + this.#decode(() => this.#decoder.decode(bytes, { stream: true }), 'encoding'));
	}

	end()
	{
		this.#decode(() => this.#decoder.decode(), 'syntax');
		if (this.#path.length > 0 || this.#rest.trim() !== '')
			throw new ScanError('syntax');
	}

	#decode(step, fault)
	{
		try {
			return step();
		} catch {
			throw new ScanError(fault);
		}
	}

	#take(all)
	{
		let at = 0;
		for (;;) {
			const tag = all.indexOf('<', at);
			if (tag < 0) {
				this.#characters(all.slice(at));
				this.#rest = '';
				return;
			}
			this.#characters(all.slice(at, tag));
			const end = this.#markup(all, tag);
			if (end < 0) {
				this.#rest = all.slice(tag);
				if (this.#rest.length > markup)
					throw new ScanError('syntax');
				return;
			}
			at = end;
		}
	}

	// Takes the markup that begins at tag; the index behind it, or -1 when it is not complete yet.
	#markup(all, tag)
	{
		for (const [begin, finish] of [['<!--', '-->'], ['<![CDATA[', ']]>'], ['<?', '?>']]) {
			if (all.startsWith(begin, tag)) {
				const end = all.indexOf(finish, tag + begin.length);
				if (end >= 0 && begin === '<![CDATA[')
					this.#characters(all.slice(tag + begin.length, end).replaceAll('&', '&amp;'));
				return end < 0 ? -1 : end + finish.length;
			}
			if (begin.startsWith(all.slice(tag)))
				return -1;
		}
		if (all.startsWith('<!', tag))
			throw new ScanError('declaration');
		const end = all.indexOf('>', tag);
		if (end < 0)
			return -1;
		this.#tag(all.slice(tag + 1, end));
		return end + 1;
	}

	#tag(tag)
	{
		const closing = tag.startsWith('/');
		const name = tag.slice(closing ? 1 : 0).split(/[\s/]/, 1)[0].replace(/^.*:/, '');
		if (!closing) {
			this.#path.push(name);
			this.#text = '';
		}
		if (closing || tag.endsWith('/')) {
			this.#close(this.#path, decode(this.#text));
			this.#path.pop();
			this.#text = '';
		}
	}

	#characters(piece)
	{
		const room = (this.#head[this.#path.at(-1)] ?? text) - this.#text.length;
		if (room > 0)
			this.#text += piece.slice(0, room);
	}
}
