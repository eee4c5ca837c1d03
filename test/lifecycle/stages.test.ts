import fc from 'fast-check';
import type { Columns } from '../../src/features/contract';
import { ofPlace } from '../../src/features/orderDays';
import { LIFECYCLE_DEFAULTS } from '../../src/lifecycle/defaults';
import { lifecycle } from '../../src/lifecycle/lifecycle';
import type { LifecycleModel } from '../../src/lifecycle/model';
import { lifecycleSettings, type LifecycleSettings } from '../../src/lifecycle/settings';
import { stageAt, stageLines, STAGES, type Stage, type StageAt, type StageLines } from '../../src/lifecycle/stages';
import { knownAsOf } from '../features/support/knownAsOf';
import { DAY_MS, evenly, FIRST_DAY, historyOf, onDay, seeded, shop } from '../rhythm/support';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 300) };
const model: LifecycleModel = { gap: 40, p99: 400, gaps: 100, vipFromE4: null, currency: null, proposal: null };

/** The stage so many days after the first of the order days, 0. */
function at(days: readonly number[], today: number, settings: LifecycleSettings = LIFECYCLE_DEFAULTS, shopModel = model): StageAt {
	const lines: StageLines = { kept: 'new', due: 0, dormant: 0, churned: 0, expected: 0 };
	const found: StageAt = { stage: 'lead', since: 0, pending: null, pendingSince: 0, checkAt: 0 };
	stageLines(Int32Array.from(days), 0, days.length, shopModel, settings, lines);
	stageAt(lines, days.at(-1)! * DAY_MS, Math.round(today * DAY_MS), settings.holdDays * DAY_MS, found);
	return found;
}

const monthly = [0, 40, 80, 120];

test.each<[Stage, readonly number[], number]>([
	['new', [0], 40],
	['due', [0], 44],
	['dormant', [0], 64],
	['churned', [0], 124],
	['active', monthly, 160],
	['due', monthly, 164],
	['dormant', monthly, 184],
	['churned', monthly, 244],
	['returned', [0, 40, 80, 150], 151],
	['active', [0, 40, 80, 150, 190], 191],
	['active', [0, 40, 80, 135], 136],
	// On the line they were not dormant yet: it was no return.
	['active', [0, 60], 61],
	['returned', [0, 61], 62],
	['seasonal', [0, 8, 365, 372, 731], 900],
	['seasonal', [0, 8, 365, 372, 731], 1_100],
	['due', [0, 8, 365, 372, 731], 1_115],
	['dormant', [0, 8, 365, 372, 731], 1_300],
	['churned', [0, 8, 365, 372, 731], 1_850],
])('%s: orders on %j, day %i', (stage, days, today) => {
	expect(at(days, today).stage).toBe(stage);
});

test('on the line it is not yet another stage; the change of time is told after three days, from when it began', () => {
	expect(at(monthly, 160)).toMatchObject({ stage: 'active', pending: null, checkAt: 160 * DAY_MS + 1 });
	expect(at(monthly, 160.1)).toMatchObject({ stage: 'active', pending: 'due', pendingSince: 160 * DAY_MS, checkAt: 163 * DAY_MS });
	expect(at(monthly, 163)).toMatchObject({ stage: 'due', pending: null, since: 160 * DAY_MS, checkAt: 180 * DAY_MS + 1 });
	expect(at(monthly, 245)).toMatchObject({ stage: 'churned', checkAt: Number.NaN });
});

test('an order is told at once', () => {
	expect(at([0, 40, 80, 120, 200], 200)).toMatchObject({ stage: 'returned', since: 200 * DAY_MS, pending: null });
});

test('a stage that passes in less than three days by itself is passed over', () => {
	const daily = Array.from({ length: 60 }, (_, day) => day);
	const shopModel = { ...model, gap: 1 };
	const seen = new Set(Array.from({ length: 200 }, (_, step) => at(daily, 59 + step / 10, LIFECYCLE_DEFAULTS, shopModel).stage));
	expect([...seen]).toEqual(['active', 'churned']);
});

