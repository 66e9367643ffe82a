// person(seed): what stands on the ID card of somebody who was never born.
import { readFileSync } from 'node:fs';
import { Random } from './random.mjs';

const codes = readFileSync(new URL('../../../schema/data/codes.json', import.meta.url), 'utf8').split('\n')
	.filter((line) => line.includes('"list"')).map((line) => JSON.parse(line.replace(/,$/, '')));
export const ethnicities = codes.filter((c) => c.list === 'ethnicity' && Number(c.code) <= 56)
	.map((c) => ({ code: c.code, name: c.name_zh.replace(/族$/, '') }));

const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤'];
const compound = ['欧阳', '司马', '上官', '诸葛', '皇甫', '尉迟', '慕容', '司徒'];
const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文辉力云峰山海波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛钧冠策腾榕风航弘雅婷雪琴兰凤洁梅琳素莲真环爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宇欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝梓涵轩睿萱诗涛润琪彤宸骁'];
const rare = [...'赟翀喆堃淼犇骉燚甯彧晟昇旻珺瑄璟祎禕翯䶮㛃镕垚'];
const uyghur = ['阿依古丽', '买买提', '古丽娜尔', '艾合买提', '努尔', '迪丽热巴', '阿不都拉', '吐尔逊', '帕提古丽', '热合曼', '阿卜杜勒', '玉素甫'];
const tibetan = ['扎西', '卓玛', '次仁', '多吉', '央金', '旺堆', '平措', '德吉', '尼玛', '边巴'];

const places = [
	['110101', '北京市东城区', '北京市公安局东城分局'], ['110102', '北京市西城区', '北京市公安局西城分局'],
	['110105', '北京市朝阳区', '北京市公安局朝阳分局'], ['110106', '北京市丰台区', '北京市公安局丰台分局'],
	['110108', '北京市海淀区', '北京市公安局海淀分局'], ['110112', '北京市通州区', '北京市公安局通州分局'],
	['110115', '北京市大兴区', '北京市公安局大兴分局'], ['110117', '北京市平谷区', '北京市公安局平谷分局'],
	['130102', '河北省石家庄市长安区', '石家庄市公安局长安分局'], ['130582', '河北省沙河市', '沙河市公安局'],
	['370102', '山东省济南市历下区', '济南市公安局历下区分局'], ['410105', '河南省郑州市金水区', '郑州市公安局金水路分局'],
	['510104', '四川省成都市锦江区', '成都市公安局锦江分局'], ['522325', '贵州省贞丰县', '贞丰县公安局'],
	['530103', '云南省昆明市盘龙区', '昆明市公安局盘龙分局'], ['450103', '广西南宁市青秀区', '南宁市公安局青秀分局'],
	['650102', '新疆乌鲁木齐市天山区', '乌鲁木齐市公安局天山区分局'], ['540102', '西藏拉萨市城关区', '拉萨市公安局城关分局'],
	['150102', '内蒙古呼和浩特市新城区', '呼和浩特市公安局新城区分局'], ['230103', '黑龙江省哈尔滨市南岗区', '哈尔滨市公安局南岗分局'],
];
const streets = ['建国路', '学院南路', '文化园西街', '民族大道', '和平里东街', '幸福大街', '中关村南大街', '解放北路', '人民路', '青年湖南里',
	'望京西园三区', '天通苑北二区', '广渠门内大街', '金融街', '复兴门外大街', '酒仙桥路', '安贞里', '劲松五区', '永定路', '五棵松路'];
const villages = ['李家庄村', '前进村', '河西村', '小王庄', '北辛庄村', '石门村', '柳树沟村', '太平镇胜利村'];

function address(random, place) {
	const street = random.of(streets);
	switch (random.whole(0, 5)) {
	case 0:
		return `${place}${random.of(villages)}${random.whole(1, 12)}组${random.whole(1, 199)}号`;
	case 1:
		return `${place}${street}${random.whole(1, 299)}号`;
	case 2:
		return `${place}${street}${random.whole(1, 99)}号院${random.whole(1, 29)}-${random.whole(1, 6)}-${random.whole(101, 2604)}`;
	case 3:
		return `${place}${street}${random.whole(1, 99)}号楼${random.whole(1, 9)}单元${random.whole(101, 2604)}室`;
	case 4:
		return `${place}${street}甲${random.whole(1, 99)}号${random.whole(1, 29)}号楼${random.whole(1, 9)}单元${random.whole(101, 2604)}`;
	default:
		return `${place}${street}${random.whole(1, 99)}号院${random.whole(1, 29)}号楼${random.whole(1, 9)}门${random.whole(101, 2604)}号`;
	}
}

const two = (n) => String(n).padStart(2, '0');
const date = (year, month, day) => `${year}-${two(month)}-${two(day)}`;
const ages = (born, on) => Number(on.slice(0, 4)) - Number(born.slice(0, 4)) - (on.slice(5) < born.slice(5) ? 1 : 0);

/* GB 11643: the check character of 17 digits. */
export function check(digits) {
	const sum = [...digits].reduce((s, d, i) => s + Number(d) * (2 ** (17 - i) % 11), 0);
	return '10X98765432'[sum % 11];
}

function name(random, ethnicity) {
	if (ethnicity === '05')
		return `${random.of(uyghur)}·${random.of(uyghur)}`;
	if (ethnicity === '04')
		return random.of(tibetan) + random.of(tibetan);
	const first = random.chance(0.03) ? random.of(compound) : random.of(surnames);
	const letter = () => random.of(random.chance(0.02) ? rare : given);
	return first + letter() + (random.chance(0.75) ? letter() : '');
}

/* An ID card issued at that age is valid for so many years; 0: for ever. */
const years = (age) => (age < 16 ? 5 : age < 26 ? 10 : age < 46 ? 20 : 0);

export function person(seed, { today = '2026-11-26', expired = false } = {}) {
	const random = new Random(seed);
	const ethnicity = random.chance(0.6) ? ethnicities[0] : random.of(ethnicities);
	const [area, place, issuer] = random.of(places);
	const birth_date = date(random.whole(1940, 2008), random.whole(1, 12), random.whole(1, 28));
	const sex = random.of(['1', '2']);
	const digits = `${area}${birth_date.replaceAll('-', '')}${two(random.whole(0, 99))}${2 * random.whole(0, 4) + (sex === '1' ? 1 : 0)}`;
	let id_valid_from, id_valid_to;
	/* An issue whose validity holds today, or not, as wanted. */
	do {
		id_valid_from = date(random.whole(2005, Number(today.slice(0, 4))), random.whole(1, 12), random.whole(1, 28));
		const valid = years(ages(birth_date, id_valid_from));
		id_valid_to = valid ? `${Number(id_valid_from.slice(0, 4)) + valid}${id_valid_from.slice(4)}` : '9999-12-31';
	} while (id_valid_from > today || id_valid_from < birth_date || (id_valid_to < today) !== expired);
	return { seed, name: name(random, ethnicity.code), sex, ethnicity: ethnicity.code, ethnicity_name: ethnicity.name, birth_date,
		address: address(random, place), id_number: digits + check(digits), issuer, id_valid_from, id_valid_to };
}
