// Prints citizens.json: invented people, one for each thing that can happen. The same every time.
//   node tests/sandbox/make-citizens.mjs > tests/sandbox/citizens.json
// What each kind is there to show stands in kinds.json.

const password = 'Beijing2026';

// username, name, sex, birth date, first six digits of the ID number, and what is unusual.
const people = [
	['wangfang', '王芳', 2, '1990-05-12', '110105', { category: 'employee' }],
	['liwei', '李伟', 1, '1985-11-03', '110108', { category: 'employee' }],
	['zhangmin', '张敏', 2, '1978-02-28', '110101', { category: 'employee' }],
	['liuyang', '刘洋', 1, '1996-09-17', '110112', { category: 'employee' }],
	['chenjing', '陈静', 2, '1988-07-30', '110106', { category: 'employee' }],
	['yangming', '杨明', 1, '1971-01-09', '110103', { category: 'employee' }],
	['zhaolei', '赵磊', 1, '1992-12-21', '110114', { category: 'employee' }],
	['huangli', '黄丽', 2, '1983-04-05', '110115', { category: 'employee' }],
	['zhouqiang', '周强', 1, '1975-08-14', '110104', { category: 'employee' }],
	['wuting', '吴婷', 2, '2000-02-29', '110107', { category: 'employee' }],
	['xuhao', '徐浩', 1, '2003-06-18', '110111', { category: 'resident' }],
	['sunyue', '孙悦', 2, '2005-10-01', '110113', { category: 'resident' }],
	['majun', '马骏', 1, '1994-03-25', '110108', { category: 'employee', ethnicity: '03' }],
	['zhulin', '朱琳', 2, '1987-01-31', '110116', { category: 'employee' }],
	['hubo', '胡波', 1, '1981-05-08', '110117', { category: 'employee', ethnicity: '11' }],
	['guoxue', '郭雪', 2, '1998-12-31', '110118', { category: 'employee' }],
	['hegang', '何刚', 1, '1973-10-20', '110119', { category: 'employee' }],
	['gaoyan', '高燕', 2, '1969-06-06', '110102', { category: 'employee' }],
	['linfeng', '林峰', 1, '1991-09-09', '130102', { category: 'employee' }],
	['luodan', '罗丹', 2, '1995-04-16', '510104', { category: 'resident', ethnicity: '07' }],
	['songtao', '宋涛', 1, '1989-08-27', '320106', { category: 'employee' }],
	['ouyangna', '欧阳娜', 2, '1986-03-09', '110105', { category: 'resident' }],

	['tangjie', '唐杰', 1, '1993-07-07', '420106', { kind: 'not_found', insured: false }],
	['hanmei', '韩梅', 2, '1997-11-19', '370102', { kind: 'not_found', insured: false }],
	['fengyuan', '冯媛', 2, '1984-09-23', '110101', { kind: 'name_differs', roster_name: '冯圆' }],
	['yuhai', '于海', 1, '1980-12-05', '110108', { kind: 'name_differs', roster_name: '于海洋' }],
	['dongrui', '董睿', 1, '1990-01-15', '110105', { kind: 'live_application', seed_application: true }],
	['xiaoyun', '萧云', 2, '1982-06-24', '110106', { kind: 'live_application', seed_application: true }],
	['chengkai', '程凯', 1, '1988-10-10', '110114', { kind: 'already_holds', card_generation: 3 }],
	['caoying', '曹颖', 2, '1979-03-18', '110102', { kind: 'already_holds', card_generation: 3 }],
	['yuanfu', '袁福', 1, '1948-04-02', '110104', { kind: 'deceased', category: 'pensioner', banks: '102', deceased: true }],
	['denghui', '邓辉', 1, '1987-05-21', '110107', { kind: 'id_expired', id_valid_from: '2004-05-20', id_valid_to: '2024-05-20' }],
	['xuqing', '许晴', 2, '1999-08-08', '110112', { kind: 'id_expired', id_valid_from: '2015-11-21', id_valid_to: '2025-11-21' }],

	['fuguilan', '傅桂兰', 2, '1955-02-11', '110103', { kind: 'pensioner', category: 'pensioner', banks: '102' }],
	['shenjianguo', '沈建国', 1, '1949-10-01', '110101', { kind: 'pensioner', category: 'pensioner', banks: '313' }],
	['zengxiulan', '曾秀兰', 2, '1961-12-12', '110111', { kind: 'pensioner', category: 'pensioner', banks: '402' }],
	['pengbin', '彭斌', 1, '1990-06-30', '110108', { kind: 'employer_limited', category: 'employee', banks: '102 301 313' }],
	['lvxin', '吕欣', 2, '1994-02-14', '110115', { kind: 'employer_limited', category: 'employee', banks: '105 308 403' }],
	['sutong', '苏童', 1, '2016-09-01', '110105', { kind: 'minor' }],
	['luxiaoyu', '卢小雨', 2, '2014-04-23', '110108', { kind: 'minor' }],
	['jiangshoushan', '蒋寿山', 1, '1958-07-15', '110109', { kind: 'long_term_id', category: 'resident' }],

	['wangjian', '王𠮷安', 1, '1986-11-11', '110102', { kind: 'rare_name', category: 'employee' }],
	['liuyan', '刘䶮', 2, '1993-01-26', '110106', { kind: 'rare_name', category: 'employee' }],
	['ayiguli', '阿依古丽·买买提', 2, '1995-05-05', '650102', { kind: 'rare_name', category: 'employee', ethnicity: '05' }],
	['yeerlan', '叶尔兰·巴合提江', 1, '1989-03-21', '654002', { kind: 'rare_name', category: 'employee', ethnicity: '17' }],

	['chankaming', '陈嘉明', 1, '1984-08-19', '810000', { kind: 'hmt_permit', id_type: '02', nationality: 'HKG', category: 'employee' }],
	['leongsiman', '梁诗敏', 2, '1991-12-02', '820000', { kind: 'hmt_permit', id_type: '02', nationality: 'MAC', category: 'employee' }],
	['linchihao', '林志豪', 1, '1998-06-13', '830000', { kind: 'hmt_permit', id_type: '02', nationality: 'TWN', ethnicity: '23' }],
	['wonghoiyan', '黄凯欣', 2, '1990-10-28', '', { kind: 'hk_pass', id_type: '03', nationality: 'HKG', category: 'employee', id_number: 'H00000991' }],
	['hokinwai', '何健威', 1, '1977-04-17', '', { kind: 'hk_pass', id_type: '03', nationality: 'MAC', category: 'employee', id_number: 'M00000992' }],
	['tsaiyawen', '蔡雅雯', 2, '1988-02-09', '', { kind: 'taiwan_pass', id_type: '04', nationality: 'TWN', category: 'employee', id_number: '00000993' }],
	['annakowalska', 'ANNA KOWALSKA', 2, '1985-05-15', '', { kind: 'foreign_permanent', id_type: '05', nationality: 'POL', ethnicity: '97', category: 'employee', id_number: 'POL110085051509', id_valid_from: '2022-06-01', id_valid_to: '2032-06-01' }],
	['thomasweber', 'THOMAS WEBER', 1, '1979-09-30', '911276', { kind: 'foreign_permanent', id_type: '05', nationality: 'DEU', ethnicity: '97', category: 'employee' }],
	['jeanmartin', 'JEAN-PIERRE MARTIN', 1, '1992-03-14', '', { kind: 'passport', id_type: '06', nationality: 'FRA', ethnicity: '97', category: 'employee', id_number: '00XX00994' }],

	['renxia', '任霞', 2, '1992-05-27', '110105', { kind: 'no_account', account: false }],
	['fanzhiyong', '范志勇', 1, '1983-11-08', '110114', { kind: 'no_account', account: false }],

	// Each test has its own; later ones at the end, so that nobody's number changes.
	['shaohong', '邵虹', 2, '1990-03-14', '110105', { category: 'employee' }],
	['qianjun', '钱军', 1, '1982-07-02', '110108', { category: 'employee' }],
	['tanyue', '谭月', 2, '1993-11-27', '110112', { category: 'employee' }],
	['weiping', '魏平', 1, '1976-05-19', '110106', { category: 'employee' }],
	['jianglan', '姜兰', 2, '1986-09-08', '110114', { category: 'employee' }],
	['daizhi', '戴志', 1, '1999-02-23', '110115', { category: 'resident' }],
	['fangqin', '方琴', 2, '1984-12-30', '110101', { category: 'employee' }],
	['renkai', '任凯', 1, '1991-06-11', '110107', { category: 'employee' }],
	['shiyu', '石玉', 2, '1979-10-05', '110103', { category: 'employee' }],
	['yaobin', '姚斌', 1, '1988-01-17', '110111', { category: 'employee' }],
	['liaojing', '廖静', 2, '1996-04-28', '110113', { category: 'employee' }],
	['xiongwei', '熊伟', 1, '1974-08-21', '110102', { category: 'employee' }],
	['jinmei', '金梅', 2, '1992-09-16', '110105', { category: 'employee' }],
	['lukang', '陆康', 1, '1985-03-03', '110108', { category: 'employee' }],
	['haoning', '郝宁', 2, '1997-05-25', '110106', { kind: 'no_account', account: false }],
	['kongli', '孔力', 1, '1981-10-12', '110112', { kind: 'no_account', account: false }],
	['baixue', '白雪', 2, '1994-12-04', '110101', { kind: 'no_account', account: false }],
	['cuijian', '崔健', 1, '1977-02-15', '110114', { kind: 'no_account', account: false }],
];