test('who is past what 99 of 100 gaps last is churned, but not before half of the dormant time is over', () => {
	const shopModel = { ...model, p99: 120 };
	// Expected every 48 days: dormant after 72, churned after 144 without that rule.
	expect(at([0, 60, 120], 120 + 119, LIFECYCLE_DEFAULTS, shopModel).stage).toBe('dormant');
	expect(at([0, 60, 120], 120 + 124, LIFECYCLE_DEFAULTS, shopModel).stage).toBe('churned');
	expect(at([0, 60, 120], 120 + 107, LIFECYCLE_DEFAULTS, { ...model, p99: 61 }).stage).toBe('dormant');
	expect(at([0, 60, 120], 120 + 112, LIFECYCLE_DEFAULTS, { ...model, p99: 61 }).stage).toBe('churned');
});

test('the same days for all, where the shop wants that', () => {
	const settings = lifecycleSettings.parse({ by: 'days', dueDays: 10, dormantDays: 20, churnedDays: 90 });
	expect([5, 14, 24, 94].map((day) => at([0], day, settings).stage)).toEqual(['new', 'due', 'dormant', 'churned']);
});

test('cut-offs that do not ascend are refused in words', () => {
	expect(lifecycleSettings.safeParse({ due: 2 }).error?.message).toContain('ascend');
	expect(lifecycleSettings.safeParse({ dueDays: 70 }).error?.message).toContain('days ascend');
});

const orderDays = fc.uniqueArray(fc.integer({ min: 0, max: 1_500 }), { minLength: 1, maxLength: 25 }).map((days) => days.sort((a, b) => a - b));

test('the stage at an instant does not know later orders', () => {
	fc.assert(
		fc.property(orderDays, fc.nat(1_600), (days, today) => {
			const known = days.filter((day) => day <= today);
			fc.pre(known.length > 0);
			const then = onDay(FIRST_DAY + today);
			const all = [{ number: 1, orders: days.map((day) => ({ at: (day + FIRST_DAY) * DAY_MS + DAY_MS / 2, paidE4: 100_000 })) }];
			const one = lifecycle.apply(model, knownAsOf(all, then), then, LIFECYCLE_DEFAULTS);
			const other = lifecycle.apply(model, historyOf([known.map((day) => day + FIRST_DAY)]), then, LIFECYCLE_DEFAULTS);
			expect(one).toEqual(other);
		}),
		RUNS,
	);
});

test('exactly one stage at any instant; between orders stages only descend, and each is found by looking when the check is due', () => {
	const rank = (stage: Stage) => Math.max(0, STAGES.indexOf(stage) - STAGES.indexOf('seasonal'));
	fc.assert(
		fc.property(orderDays, fc.integer({ min: 1, max: 300 }), fc.constantFrom(0, 3, 10), (days, gap, holdDays) => {
			const settings = { ...LIFECYCLE_DEFAULTS, holdDays };
			const shopModel = { ...model, gap };
			const last = days.at(-1)!;
			let before = at(days, last, settings, shopModel);
			let checks = 0;
			for (let now = last * DAY_MS; now < (last + 1_500) * DAY_MS; now += 1.3 * DAY_MS) {
				const found = at(days, now / DAY_MS, settings, shopModel);
				if (!STAGES.includes(found.stage) || rank(found.stage) < rank(before.stage)) return false;
				if (found.pending && rank(found.pending) <= rank(found.stage)) return false;
				// Nothing changes before the instant at which a look was announced.
				if (before.checkAt <= now) checks++;
				else if (found.stage !== before.stage || found.pending !== before.pending) return false;
				before = found;
			}
			return checks <= 6 && (before.stage === 'churned' || before.checkAt > (last + 1_498) * DAY_MS);
		}),
		{ ...RUNS, numRuns: Math.min(RUNS.numRuns, 100) },
	);
});

