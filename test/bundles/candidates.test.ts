import { candidateModelOf, storedModel, type StoredCandidateModel } from '../../src/bundles/candidateModel';
import { CandidateScorer, type History } from '../../src/bundles/candidates';
import { fitCandidates, historyOf } from '../../src/bundles/fitCandidates';
import { neighboursOf } from '../../src/bundles/neighbours';
import type { Purchases } from '../../src/bundles/purchases';
import { stepsOf, stepsUntil, type Steps } from '../../src/bundles/steps';
import { logistic, logisticRegression } from '../../src/core/logisticRegression';

const DAY_MS = 86_400_000;

interface Bought {
	customer: number;
	day: number;
	products: string[];
}

function stepsFrom(orders: readonly Bought[], lastDay?: number): Steps {
	const names = [...new Set(orders.flatMap(({ products }) => products))];
	const purchases: Purchases = {
		products: names,
		offsets: Uint32Array.from([0, ...orders.map((_, order) => orders.slice(0, order + 1).reduce((sum, { products }) => sum + products.length, 0))]),
		items: Uint32Array.from(orders.flatMap(({ products }) => products.map((name) => names.indexOf(name)))),
		orderedAt: Float64Array.from(orders, ({ day }) => day * DAY_MS),
		customers: Float64Array.from(orders, ({ customer }) => customer),
	};
	return stepsOf(purchases, (ms) => Math.floor(ms / DAY_MS), lastDay);
}

/** A shop in which tea follows the pot, filters are bought every four weeks, and everybody takes a bag now and then. */
function shop(customers = 400): Bought[] {
	const orders: Bought[] = [];
	for (let customer = 1; customer <= customers; customer++) {
		const start = customer % 60;
		const kind = customer % 4;
		if (kind === 0) orders.push({ customer, day: start, products: ['pot'] }, { customer, day: start + 70, products: customer % 8 === 0 ? ['tea', 'bag'] : ['tea'] });
		if (kind === 1) for (let day = start; day < 140; day += 28) orders.push({ customer, day, products: ['machine filter'] });
		if (kind === 2) orders.push({ customer, day: start, products: ['bag'] }, { customer, day: start + 75, products: ['soap'] });
		if (kind === 3) orders.push({ customer, day: start, products: ['bag', 'towel'] }, { customer, day: start + 60, products: ['soap'] });
	}
	return orders;
}

