import { GoodsIndex } from '../../src/goods/goodsIndex';
import { fitGoods } from '../../src/goods/goodsModel';
import { GoodsStanding } from '../../src/goods/goodsStanding';
import { nextOfGoods, type NextOfGoods } from '../../src/goods/nextOfGoods';
import { ZoneClock } from '../../src/policy/zoneClock';
import { comeTrue } from '../../src/rhythm/calibration';
import { DAY_MS, FIRST_DAY, seeded } from '../rhythm/support';
import { COFFEE, FILTERS, historyOf, MACHINE, pairsOf, type Kind } from './support';

const LAST_DAY = FIRST_DAY + 600;
const UTC = ZoneClock.of('UTC') as ZoneClock;
const index = new GoodsIndex(fitGoods(historyOf(pairsOf([COFFEE, FILTERS, MACHINE], 400, 600, seeded(7))), LAST_DAY));
const next = nextOfGoods(index);
const expected = ({ id, category }: Pick<Kind, 'id' | 'category'>, days: number[], today = days.at(-1)!): NextOfGoods => next({ id, parent: category, days }, today, UTC);

test('who has bought once is expected when buyers of the product come back, and not for what lasts', () => {
	const [beans, filters, machine] = [COFFEE, FILTERS, MACHINE].map((kind) => expected(kind, [FIRST_DAY]));
	expect(beans!.days.at).toBeGreaterThan(20);
	expect(beans!.days.at).toBeLessThan(42);
	expect(filters!.days.at).toBeGreaterThan(60);
	expect(filters!.days.at).toBeLessThan(125);
	expect(machine!.at).toBeNull();
	expect(machine!.noReturn).toBeGreaterThan(0.8);
	expect(beans!.noReturn).toBeLessThan(0.2);
});

test('own gaps count more, the more there are: twice as slow as the others', () => {
	const slow = [0, 60, 120, 180, 240, 300].map((day) => FIRST_DAY + day);
	const [two, six] = [expected(COFFEE, slow.slice(0, 2)), expected(COFFEE, slow)];
	expect(two.days.at).toBeGreaterThan(30);
	expect(six.days.at).toBeGreaterThan(two.days.at);
	expect(six.days.at).toBeGreaterThan(45);
	expect(six.days.at).toBeLessThan(72);
});

test('the time that has passed counts: the date comes nearer, then the product is given up', () => {
	const days = [0, 30, 60, 90, 120].map((day) => FIRST_DAY + day);
	const [fresh, near, gone] = [0, 22, 200].map((passed) => expected(COFFEE, days, FIRST_DAY + 120 + passed));
	expect(near!.days.at).toBeLessThan(fresh!.days.at);
	expect(gone!.at).toBeNull();
	expect(gone!.noReturn).toBeGreaterThan(0.5);
});

test('of a product that nobody has bought again it is known what its category does, and of any other what the shop does', () => {
	const ofCategory = expected({ id: 'new beans', category: 'Coffee' }, [FIRST_DAY]);
	const ofMachines = expected({ id: 'new machine', category: 'Machines' }, [FIRST_DAY]);
	const ofShop = expected({ id: 'surprise', category: null }, [FIRST_DAY]);
	expect(ofCategory.noReturn).toBeLessThan(ofShop.noReturn);
	expect(ofMachines.noReturn).toBeGreaterThan(ofShop.noReturn);
	expect(expected({ id: 'surprise', category: 'never heard of' }, [FIRST_DAY])).toEqual(ofShop);
});

test('a product that two people have bought twice is hardly told from its category', () => {
	const pairs = pairsOf([COFFEE, FILTERS, MACHINE], 200, 600, seeded(9));
	const rare = { id: 'rare', category: 'Coffee', gap: 3, back: 1 };
	const with2 = new GoodsIndex(fitGoods(historyOf([...pairs, ...[0, 1].map((place) => ({ goods: rare, days: [LAST_DAY - 200 + place, LAST_DAY - 197 + place] }))]), LAST_DAY));
	const [own, category] = [with2.of('rare', 'Coffee'), with2.of('other', 'Coffee')];
	expect(Math.exp(own.prior.logMean)).toBeGreaterThan(0.55 * Math.exp(category.prior.logMean));
	expect(own.lift / category.lift).toBeGreaterThan(0.6);
	expect(own.lift / category.lift).toBeLessThan(1.4);
});

test('probabilities come true on the days that the model has not seen', () => {
	const cut = FIRST_DAY + 450;
	const pairs = pairsOf([COFFEE, FILTERS], 500, 600, seeded(17));
	const known = pairs.map(({ goods, days }) => ({ goods, days: days.filter((day) => day <= cut) })).filter(({ days }) => days.length > 0);
	const fitted = new GoodsIndex(fitGoods(historyOf(known), cut));
	const standing = new GoodsStanding(fitted.model.curves);
	const outcomes = pairs.flatMap(({ goods, days }) => {
		const before = days.filter((day) => day <= cut);
		if (before.length < 2) return [];
		standing.place(Int32Array.from(before), 0, before.length, cut, fitted.of(goods.id, goods.category));
		const after = days.find((day) => day > cut);
		return [{ at: standing.within((after ?? LAST_DAY) - cut), ordered: after !== undefined }];
	});
	expect(outcomes.length).toBeGreaterThan(400);
	const told = comeTrue(outcomes);
	for (const share of [0.25, 0.5, 0.75]) expect(Math.abs(told.below(share) - share)).toBeLessThan(0.08);
});

test('a day more for all is a day more in the answer, and nothing else', () => {
	const pairs = pairsOf([COFFEE, MACHINE], 60, 400, seeded(3));
	const [one, other] = [0, 11].map((shift) => fitGoods(historyOf(pairs.map(({ goods, days }) => ({ goods, days: days.map((day) => day + shift) }))), FIRST_DAY + 400 + shift));
	expect(other).toEqual(one);
	const days = [0, 28, 57].map((day) => FIRST_DAY + day);
	const [today, later] = [0, 11].map((shift) => nextOfGoods(new GoodsIndex(one!))({ id: 'beans', parent: 'Coffee', days: days.map((day) => day + shift) }, FIRST_DAY + 60 + shift, UTC));
	expect(later!.at! - today!.at!).toBe(11 * DAY_MS);
	expect(later!.noReturn).toBe(today!.noReturn);
});

test.each([
	['nothing', []],
	['one purchase', [{ goods: COFFEE, days: [FIRST_DAY] }]],
	['one customer with two', [{ goods: COFFEE, days: [FIRST_DAY, FIRST_DAY + 1] }]],
	['all on one day', Array.from({ length: 300 }, () => ({ goods: COFFEE, days: [FIRST_DAY] }))],
	['every day', [{ goods: COFFEE, days: Array.from({ length: 2_000 }, (_, day) => FIRST_DAY + day) }]],
])('a shop that has sold %s is no NaN', (_, pairs) => {
	const model = fitGoods(historyOf(pairs), FIRST_DAY + 2_000);
	const found = nextOfGoods(new GoodsIndex(JSON.parse(JSON.stringify(model)) as typeof model))({ id: 'beans', parent: 'Coffee', days: [FIRST_DAY] }, FIRST_DAY + 2_000, UTC);
	expect(found.noReturn).toBeGreaterThanOrEqual(0);
	expect(found.noReturn).toBeLessThanOrEqual(1);
	expect(JSON.stringify(model)).not.toContain('null');
});
