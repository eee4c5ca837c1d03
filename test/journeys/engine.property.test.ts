import fc from 'fast-check';
import type { ReleasedItem } from '../../src/journeys/contract';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { WaitRequestInput } from '../../src/journeys/waitRequest';
import type { Store } from '../../src/store/Store';
import { JourneyOracle, LEASE, type OracleBatch, type OracleEvent, type OracleItem, type OracleJourney, type OracleLength, type OracleRule, type OracleStep } from '../support/journeyOracle';
import { openFreshStore, STORE_KINDS, type StoreKind } from '../support/stores';
import { UnclearWallTime } from '../support/wallTime';

/**
 * Journeys in a database against the oracle of test/support/journeyOracle.ts: random settings, canvases of up to three
 * waits and customers in random zones; events that come late, ahead, twice and in any order, several in a call; and nodes
 * that take, claim, pass on and settle their batches in pieces, with all the others in between, or are cut off anywhere and
 * come back when somebody else has their batch. Set FC_SEED and FC_ENGINE_RUNS for others than those of every run.
 */
const SEED = Number(process.env.FC_SEED ?? 20_261_122);
const RUNS: Record<StoreKind, number> = { sqlite: Number(process.env.FC_ENGINE_RUNS ?? 400), postgres: Number(process.env.FC_ENGINE_RUNS ?? 400) / 10 };
const SECONDS = Number(process.env.FC_ENGINE_SECONDS ?? 30);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Shortly before clocks change somewhere, and one where they do not. */
const STARTS = ['2026-03-07T06:00:00Z', '2026-03-28T00:30:00Z', '2026-06-15T18:10:00Z', '2026-10-24T00:30:00Z', '2026-10-31T05:00:00Z'].map((iso) => Date.parse(iso));
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const WORKFLOW = 'w1';

const often = <T>(value: T, weight: number, other: fc.Arbitrary<T>) => fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
const length: fc.Arbitrary<OracleLength> = fc.oneof(
	fc.record({ amount: fc.integer({ min: 0, max: 90 }), unit: fc.constant('minutes' as const) }),
	fc.record({ amount: fc.integer({ min: 0, max: 30 }), unit: fc.constant('hours' as const) }),
	fc.record({ amount: fc.integer({ min: 0, max: 3 }), unit: fc.constantFrom('days' as const, 'calendarDays' as const) }),
);
const rule: fc.Arbitrary<OracleRule> = fc.record({ type: fc.constantFrom('open', 'click', 'bought'), sameCart: often(false, 2, fc.constant(true)), onlyBig: often(false, 3, fc.constant(true)) });
const common = {
	restarts: fc.constantFrom('auto' as const, 'auto' as const, 'always' as const, 'never' as const),
	late: often<OracleStep['late']>(undefined, 3, fc.record({ afterMs: fc.constantFrom(0, 10 * MINUTE, 5 * HOUR), action: fc.constantFrom('mark' as const, 'exit' as const) })),
};
const step: fc.Arbitrary<OracleStep> = fc.oneof(
	fc.record({ ...common, kind: fc.constant('delay' as const), length }),
	fc.record({ ...common, kind: fc.constant('localTime' as const), minutes: fc.constantFrom(0, 150, 540, 1_095), days: often([0, 1, 2, 3, 4, 5, 6], 2, fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 })) }),
	{ weight: 3, arbitrary: fc.record({ ...common, kind: fc.constant('event' as const), rules: fc.array(rule, { minLength: 1, maxLength: 3 }), timeout: length, since: fc.constantFrom('arrival' as const, 'entry' as const), pick: fc.constantFrom('first' as const, 'first' as const, 'best' as const) }) },
);
const journey: fc.Arbitrary<OracleJourney> = fc.record({
	keyed: fc.boolean(),
	whileActive: fc.constantFrom('ignore' as const, 'restart' as const, 'refresh' as const),
	reEntry: fc.oneof(
		{ weight: 2, arbitrary: fc.constant({ mode: 'after_exit' as const }) },
		fc.constant({ mode: 'once_ever' as const }),
		fc.record({ mode: fc.constant('cooldown' as const), length, from: fc.constantFrom('entry' as const, 'exit' as const) }),
		fc.record({ mode: fc.constant('parallel' as const), max: fc.integer({ min: 1, max: 4 }) }),
	),
	debounceMs: often(0, 2, fc.constantFrom(MINUTE, 20 * MINUTE)),
	guardMs: fc.constantFrom(0, 0, 5 * MINUTE, HOUR),
	maxAgeMs: fc.constantFrom(72 * HOUR, 72 * HOUR, 72 * HOUR, 2 * HOUR),
	entriesPerHour: often<number | undefined>(undefined, 4, fc.integer({ min: 1, max: 3 })),
	exits: fc.array(fc.record({ type: fc.constantFrom('leave', 'bought'), sameCart: fc.boolean(), onlyBig: fc.boolean() }), { maxLength: 2 }),
	goalWindowMs: often<number | undefined>(undefined, 1, fc.constantFrom(HOUR, 3 * DAY)),
	steps: fc.array(step, { minLength: 1, maxLength: 3 }),
});

