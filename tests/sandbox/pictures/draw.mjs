// Drawings as SVG: portraits and ID card sides of the invented people of citizens.json.

const skins = ['#f1c9a5', '#e8b98f', '#f5d3b3', '#dba77d'];
const clothes = ['#2b3a67', '#5b2333', '#1f4d3a', '#3d3d3d', '#7a4a1e'];
const ethnicities = { '01': '汉', '03': '回', '07': '彝', '11': '满' };
const labels = 'fill="#2c6aa8" font-size="38"';

// Grain, as a camera has it: a picture without would be smaller than any photo.
const grain = `<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency="0.8" numOctaves="2" seed="7"/>
	<feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0 0.5  0.35 0 0 0 -0.08"/></filter>`;

const svg = (width, height, body) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"
	viewBox="0 0 ${width} ${height}"><defs>${grain}
	<radialGradient id="face" cx="0.45" cy="0.42" r="0.65"><stop offset="0.3" stop-color="#fff" stop-opacity="0.25"/>
	<stop offset="1" stop-color="#5a2c10" stop-opacity="0.35"/></radialGradient></defs>
	<g font-family="Noto Sans CJK SC, sans-serif">${body}</g>
	<rect width="${width}" height="${height}" filter="url(#grain)" opacity="0.4"/></svg>`;

// Head and shoulders in a box of 1000 × 1232, which is the card photo's 358:441.
export const bust = (person, n) => {
	const skin = skins[n % skins.length];
	const wide = person.sex === '1' ? 1 : 0.93;
	const hair = person.sex === '1' ?
		'M215 470 C190 130 350 45 500 45 C660 45 810 130 785 470 C765 330 700 270 640 250 C520 290 360 290 300 265 C250 310 230 380 215 470 Z' :
		'M190 900 C120 300 270 45 500 45 C730 45 880 300 810 900 L735 900 C790 500 720 320 600 240 C500 330 360 330 300 300 C235 420 215 560 265 900 Z';
	const eye = (x) => `<ellipse cx="${x}" cy="520" rx="52" ry="25" fill="#fdfdfb"/><circle cx="${x}" cy="520" r="23" fill="#2e1c12"/>
		<circle cx="${x + 7}" cy="512" r="6" fill="#fff"/><path d="M${x - 58} 512 Q${x} 474 ${x + 58} 512" stroke="#22150e" stroke-width="10" fill="none"/>
		<path d="M${x - 70} 450 Q${x} 415 ${x + 70} 450" stroke="#2a1a12" stroke-width="16" fill="none"/>`;
	return `<path d="M60 1232 C80 1010 300 980 400 950 L600 950 C700 980 920 1010 940 1232 Z" fill="${clothes[n % clothes.length]}"/>
		<path d="M395 800 L605 800 L620 985 Q500 1080 380 985 Z" fill="${skin}"/><path d="M395 860 Q500 985 605 860 L610 900 Q500 1010 390 900 Z" fill="#000" opacity="0.15"/>
		<g transform="translate(${500 - 500 * wide} 0) scale(${wide} 1)">
		<ellipse cx="222" cy="545" rx="38" ry="75" fill="${skin}"/><ellipse cx="778" cy="545" rx="38" ry="75" fill="${skin}"/>
		<path d="M230 480 C230 200 340 130 500 130 C660 130 770 200 770 480 C770 740 650 905 500 905 C350 905 230 740 230 480 Z" fill="${skin}"/>
		<path d="M230 480 C230 200 340 130 500 130 C660 130 770 200 770 480 C770 740 650 905 500 905 C350 905 230 740 230 480 Z" fill="url(#face)"/>
		${eye(385)}${eye(615)}
		<path d="M490 530 Q460 640 450 665 Q500 700 550 665" stroke="#9c6644" stroke-width="9" fill="none"/>
		<path d="M405 765 Q500 735 595 765 Q500 835 405 765 Z" fill="#b4544c"/><path d="M405 765 Q500 780 595 765" stroke="#7c322e" stroke-width="6" fill="none"/>
		</g><path d="${hair}" fill="#1d1512"/>`;
};

export const portrait = (person, n, width, height) => {
	const scale = Math.min(width / 1000, height / 1232);
	return svg(width, height, `<rect width="${width}" height="${height}" fill="#fbfbfa"/>
		<g transform="translate(${(width - 1000 * scale) / 2} ${height - 1232 * scale}) scale(${scale})">${bust(person, n)}</g>`);
};

// A card of 1712 × 1080 (85.6 × 54 mm) on a table.
const card = (body) => svg(2000, 1500, `<rect width="2000" height="1500" fill="#8a7a66"/>
	<g transform="translate(150 200) rotate(1.2)"><rect width="1712" height="1080" rx="60" fill="#e9f0ee"/>
	${Array.from({ length: 23 }, (_, i) => `<path d="M0 ${i * 42 + 80} q430 -60 856 0 t856 0" stroke="#b9d4d0" stroke-width="3" fill="none"/>`).join('')}
	${body}</g>`);

export const idFront = (person, n) => {
	const [year, month, day] = person.birth_date.split('-').map(Number);
	const text = (x, y, words, size = 52) => `<text x="${x}" y="${y}" font-size="${size}">${words}</text>`;
	const lines = person.address.match(/.{1,11}/gu);
	return card(`<g ${labels}><text x="100" y="170">姓 名</text><text x="100" y="300">性 别</text><text x="420" y="300">民 族</text>
		<text x="100" y="430">出 生</text><text x="445" y="430">年</text><text x="585" y="430">月</text><text x="725" y="430">日</text>
		<text x="100" y="560">住 址</text><text x="100" y="940">公民身份号码</text></g>
		${text(250, 170, person.name, 62)}${text(250, 300, person.sex === '1' ? '男' : '女')}${text(570, 300, ethnicities[person.ethnicity] ?? '汉')}
		${text(250, 430, year)}${text(500, 430, month)}${text(640, 430, day)}
		${lines.map((line, i) => text(250, 560 + i * 80, line)).join('')}
		<text x="480" y="945" font-size="68" letter-spacing="8" font-family="monospace">${person.id_number}</text>
		<g transform="translate(1120 140) scale(0.5)">${bust(person, n)}</g>`);
};

export const idBack = (person) => card(`<circle cx="230" cy="240" r="130" fill="#c8352b"/><circle cx="230" cy="240" r="95" fill="#e3b23c"/>
	<text x="520" y="230" font-size="92">中华人民共和国</text><text x="520" y="400" font-size="120" letter-spacing="40">居民身份证</text>
	<g ${labels}><text x="420" y="800">签发机关</text><text x="420" y="930">有效期限</text></g>
	<text x="640" y="800" font-size="52">北京市公安局朝阳分局</text>
	<text x="640" y="930" font-size="52">${person.id_valid_from.replaceAll('-', '.')}-${person.id_valid_to.replaceAll('-', '.')}</text>`);

// What is hard on those who look for text and faces: SVG by name.
export const scenes = (person) => {
	const places = (columns, rows, each) => Array.from({ length: columns * rows }, (_, i) => each(i % columns, Math.floor(i / columns), i)).join('');
	return {
		words: svg(1600, 1200, `<rect width="1600" height="1200" fill="#fff"/>${places(1, 75, (x, y) => `<text x="4" y="${y * 16 + 13}" font-size="13">${person.address.repeat(12)}</text>`)}`),
		labels: svg(1600, 1200, `<rect width="1600" height="1200" fill="#fff"/>${places(8, 40, (x, y, i) => `<text x="${x * 200}" y="${y * 30 + 24}" font-size="22">${['姓名', '民族', '住址', '公民身份号码', '签发机关', '有效期限'][i % 6]}${i}</text>`)}`),
		digits: svg(1600, 1200, `<rect width="1600" height="1200" fill="#fff"/>${places(4, 30, (x, y) => `<text x="${x * 400}" y="${y * 40 + 30}" font-size="34">${person.id_number}</text>`)}`),
		spokes: svg(1200, 1200, `<rect width="1200" height="1200" fill="#fff"/>${places(36, 1, (i) => `<text x="760" y="600" font-size="24" transform="rotate(${i * 10} 600 600)">${person.address}</text>`)}`),
		crowd: svg(1600, 1200, `<rect width="1600" height="1200" fill="#fff"/>${places(16, 10, (x, y, i) => `<g transform="translate(${x * 100} ${y * 120}) scale(0.095)">${bust(person, i)}</g>`)}`),
		pupil: svg(900, 1200, `<rect width="900" height="1200" fill="#fff"/><g transform="translate(-2100 -2900) scale(6)">${bust(person, 0)}</g>`),
		board: svg(1600, 1200, `<defs><pattern id="b" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 0h4v4h-4zM4 4h4v4h-4z"/></pattern></defs><rect width="1600" height="1200" fill="#fff"/><rect width="1600" height="1200" fill="url(#b)"/>`),
		stripes: svg(1600, 401, `<rect width="1600" height="401" fill="#fff"/>${places(1, 40, (x, y) => `<path d="M0 ${y * 10}h1600v5H0z"/>`)}`),
	};
};