describe('what is likely to be bought next', () => {
	const steps = stepsFrom(shop(), 139);
	const model = fitCandidates(steps, 139, { horizonDays: 60 });
	const scorer = new CandidateScorer(model);
	const number = (name: string) => steps.names.indexOf(name);
	const after = (name: string, day: number): History => ({ products: Uint32Array.of(number(name)), days: Int32Array.of(day) });
	const named = (history: History, settings = {}) => scorer.likely(history, 139, { limit: 3, ...settings }).map(({ product, because }) => ({ product: steps.names[product], because: because === undefined ? undefined : steps.names[because] }));

	test('is learned from what was bought, by the shop itself', () => {
		expect(model.learnedFrom).toBeGreaterThanOrEqual(100);
		expect(named(after('pot', 110), { allowed: (_: number, times: number) => times === 0 })[0]).toEqual({ product: 'tea', because: 'pot' });
		expect(named(after('machine filter', 112))[0]).toMatchObject({ product: 'machine filter' });
	});

	test('a link makes it likelier than it would be anyway; what is had already is no link', () => {
		const found = scorer.likely(after('pot', 110), 139, { limit: 10 });
		const tea = found.find(({ product }) => product === number('tea'))!;
		expect(tea.probability).toBeGreaterThan(tea.anyway);
		const pot = found.find(({ product }) => product === number('pot'))!;
		expect(pot).toMatchObject({ because: undefined, times: 1 });
		expect(pot.probability).toBeCloseTo(pot.anyway, 12);
	});

	test('what a purchase is worth moves the ranking by the weight given to it', () => {
		const values = Float64Array.from(steps.names, (name) => (name === 'soap' ? 1e9 : 1));
		expect(named(after('pot', 110), { values, valueWeight: 1 })[0]!.product).toBe('soap');
		expect(named(after('pot', 110), { values, valueWeight: 0 })).toEqual(named(after('pot', 110)));
	});

	test('what is asked for is told of wherever it ranks, beside the others', () => {
		const plain = scorer.likely(after('pot', 110), 139, { limit: 1, allowed: (_, times) => times === 0 });
		const [towel, pot] = [number('towel'), number('pot')];
		const asked = scorer.likely(after('pot', 110), 139, { limit: 1, allowed: (_, times) => times === 0, also: [towel, pot, towel] });
		expect(new Set(asked.map(({ product }) => product))).toEqual(new Set([plain[0]!.product, towel, pot]));
		expect(asked).toHaveLength(3);
		expect(asked.find(({ product }) => product === plain[0]!.product)).toEqual(plain[0]);
		expect(asked).toEqual([...asked].sort((a, b) => b.probability - a.probability));
	});

	test('what is new ranks by what links add to it where that is asked for', () => {
		const found = scorer.likely(after('pot', 110), 139, { limit: 10, newByGain: true });
		const counted = found.map(({ probability, anyway, times }) => (times > 0 ? probability : Math.max(probability - anyway, 0)));
		expect(counted).toEqual([...counted].sort((a, b) => b - a));
		expect(found.map(({ product }) => product)).toEqual(expect.arrayContaining([number('tea'), number('pot')]));
		expect(counted[0]).toBeGreaterThan(0);
	});

	test('asking one customer leaves nothing behind for the next', () => {
		const [first, second] = [historyOf(steps, 3), historyOf(steps, 0)];
		const fresh = new CandidateScorer(model).likely(second, 139, { limit: 5 });
		scorer.likely(first, 139, { limit: 5 });
		expect(scorer.likely(second, 139, { limit: 5 })).toEqual(fresh);
	});

	test('what is bought later is neither looked at nor learned from', () => {
		const day = 100;
		const known = shop().filter((order) => order.day <= day);
		// Another shop from that day on.
		const other = [...known, ...shop().filter((order) => order.day > day).map((order) => ({ ...order, products: ['bag'] }))];
		const [one, two] = [fitCandidates(stepsFrom(shop(), 139), day, { horizonDays: 40 }), fitCandidates(stepsFrom(other, 139), day, { horizonDays: 40 })];
		expect(one.weights).toEqual(two.weights);
		expect(one.products.map((name, place) => [name, one.recent[place]]).filter(([, recent]) => recent !== 0).sort()).toEqual(two.products.map((name, place) => [name, two.recent[place]]).filter(([, recent]) => recent !== 0).sort());
		const history = { products: Uint32Array.of(number('bag'), number('soap')), days: Int32Array.of(10, 139) };
		expect(new CandidateScorer(one).likely(history, day, { limit: 5 })).toEqual(new CandidateScorer(one).likely({ products: history.products.slice(0, 1), days: history.days.slice(0, 1) }, day, { limit: 5 }));
	});

	test('kept as JSON and read again it says the same', () => {
		const again = new CandidateScorer(candidateModelOf(JSON.parse(JSON.stringify(storedModel(model))) as StoredCandidateModel));
		expect(again.likely(after('pot', 110), 139, { limit: 5 })).toEqual(scorer.likely(after('pot', 110), 139, { limit: 5 }));
	});

	test('unknown products, nothing bought, nothing sold: no answer but a sound one', () => {
		expect(scorer.likely({ products: Uint32Array.of(999_999), days: Int32Array.of(3) }, 139, { limit: 5 })).toEqual(scorer.likely({ products: new Uint32Array(), days: new Int32Array() }, 139, { limit: 5 }));
		const empty = new CandidateScorer(fitCandidates(stepsFrom([], 10), 10, { horizonDays: 30 }));
		expect(empty.likely({ products: new Uint32Array(), days: new Int32Array() }, 10, { limit: 5 })).toEqual([]);
	});

	test('a catalogue of one product: that product, or nothing where it must not be offered', () => {
		const one = stepsFrom(Array.from({ length: 50 }, (_, customer) => ({ customer: customer + 1, day: customer, products: ['it'] })), 60);
		const only = new CandidateScorer(fitCandidates(one, 60, { horizonDays: 20 }));
		expect(only.likely(historyOf(one, 0), 60, { limit: 5 })).toMatchObject([{ product: 0, because: undefined }]);
		expect(only.likely(historyOf(one, 0), 60, { limit: 5, allowed: (_, times) => times === 0 })).toEqual([]);
	});

	test('all customers alike: finite chances, the same for everybody', () => {
		const alike = stepsFrom(Array.from({ length: 300 }, (_, customer) => [10, 50, 90].map((day) => ({ customer: customer + 1, day, products: ['a', 'b'] }))).flat(), 100);
		const same = new CandidateScorer(fitCandidates(alike, 100, { horizonDays: 30 }));
		const found = same.likely(historyOf(alike, 0), 100, { limit: 5 });
		expect(found).toEqual(same.likely(historyOf(alike, 200), 100, { limit: 5 }));
		expect(found.every(({ probability }) => probability > 0.5 && probability <= 1)).toBe(true);
	});
});