const told = fc.record({
	who: often(0, 2, fc.nat({ max: 2 })),
	type: fc.constantFrom('start', 'start', 'start', 'open', 'open', 'click', 'click', 'bought', 'leave'),
	cart: often<string | undefined>('k1', 4, fc.constantFrom('k2', undefined)),
	big: fc.boolean(),
	/** before the clock of the store */
	agoMs: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 180 }).map((n) => n * MINUTE), fc.integer({ min: 0, max: 90 }).map((n) => n * HOUR), fc.constantFrom(-5 * MINUTE, -5 * MINUTE - 1)),
	/** so far into a time that the customer is or was waited for */
	inWindow: often<{ place: number; part: number } | undefined>(undefined, 2, fc.record({ place: fc.nat({ max: 9 }), part: fc.constantFrom(0, 0.5, 1) })),
	/** an earlier one once more, or another under its id */
	again: often<{ place: number; other: boolean } | undefined>(undefined, 12, fc.record({ place: fc.nat({ max: 20 }), other: fc.boolean() })),
});
/** How far an execution comes before the next thing happens: takes, claims, passes on, settles. */
const upTo = fc.oneof({ weight: 4, arbitrary: fc.constant(4) }, fc.integer({ min: 1, max: 3 }));
const happening = fc.oneof(
	{ weight: 7, arbitrary: fc.record({ is: fc.constant('events' as const), events: fc.array(told, { minLength: 1, maxLength: 4 }) }) },
	{ weight: 4, arbitrary: fc.record({ is: fc.constant('run' as const), step: fc.integer({ min: -1, max: 2 }), limit: fc.constantFrom(1, 2, 1000), upTo }) },
	{ weight: 5, arbitrary: fc.record({ is: fc.constant('runs' as const), upTo }) },
	{ weight: 3, arbitrary: fc.record({ is: fc.constant('more' as const), which: fc.nat({ max: 20 }), upTo }) },
	{ weight: 2, arbitrary: fc.record({ is: fc.constant('time' as const), ms: fc.oneof(fc.constantFrom(1, LEASE - 1, LEASE), fc.integer({ min: 1, max: 100 }).map((n) => n * MINUTE), fc.integer({ min: 1, max: 30 }).map((n) => n * HOUR)) }) },
	{ weight: 3, arbitrary: fc.record({ is: fc.constant('due' as const), plusMs: fc.constantFrom(-1, 0, 0, 1, MINUTE, HOUR) }) },
	{ weight: 1, arbitrary: fc.record({ is: fc.constant('by hand' as const), what: fc.constantFrom('stop' as const, 'skip' as const), who: fc.nat({ max: 2 }) }) },
);
const life = fc.record({ start: fc.constantFrom(...STARTS), zones: fc.tuple(fc.constantFrom(...ZONES), fc.constantFrom(...ZONES), fc.constantFrom(...ZONES)), journey, happenings: fc.array(happening, { minLength: 4, maxLength: 36, size: 'max' }) });
type Life = typeof life extends fc.Arbitrary<infer L> ? L : never;

const stepKey = (index: number) => (index < 0 ? 'entry' : `s${index}`);
const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const ruleOf = ({ type, sameCart, onlyBig }: OracleRule) => ({ eventType: type, filter: onlyBig ? [{ field: 'big', operator: 'equals' as const, value: true }] : [], ...(sameCart && { correlate: { eventField: 'cart', entryField: 'cart' } }) });