test('due comes before dormant and dormant before churned, whatever the gaps', () => {
	fc.assert(
		fc.property(orderDays, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 900 }), (days, gap, p99) => {
			const lines: StageLines = { kept: 'new', due: 0, dormant: 0, churned: 0, expected: 0 };
			stageLines(Int32Array.from(days), 0, days.length, { gap, p99 }, LIFECYCLE_DEFAULTS, lines);
			expect(lines.due).toBeLessThanOrEqual(lines.dormant);
			expect(lines.dormant).toBeLessThanOrEqual(lines.churned);
			expect(lines.due).toBeGreaterThan(0);
		}),
		RUNS,
	);
});

const labels = (columns: Partial<Columns>) => {
	const column = columns.stage;
	if (!column || !('labels' in column)) throw new Error('no stage');
	return Array.from(column.codes, (code) => column.labels[code]);
};

test('who has not ordered is a lead, and one customer alone is told the same as with all the others', () => {
	const history = historyOf([[], ...shop(300, 500, seeded(51), evenly)]);
	const today = onDay(FIRST_DAY + 500);
	const fitted = lifecycle.fit(history, today, LIFECYCLE_DEFAULTS);
	const bulk = lifecycle.apply(fitted, history, today, LIFECYCLE_DEFAULTS);
	expect(labels(bulk)[0]).toBe('lead');
	for (const place of [0, 1, 77, 300]) {
		const alone = lifecycle.apply(fitted, { orders: ofPlace(history.orders, place), currency: 'EUR' }, today, LIFECYCLE_DEFAULTS);
		expect(labels(alone)[0]).toBe(labels(bulk)[place]);
	}
	for (const stage of ['active', 'churned']) expect(labels(bulk).filter((one) => one === stage).length).toBeGreaterThan(30);
});

test('twelve months of margin are 365 days, today among them', () => {
	const today = onDay(20_000);
	const history = historyOf(Array.from({ length: 20 }, (_, place) => (place < 2 ? [20_000 - 365 - place, 20_000 - 364 - place] : [20_000 - place])));
	const { vip } = lifecycle.apply(lifecycle.fit(history, today, LIFECYCLE_DEFAULTS), history, today, LIFECYCLE_DEFAULTS) as { vip: { numbers: Float64Array } };
	// Of the first customer one order lies in them, of the second none.
	expect([...vip.numbers.subarray(0, 3)]).toEqual([1, 0, 1]);
});

test('VIPs are the tenth who paid most in twelve months; with nine payers nobody is', () => {
	const today = onDay(FIRST_DAY + 400);
	const vips = (customers: number) => {
		// The customer of place c ordered on c + 1 days; the last one only long ago.
		const history = historyOf([...Array.from({ length: customers }, (_, place) => Array.from({ length: place + 1 }, (_day, day) => FIRST_DAY + 100 + day)), [FIRST_DAY]]);
		const { vip } = lifecycle.apply(lifecycle.fit(history, today, LIFECYCLE_DEFAULTS), history, today, LIFECYCLE_DEFAULTS);
		if (!('numbers' in vip)) throw new Error('no vip');
		return Array.from(vip.numbers.keys()).filter((place) => vip.numbers[place] === 1);
	};
	expect(vips(30)).toEqual([27, 28, 29]);
	expect(vips(9)).toEqual([]);
});

test('the proposal tells how soon who came back had come back', () => {
	const history = historyOf(shop(800, 700, seeded(61), evenly));
	const { proposal } = lifecycle.fit(history, onDay(FIRST_DAY + 700), LIFECYCLE_DEFAULTS);
	expect(proposal!.due).toBeLessThan(proposal!.dormant);
	expect(proposal!.dormant).toBeLessThan(proposal!.churned);
	const returned = proposal!.curve.map((point) => point.returned);
	expect(returned).toEqual([...returned].sort((a, b) => a - b));
	const nearest = proposal!.curve.findLast(({ gaps }) => gaps <= proposal!.dormant)!;
	expect(Math.abs(nearest.returned - 0.8)).toBeLessThan(0.12);
	expect(lifecycle.fit(historyOf([[1, 2]]), onDay(10), LIFECYCLE_DEFAULTS).proposal).toBeNull();
});