test('links: one common customer is none; bestsellers are not the nearest of everything', () => {
	const orders: Bought[] = [];
	for (let customer = 1; customer <= 200; customer++) orders.push({ customer, day: 1, products: customer <= 20 ? ['pen', 'ink', 'bag'] : customer <= 40 ? ['bag', 'pen'] : ['bag'] });
	orders.push({ customer: 201, day: 2, products: ['odd', 'end'] });
	const steps = stepsFrom(orders);
	const neighbours = neighboursOf(steps);
	const of = (name: string) => Array.from(neighbours.to.subarray(neighbours.offsets[steps.names.indexOf(name)], neighbours.offsets[steps.names.indexOf(name) + 1]), (to) => steps.names[to]);
	expect(of('ink')).toEqual(['pen', 'bag']);
	expect(of('odd')).toEqual([]);
});

test('until a day: the same customers, nothing bought later', () => {
	const steps = stepsFrom([{ customer: 1, day: 1, products: ['a'] }, { customer: 1, day: 5, products: ['b', 'a'] }, { customer: 2, day: 7, products: ['a'] }]);
	const until = stepsUntil(steps, 4);
	expect([...until.offsets]).toEqual([0, 1, 1]);
	expect([...until.orderDays]).toEqual([1]);
	expect(until.lastDay).toBe(4);
	expect(stepsUntil(steps, 99)).toEqual({ ...steps, lastDay: 99 });
});

test('a logistic regression finds the weights that made the outcomes', () => {
	const truth = [-1, 2, -0.5];
	const size = 60_000;
	const rows = new Float64Array(size * 3);
	const outcomes = new Uint8Array(size);
	let state = 7;
	const draw = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
	for (let row = 0; row < size; row++) {
		rows.set([1, draw() * 2 - 1, draw() * 4 - 2], row * 3);
		outcomes[row] = Number(draw() < logistic(truth.reduce((sum, weight, place) => sum + weight * rows[row * 3 + place]!, 0)));
	}
	logisticRegression(rows, 3, outcomes).forEach((weight, place) => expect(Math.abs(weight - truth[place]!)).toBeLessThan(0.06));
	// All outcomes alike: the ridge keeps the weights finite.
	expect(logisticRegression(rows, 3, outcomes.fill(1)).every(Number.isFinite)).toBe(true);
});