function settingsOf(one: OracleJourney): JourneySettingsInput {
	return {
		key: 'j', name: 'J',
		entry: { eventType: 'start', entryKey: one.keyed ? { kind: 'property', property: 'cart' } : { kind: 'event' }, debounceMs: one.debounceMs },
		whileActive: one.whileActive, reEntry: one.reEntry, guardMs: one.guardMs, maxTriggerAgeMs: one.maxAgeMs, entriesPerHour: one.entriesPerHour, exits: one.exits.map(ruleOf),
		...(one.goalWindowMs !== undefined && { goal: { rule: { eventType: 'bought' }, windowMs: one.goalWindowMs } }),
	};
}

function waitOf(one: OracleStep): WaitRequestInput {
	if (one.kind === 'delay') return { kind: 'delay', length: one.length };
	if (one.kind === 'localTime') return { kind: 'localTime', time: clock(one.minutes), days: one.days.length === 7 ? [] : one.days.map((day) => WEEKDAYS[day]) };
	return { kind: 'event', events: one.rules.map(ruleOf), timeout: one.timeout, since: one.since, pick: one.pick };
}

/** An execution of a node, as far as it has come. */
interface Run {
	step: number;
	batch: OracleBatch;
	epoch: number;
	id: number;
	came: number;
	expected: OracleItem[];
	items: ReleasedItem[];
}

let lives = 0;

/** One life, led by the oracle and by the store at once: they are compared at every turn. */
class BothWays {
	readonly oracle: JourneyOracle;
	readonly customers: string[];
	private readonly runs: Run[] = [];
	private readonly told: OracleEvent[] = [];
	private readonly name = `n${lives++}`;

	constructor(private readonly store: Store, private readonly test: Life, private now: number) {
		this.customers = test.zones.map((_, index) => `${this.name}-${index}`);
		this.oracle = new JourneyOracle(test.journey, Object.fromEntries(this.customers.map((id, index) => [id, test.zones[index]])));
	}

	async lead(): Promise<void> {
		await this.store.run('customers.upsert', { items: this.customers.map((customerId, index) => ({ ref: { customerId }, timeZone: this.test.zones[index] })) });
		await this.store.run('journeys.register', { settings: settingsOf(this.test.journey), workflowId: WORKFLOW, workflowName: 'W', nodeId: 't', activation: 'update' });
		for (const one of this.test.happenings) {
			if (one.is === 'time') await this.wait(one.ms);
			else if (one.is === 'events') await this.tell(one.events);
			else if (one.is === 'due') await this.wait(Math.max(0, (this.oracle.nextDue(this.now) ?? this.now) - this.now + one.plusMs));
			else if (one.is === 'run') await this.begin(one.step, one.limit, one.upTo);
			else if (one.is === 'runs') for (let step = -1; step < this.test.journey.steps.length; step++) await this.begin(step, 1000, one.upTo);
			else if (one.is === 'by hand') await this.byHand(one.what, this.customers[one.who]);
			else {
				const cutOff = this.runs.filter(({ came }) => came < 4);
				if (cutOff.length > 0) await this.goOn(cutOff[one.which % cutOff.length], one.upTo);
			}
		}
		await this.wait(LEASE);
		for (let round = 0; round < 4; round++) for (let step = -1; step < this.test.journey.steps.length; step++) while (await this.begin(step, 1000, 4));
		for (const customer of this.customers) expect((await this.waysIn(customer)).sort()).toEqual(this.oracle.told(customer).sort());
	}

	/** Nothing of this life is left to disturb the next one. */
	async leave(): Promise<void> {
		await this.store.run('journeys.stop', { items: this.customers.map((customerId) => ({ ref: { customerId }, journey: 'j' })) });
		await this.wait(LEASE);
		for (let step = -1; step < 3; step++) {
			const where = { workflowId: WORKFLOW, stepKey: stepKey(step) };
			for (let { batch } = await this.store.run('journeys.takeBatch', where); batch; { batch } = await this.store.run('journeys.takeBatch', where)) {
				await this.store.run('journeys.claimBatch', { ...batch, ...where, skipMovedOn: true });
				await this.store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
			}
		}
	}

