import { CONTROL, drawArm, isDrawn, type Experiment } from '../../src/experiments/assign';

const CUSTOMERS = Array.from({ length: 20_000 }, (_, index) => `c-${index}`);
const experiment = (weights: Record<string, number>, more: Partial<Experiment> = {}): Experiment => ({
	key: 'tone', salt: '', controlPercent: 0, arms: Object.entries(weights).map(([name, weight]) => ({ name, weight })), ...more,
});
const draw = (one: Experiment) => CUSTOMERS.map((customer) => drawArm(one, customer));
const shareOf = (arms: string[], arm: string) => arms.filter((one) => one === arm).length / arms.length;
const moved = (before: string[], after: string[]) => before.flatMap((arm, index) => (arm === after[index] ? [] : [`${arm} -> ${after[index]}`]));

describe('Drawing arms by hash', () => {
	test('each arm gets its share, the control group its own off the top', () => {
		const arms = draw(experiment({ A: 3, B: 1 }, { controlPercent: 20 }));
		expect(shareOf(arms, CONTROL)).toBeCloseTo(0.2, 1.5);
		expect(shareOf(arms, 'A')).toBeCloseTo(0.6, 1.5);
		expect(shareOf(arms, 'B')).toBeCloseTo(0.2, 1.5);
	});

	test('the same customer gets the same arm every time, whatever the order of the arms; the first ten are written down', () => {
		const one = experiment({ A: 1, B: 1 }, { controlPercent: 10 });
		expect(draw(one)).toEqual(draw({ ...one, arms: [...one.arms].reverse() }));
		// A change of the hash would send every customer of every running experiment somewhere else.
		expect(CUSTOMERS.slice(0, 10).map((customer) => drawArm(one, customer))).toEqual(['A', 'B', 'A', 'A', 'A', 'A', 'B', 'A', 'A', 'B']);
	});

	test('another key or salt draws another group', () => {
		const base = draw(experiment({ A: 1, B: 1 }));
		expect(moved(base, draw(experiment({ A: 1, B: 1 }, { salt: 'x' }))).length / CUSTOMERS.length).toBeCloseTo(0.5, 1.5);
		expect(moved(base, draw(experiment({ A: 1, B: 1 }, { key: 'other' }))).length / CUSTOMERS.length).toBeCloseTo(0.5, 1.5);
	});

	test('changed weights move no more customers than they must, and only where they must', () => {
		const changes = moved(draw(experiment({ A: 50, B: 50 })), draw(experiment({ A: 60, B: 40 })));
		expect(changes.length / CUSTOMERS.length).toBeCloseTo(0.1, 1.8);
		expect(new Set(changes)).toEqual(new Set(['B -> A']));
		const third = moved(draw(experiment({ A: 1, B: 1 })), draw(experiment({ A: 1, B: 1, C: 1 })));
		expect(third.length / CUSTOMERS.length).toBeCloseTo(1 / 3, 1.5);
		expect(third.every((change) => change.endsWith('-> C'))).toBe(true);
		expect(moved(draw(experiment({ A: 50, B: 50 })), draw(experiment({ A: 1, B: 1 })))).toEqual([]);
	});

	test('a larger control group keeps everybody who is in it, and takes from the arms alike', () => {
		const before = draw(experiment({ A: 1, B: 1 }, { controlPercent: 5 }));
		const after = draw(experiment({ A: 1, B: 1 }, { controlPercent: 15 }));
		const changes = moved(before, after);
		expect(changes.length / CUSTOMERS.length).toBeCloseTo(0.1, 1.8);
		expect(new Set(changes)).toEqual(new Set([`A -> ${CONTROL}`, `B -> ${CONTROL}`]));
		expect(CUSTOMERS.some((customer) => isDrawn({ key: 'tone', salt: '', controlPercent: 0 }, customer))).toBe(false);
	});

	test('two experiments, and a control group beside them, are drawn independently', () => {
		const one = draw(experiment({ A: 1, B: 1 }));
		const other = draw(experiment({ A: 1, B: 1 }, { key: 'other' }));
		const both = one.filter((arm, index) => arm === 'A' && other[index] === 'A').length / CUSTOMERS.length;
		expect(both).toBeCloseTo(0.25, 1.5);
	});
});