// mulberry32: small, and the same everywhere.
let seed = 20261122;
function random(below)
{
	seed = (seed + 0x6D2B79F5) | 0;
	let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) % below;
}

const two = (n) => String(n).padStart(2, '0');

// GB 11643. Sequence numbers from 990 are kept for people over a hundred: nobody else has these numbers.
function idNumber(region, birth, sex)
{
	const digits = region + birth.replaceAll('-', '') + (990 + random(5) * 2 + (sex === 1 ? 1 : 0));
	const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	return digits + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * digits[i], 0) % 11];
}

// How long a document issued at this age is good: residents' cards by the ID card law, the others by kind.
function years(idType, age)
{
	if (idType !== '01')
		return { '02': 5, '03': 10, '04': 5, '05': 10, '06': 10 }[idType];
	return age < 16 ? 5 : age < 26 ? 10 : age < 46 ? 20 : Infinity;
}

function validity(idType, birth)
{
	// What lasts only five years was issued this year.
	const born = Number(birth.slice(0, 4));
	const short = idType === '02' || idType === '04' || 2026 - born < 16;
	const year = short ? 2026 : 2021 + random(5);
	const day = `-${two(1 + random(10))}-${two(1 + random(28))}`;
	const term = years(idType, year - born - (day < birth.slice(4) ? 1 : 0));
	return { id_valid_from: year + day, id_valid_to: term === Infinity ? '9999-12-31' : year + term + day };
}

const districts = ['东城区', '西城区', '朝阳区', '丰台区', '海淀区', '通州区', '昌平区', '大兴区'];
const roads = ['幸福路', '和平里中街', '育新街', '团结路', '丰收东路', '文化园西街'];

function address()
{
	return `北京市${districts[random(districts.length)]}${roads[random(roads.length)]}${1 + random(90)}号院`
		+ `${1 + random(20)}号楼${1 + random(6)}单元${1 + random(18)}${two(1 + random(4))}`;
}

const citizens = people.map(([username, name, sex, birth, region, unusual], i) => ({
	username,
	password,
	// 143 is given to no operator: nobody's telephone rings.
	phone: `143${String(i + 1).padStart(8, '0')}`,
	name,
	id_type: '01',
	...(region && { id_number: idNumber(region, birth, sex) }),
	kind: 'ok',
	sex: String(sex),
	birth_date: birth,
	nationality: 'CHN',
	ethnicity: '01',
	...validity(unusual.id_type ?? '01', birth),
	address: address(),
	category: 'resident',
	banks: '',
	card_generation: 2,
	deceased: false,
	insured: true,
	account: true,
	...unusual,
}));

process.stdout.write(`[\n${citizens.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