	private async wait(byMs: number): Promise<void> {
		this.now = (await this.store.run('clock.advance', { byMs })).now;
	}

	private async tell(drawn: Extract<Life['happenings'][number], { is: 'events' }>['events']): Promise<void> {
		const events = drawn.map(({ who, type, cart, big, agoMs, inWindow, again }): OracleEvent => {
			const before = again && this.told.length > 0 ? this.told[again.place % this.told.length] : undefined;
			if (before && !again?.other) return before;
			const n = this.told.length;
			const windows = this.oracle.windowsOf(this.customers[who]).map(({ since, deadline }) => Math.floor(since + (inWindow?.part ?? 0) * (deadline - since)));
			const past = inWindow && windows.filter((instant) => instant <= this.now);
			const at = past && past.length > 0 ? past[inWindow.place % past.length] : this.now - agoMs;
			const event: OracleEvent = { id: before?.id ?? `${this.name}-${n}`, customer: this.customers[who], type: inWindow && type === 'start' ? 'click' : type, at, n, ...(cart !== undefined && { cart }), big };
			this.told.push(event);
			return event;
		});
		const expected = this.oracle.track(events, this.now);
		const answers = await this.store.run('events.track', { items: events.map(({ id, customer, type, at, n, cart, big }) => ({ ref: { customerId: customer }, type, occurredAt: at, source: 'test', eventId: id, properties: { n, big, ...(cart !== undefined && { cart }) } })) });
		const heard = answers.map((answer) => {
			if (!answer.ok) return `refused ${answer.message}`;
			const words = [...answer.exited.map(() => 'out'), ...answer.late.map(() => 'late'), ...answer.entered.map(() => 'in'), ...answer.refused.map(({ reason }) => reason.replace(/^(cap|no_entry_key):.*/, '$1'))];
			return `${answer.result} ${words.sort().join(' ')}`.trim();
		});
		expect(heard).toEqual(expected.map((line) => line.trim()));
	}

	private async byHand(what: 'stop' | 'skip', customerId: string): Promise<void> {
		const items = [{ ref: { customerId }, journey: 'j' }];
		const [answer] = await (what === 'stop' ? this.store.run('journeys.stop', { items }) : this.store.run('journeys.skipWait', { items }));
		expect(answer.ok && answer.changed).toBe(this.oracle.byHand(what, customerId, this.now));
	}

	/** @returns whether there was anything to do */
	private async begin(step: number, limit: number, until: number): Promise<boolean> {
		if (step >= this.test.journey.steps.length) return false;
		const batch = this.oracle.take(step, limit, this.now);
		const { batch: taken } = await this.store.run('journeys.takeBatch', { workflowId: WORKFLOW, stepKey: stepKey(step), journeyKey: 'j', limit });
		expect(taken && `epoch ${taken.epoch}`).toBe(batch ? `epoch ${batch.epoch}` : null);
		if (batch?.epoch === 1) expect(taken?.size).toBe(batch.members.length);
		if (!batch || !taken) return false;
		const run: Run = { step, batch, epoch: batch.epoch, id: taken.id, came: 1, expected: [], items: [] };
		this.runs.push(run);
		// Cut off a second time, a batch is under suspicion: that is the business of deadLetters.test.ts.
		await this.goOn(run, batch.epoch > 1 ? 4 : until);
		return true;
	}

	private async goOn(run: Run, until: number): Promise<void> {
		if (run.came < 2 && until >= 2) await this.claim(run);
		if (run.came === 2 && until >= 3) await this.passOn(run);
		if (run.came === 3 && until >= 4) {
			run.came = 4;
			const expected = this.oracle.settle(run.batch, run.epoch, this.now);
			expect((await this.store.run('journeys.settleBatch', { id: run.id, epoch: run.epoch, outcome: 'success' })).settled).toBe(expected);
		}
	}

