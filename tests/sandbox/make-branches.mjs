// Prints branches.json: invented branches of the real banks. The same every time.
//   node tests/sandbox/make-branches.mjs > tests/sandbox/branches.json
import { readFileSync } from 'node:fs';

const file = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const banks = file('../../schema/data/banks.json');
const districts = file('../../schema/data/codes.json').filter((row) => row.list === 'district');

// The places are real, the branches are not.
const places = {
	110101: ['王府井 Wangfujing', '东四 Dongsi', '崇文门 Chongwenmen', '安定门 Andingmen', '天坛 Tiantan'],
	110102: ['西单 Xidan', '金融街 Jinrongjie', '宣武门 Xuanwumen', '德胜门 Deshengmen', '牛街 Niujie'],
	110105: ['朝阳门 Chaoyangmen', '望京 Wangjing', '国贸 Guomao', '双井 Shuangjing', '亚运村 Yayuncun'],
	110106: ['方庄 Fangzhuang', '丽泽 Lize', '卢沟桥 Lugouqiao', '马家堡 Majiapu'],
	110107: ['八角 Bajiao', '古城 Gucheng', '鲁谷 Lugu'],
	110108: ['中关村 Zhongguancun', '五道口 Wudaokou', '公主坟 Gongzhufen', '上地 Shangdi', '清河 Qinghe'],
	110109: ['大峪 Dayu', '永定 Yongding'],
	110111: ['良乡 Liangxiang', '燕山 Yanshan', '房山城关 Fangshan Chengguan'],
	110112: ['新华大街 Xinhua Dajie', '梨园 Liyuan', '运河 Yunhe', '马驹桥 Majuqiao'],
	110113: ['光明街 Guangmingjie', '后沙峪 Houshayu', '天竺 Tianzhu'],
	110114: ['回龙观 Huilongguan', '天通苑 Tiantongyuan', '鼓楼 Gulou', '沙河 Shahe'],
	110115: ['黄村 Huangcun', '西红门 Xihongmen', '旧宫 Jiugong'],
	110116: ['青春路 Qingchunlu', '雁栖 Yanqi'],
	110117: ['府前街 Fuqianjie', '马坊 Mafang'],
	110118: ['鼓楼大街 Gulou Dajie', '溪翁庄 Xiwengzhuang'],
	110119: ['东外大街 Dongwai Dajie', '康庄 Kangzhuang'],
	110199: ['荣华 Ronghua', '科创街 Kechuangjie'],
};

const everywhere = ['102', '103', '104', '105', '301', '313', '402', '403'];
const centre = ['110101', '110102', '110105', '110106', '110107', '110108', '110112', '110114', '110115'];
const closed = ['1020004', '3130002', '4030001'];
const streets = ['幸福路', '和平里街', '文化大街', '建设路', '团结湖路', '育新街', '丰收路'];

// How many branches a bank has in a district, out of the list of places.
function count(bank, district)
{
	if (!everywhere.includes(bank))
		return centre.includes(district) ? 1 : 0;
	return ['110105', '110108'].includes(district) ? 3 : centre.includes(district) ? 2 : 1;
}

const branches = banks.flatMap((bank, b) => districts
	.flatMap((district, d) => Array.from({ length: count(bank.code, district.code) }, (_, i) => {
		const list = places[district.code];
		return { district, d, place: list[(b + i) % list.length] };
	}))
	.map(({ district, d, place }, i) => {
		const code = bank.code + String(i + 1).padStart(4, '0');
		const [zh, ...en] = place.split(' ');
		const long = everywhere.includes(bank.code) && i % 3 === 0;
		return {
			code,
			bank: bank.code,
			district: district.code,
			name_zh: `${zh}支行`,
			name_en: `${en.join(' ')} Sub-branch`,
			address: `北京市${district.name_zh.replace('北京', '')}${streets[(b + d + i) % streets.length]}${(b * 7 + i * 13) % 180 + 1}号`,
			// No number in Beijing begins with 0: nobody's telephone rings.
			phone: `010-00${bank.code}${String(i + 1).padStart(3, '0')}`,
			hours: long ? '周一至周五 09:00-17:00，周六 09:30-16:00' : '周一至周五 09:00-17:00',
			hours_en: long ? 'Mon–Fri 09:00–17:00, Sat 09:30–16:00' : 'Mon–Fri 09:00–17:00',
			open: !closed.includes(code),
		};
	}));

process.stdout.write(`[\n${branches.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