	private async claim(run: Run): Promise<void> {
		run.came = 2;
		const expected = this.oracle.claim(run.batch, run.epoch, this.now);
		const late = this.test.journey.steps[run.step]?.late;
		const { claimed, items } = await this.store.run('journeys.claimBatch', { id: run.id, epoch: run.epoch, workflowId: WORKFLOW, stepKey: stepKey(run.step), skipMovedOn: true, ...(late && { late }) });
		const lines = items.map(({ customer, journey: { visit }, outcome, event, own, lateByMs }) => [
			`${customer.id}/${visit}`, outcome.by === 'time' ? 'time' : `branch ${outcome.branch} by ${outcome.event.properties.n}`, `entered by ${event?.properties.n}`, `own ${own.visit}`, ...(lateByMs === undefined ? [] : [`late ${lateByMs}`]),
		].join(', '));
		expect(claimed ? lines : null).toEqual(expected?.map(({ line }) => line) ?? null);
		// Who did not get the batch puts out nothing.
		if (!expected) run.came = 5;
		Object.assign(run, { expected: expected ?? [], items });
	}

	private async passOn(run: Run): Promise<void> {
		run.came = 3;
		const to = run.step + 1;
		const spec = this.test.journey.steps[to];
		if (!spec || run.items.length === 0) return;
		const expected = run.expected.map((item) => this.oracle.park(item, to, this.now));
		const answers = await this.store.run('journeys.park', {
			workflowId: WORKFLOW, stepKey: stepKey(to), nodeName: 'Wait',
			parkings: run.items.map((item, index) => ({ index, journey: item.journey, own: { visit: item.journey.visit }, wait: waitOf(spec), restartsOnEntry: spec.restarts })),
		});
		expect(answers.map((answer) => (answer.result === 'parked' ? `parked until ${answer.dueAt}` : answer.result === 'ended' ? `ended ${answer.reason}` : answer.result))).toEqual(expected);
	}

	private async waysIn(customerId: string): Promise<string[]> {
		const { journeys } = await this.store.run('customers.record', { ref: { customerId } });
		return journeys.map(({ endReason, enteredAt, endedAt, goalAt, lateMatches }) => JSON.stringify({ reason: endReason, enteredAt, endedAt, goalAt, late: lateMatches.map(({ step, event }) => `step ${step.slice(1)}: ${event.properties.n}`).sort() }));
	}
}

async function agrees(store: Store, test: Life): Promise<void> {
	const { now: before } = await store.run('store.settings', {});
	// Later than everything of the lives before; whole weeks, so that the day of the week stays.
	const years = Math.ceil(Math.max(0, before + 2 * DAY - test.start) / (364 * DAY));
	const { now } = await store.run('clock.advance', { byMs: test.start + years * 364 * DAY - before });
	const both = new BothWays(store, test, now);
	try {
		await both.lead();
	} catch (error) {
		if (!(error instanceof UnclearWallTime)) throw error;
		fc.pre(false);
	} finally {
		await both.leave();
	}
}

/** Lives are led one after the other in a store, until it is full of them. */
class Stores {
	private kept: Store | undefined;
	private left = 0;

	constructor(private readonly kind: StoreKind) {}

	async next(): Promise<Store> {
		const kept = this.left-- > 0 ? this.kept : undefined;
		this.kept = undefined;
		return kept ?? (await this.open());
	}

	/** The life went well and left nothing behind. */
	keep(store: Store): void {
		this.kept = store;
	}

	private async open(): Promise<Store> {
		this.left = 40;
		const store = await openFreshStore(this.kind, { mode: 'frozen', atMs: STARTS[0] - 60 * DAY });
		for (const index of [0, 1, 2]) await store.run('journeys.registerStep', { workflowId: WORKFLOW, stepKey: stepKey(index), nodeId: stepKey(index), nodeName: 'Wait', kind: 'wait' });
		return store;
	}
}

describe.each(STORE_KINDS)('journeys on %s against the oracle', (kind) => {
	test('any settings, canvas and life: the same entries, waits, exits and ends', async () => {
		const stores = new Stores(kind);
		let cases = 0;
		await fc.assert(
			fc.asyncProperty(life, async (test) => {
				const store = await stores.next();
				await agrees(store, test);
				stores.keep(store);
				cases++;
			}),
			{ seed: SEED, unbiased: true, numRuns: RUNS[kind], interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false },
		);
		console.log(`journeys against the oracle on ${kind}: ${cases} lives alike (seed ${SEED})`);
	}, (SECONDS + 60) * 1000);
});
