import fc from 'fast-check';
import { isDrawn } from '../../src/experiments/assign';
import { GLOBAL_CONTROL } from '../../src/experiments/controlGroups';
import type { Store } from '../../src/store/Store';
import { BeyondTheOracle, PolicyOracle, type Answer, type Ask, type OracleCustomer, type OraclePeriod, type OraclePolicy, type PolicyRule } from '../support/policyOracle';
import { openFreshStore, type StoreKind } from '../support/stores';
import { DAY, HOUR, MINUTE } from './support';

/**
 * The whole engine, with its ledger in a database, against the oracle of test/support/policyOracle.ts: random policies,
 * customers in random zones, and random conversations of requests, repeated, re-asked at their instant, and split into
 * calls of random size. Set FC_SEED and FC_ENGINE_RUNS for others than those of every run.
 */
const SEED = Number(process.env.FC_SEED ?? 20_261_122);
const RUNS: Record<StoreKind, number> = { sqlite: Number(process.env.FC_ENGINE_RUNS ?? 2_000), postgres: Number(process.env.FC_ENGINE_RUNS ?? 2_000) / 10 };
const SECONDS = Number(process.env.FC_ENGINE_SECONDS ?? 55);
const CONTROL_PERCENT = 40;

/** Instants near which clocks change somewhere, and one where they do not. */
const STARTS = ['2026-03-08T06:00Z', '2026-11-01T05:00Z', '2026-03-29T00:30Z', '2026-10-25T00:30Z', '2026-06-15T18:10Z'].map((iso) => Date.parse(iso.replace('Z', ':00Z')));
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

type Consents = OracleCustomer['consents'];
const KINDS: { consents: Consents; channels: string[] }[] = [
	{ consents: { 'email/marketing': 'granted', 'sms/marketing': 'granted' }, channels: ['email', 'sms'] },
	{ consents: { 'email/marketing': 'granted', 'email/service': 'denied', 'sms/marketing': 'pending' }, channels: ['email', 'sms'] },
	{ consents: { 'email/marketing': 'denied', 'sms/marketing': 'granted' }, channels: ['email', 'sms'] },
	{ consents: { 'email/marketing': 'granted', 'sms/marketing': 'granted' }, channels: ['email'] },
];

const often = <T>(value: T, weight: number, other: fc.Arbitrary<T>) => fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
const fiveMinutes = fc.integer({ min: 0, max: 287 }).map((five) => five * 5);
const period: fc.Arbitrary<OraclePeriod> = fc.record({ start: fiveMinutes, end: fiveMinutes, days: often([0, 1, 2, 3, 4, 5, 6], 3, fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 })) });
const channel = fc.constantFrom('email', 'sms');
const category = fc.constantFrom('', 'promo', 'promo/sale', 'news');

const rule: fc.Arbitrary<Omit<PolicyRule, 'id'>> = fc
	.record({
		scope: fc.oneof(fc.constant({ any: true as const }), fc.record({ channel }), fc.record({ category: fc.constantFrom('promo', 'news') }), fc.record({ journey: fc.constantFrom('a', 'b') }), fc.record({ tag: fc.constant('t') }), fc.record({ channel, category: fc.constant('promo') })),
		limit: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.constant(0) }),
		window: fc.constantFrom<[PolicyRule['calendar'], number | undefined]>(['day', undefined], ['week', undefined], ['month', undefined], [undefined, DAY], [undefined, 6 * HOUR], [undefined, 3 * DAY], [undefined, 90 * MINUTE]),
		gapHours: often<number | undefined>(undefined, 3, fc.integer({ min: 1, max: 30 })),
		mode: fc.constantFrom('fcfs' as const, 'reserve_for_higher' as const),
		horizonHours: fc.integer({ min: 1, max: 48 }),
		appliesTo: often<string[] | undefined>(undefined, 4, fc.constantFrom(['marketing'], ['service'])),
		from: often<number | undefined>(undefined, 5, fc.integer({ min: -24, max: 72 })),
		hours: often<number | undefined>(undefined, 5, fc.integer({ min: 1, max: 100 })),
	})
	.map(({ window: [calendar, rollingMs], gapHours, horizonHours, from, hours, ...rest }) => ({
		...rest, calendar, rollingMs,
		minGapMs: gapHours === undefined ? undefined : gapHours * HOUR,
		horizonMs: horizonHours * HOUR,
		activeFromMs: from === undefined ? undefined : from * HOUR,
		activeToMs: hours === undefined ? undefined : ((from ?? 0) + hours) * HOUR,
	}));

/** A request as drawn; instants count from the one of the conversation. */
const step = fc.record({
	/** ask an earlier one again: now, or at the instant it was promised */
	again: often<{ place: number; when: 'now' | 'due'; other: boolean } | undefined>(undefined, 2, fc.record({ place: fc.nat({ max: 20 }), when: fc.constantFrom('now' as const, 'due' as const, 'due' as const), other: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) })),
	/** asked at, or soon after, the instant that an earlier one was promised: both want the same place */
	atDueOf: often<{ place: number; laterMs: number } | undefined>(undefined, 3, fc.record({ place: fc.nat({ max: 20 }), laterMs: fc.constantFrom(0, 1, 900, 1_000, 59_000, 60_000, 61_000) })),
	pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 }).map((minutes) => minutes * MINUTE), fc.integer({ min: 1, max: 20 * HOUR })),
	who: fc.nat({ max: 1 }),
	channel, category,
	class: fc.constantFrom<Ask['class']>('marketing', 'marketing', 'marketing', 'service', 'transactional'),
	priority: fc.constantFrom(30, 50, 70),
	journey: often<string | undefined>(undefined, 1, fc.constantFrom('a', 'b')),
	tags: often<string[]>([], 3, fc.constant(['t'])),
	exempt: often<string[]>([], 5, fc.constantFrom(['rule-0'], ['rule-1', 'rule-2'])),
	counts: often<boolean | undefined>(undefined, 5, fc.boolean()),
	urgent: fc.boolean(),
	notBefore: often<number | undefined>(undefined, 4, fc.integer({ min: -DAY, max: 2 * DAY })),
	deadline: often<number | undefined>(undefined, 4, fc.integer({ min: -HOUR, max: 3 * DAY })),
	onBlock: fc.oneof({ weight: 4, arbitrary: fc.constant('delay' as const) }, { weight: 1, arbitrary: fc.constant('drop' as const) }, { weight: 1, arbitrary: channel.map((one) => ({ fallback: [one] })) }),
	visit: often<string | undefined>(undefined, 5, fc.constantFrom('1', '2')),
	/** ends a call to the store */
	ends: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const conversation = fc.record({
	start: fc.constantFrom(...STARTS),
	zones: fc.tuple(fc.constantFrom(...ZONES), fc.constantFrom(...ZONES)),
	kinds: fc.tuple(often(0, 2, fc.nat({ max: KINDS.length - 1 })), fc.nat({ max: KINDS.length - 1 })),
	controlPercent: often(0, 3, fc.constant(CONTROL_PERCENT)),
	rules: fc.array(rule, { maxLength: 4 }),
	quiet: fc.array(period, { maxLength: 2 }),
	windows: often<OraclePeriod[]>([], 4, fc.array(period, { minLength: 1, maxLength: 2 })),
	blackoutDays: fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 1 }),
	requireConsent: fc.boolean(),
	steps: fc.array(step, { minLength: 2, maxLength: 9 }),
});
type Conversation = typeof conversation extends fc.Arbitrary<infer C> ? C : never;

interface Said {
	ask: Ask;
	atMs: number;
	expected: string;
	ends: boolean;
}

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

function policyOf(test: Conversation): OraclePolicy {
	const rules = test.rules.map((one, index): PolicyRule => ({
		...one,
		id: `rule-${index}`,
		activeFromMs: one.activeFromMs === undefined ? undefined : test.start + one.activeFromMs,
		activeToMs: one.activeToMs === undefined ? undefined : test.start + one.activeToMs,
	}));
	return { rules, quiet: test.quiet, windows: test.windows, blackout: test.blackoutDays.map((days) => new Date(test.start + days * DAY).toISOString().slice(0, 10)), requireConsent: test.requireConsent };
}

/** Lets the oracle lead the conversation: when something is asked again may depend on what was promised. */
function spoken(test: Conversation, name: string, customers: OracleCustomer[]): Said[] | null {
	const oracle = new PolicyOracle(policyOf(test), customers, test.start);
	const said: Said[] = [];
	const asked: { ask: Ask; answer: Answer | { is: 'conflict' } }[] = [];
	let nowMs = test.start;
	for (const [index, one] of test.steps.entries()) {
		nowMs += one.pauseMs;
		const before = one.again && asked.length > 0 ? asked[one.again.place % asked.length] : undefined;
		if (before && one.again?.when === 'due' && before.answer.is === 'delay' && before.answer.until < test.start + 8 * DAY) nowMs = Math.max(nowMs, before.answer.until);
		const rival = one.atDueOf && asked.length > 0 ? asked[one.atDueOf.place % asked.length].answer : undefined;
		if (!before && one.atDueOf && rival?.is === 'delay' && rival.until < test.start + 8 * DAY) nowMs = Math.max(nowMs, rival.until + one.atDueOf.laterMs);
		const ask = before ? { ...before.ask, ...(one.again?.other ? { priority: before.ask.priority + 1 } : {}) } : askOf(one, `${name}-${index}`, customers[one.who].id, nowMs, name);
		const answer = attempt(() => oracle.ask(ask, nowMs));
		if (answer === null) return null;
		if (!before) asked.push({ ask, answer });
		else if (!one.again?.other) before.answer = answer;
		said.push({ ask, atMs: nowMs, expected: lineOf(answer), ends: one.ends });
	}
	return said;
}

function attempt<T>(run: () => T): T | null {
	try {
		return run();
	} catch (error) {
		if (error instanceof BeyondTheOracle) return null;
		throw error;
	}
}

function askOf(one: Step, key: string, customer: string, nowMs: number, name: string): Ask {
	const { again: _again, atDueOf: _due, pauseMs: _pause, who: _who, notBefore, deadline, ends: _ends, visit, ...rest } = one;
	return { ...rest, key, customer, notBeforeMs: notBefore === undefined ? undefined : nowMs + notBefore, deadlineMs: deadline === undefined ? undefined : nowMs + deadline, visit: visit === undefined ? undefined : `${name}-${customer}-${visit}` };
}

function lineOf(answer: Answer | { is: 'conflict' }): string {
	if (answer.is === 'delay') return answer.until === Infinity ? 'delay, never' : `delay ${iso(answer.until)} ${answer.rule.replace(/^never:/, '')}`;
	return answer.is === 'drop' ? `drop ${answer.reason}` : answer.is;
}

const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const written = ({ start, end, days }: OraclePeriod) => ({ start: clock(start), end: clock(end), days: days.map((day) => WEEKDAYS[day]) });
const duration = (ms: number) => (ms % HOUR === 0 ? `PT${ms / HOUR}H` : `PT${ms / MINUTE}M`);

function policyFile(test: Conversation, version: string) {
	const { rules, quiet, windows, blackout, requireConsent } = policyOf(test);
	return {
		version, storeZone: 'UTC', requireConsent, controlPercent: test.controlPercent, blackoutDates: blackout, quietHours: quiet.map(written), sendWindows: windows.map(written),
		rules: rules.map(({ id, scope, limit, calendar, rollingMs, minGapMs, appliesTo, mode, horizonMs, activeFromMs, activeToMs }) => ({
			id, scope, limit, window: calendar ?? duration(rollingMs as number), appliesTo, mode,
			minGap: minGapMs === undefined ? undefined : duration(minGapMs),
			horizon: mode === 'fcfs' ? undefined : duration(horizonMs),
			activeFrom: iso(activeFromMs), activeTo: iso(activeToMs),
		})),
	};
}

function requestOf({ ask, atMs }: Said) {
	const { notBeforeMs, deadlineMs, visit, ...rest } = ask;
	return { ...rest, notBefore: iso(notBeforeMs), deadline: iso(deadlineMs), at: iso(atMs), ...(visit === undefined ? {} : { enrolment: visit, step: 's', visit: 1 }) };
}

/** Customers of every kind and zone, made many at a time: making two for each conversation takes longer than the rest. */
class Crowd {
	private readonly free = new Map<string, string[]>();
	private made = 0;

	constructor(private readonly store: Store) {}

	/** Somebody who was never asked about. */
	async someone(kind: number, zone: string, controlPercent: number): Promise<OracleCustomer> {
		const pool = this.free.get(`${kind}/${zone}`) ?? [];
		this.free.set(`${kind}/${zone}`, pool);
		if (pool.length === 0) pool.push(...(await this.make(kind, zone)));
		const id = pool.pop() as string;
		return { id, zone, ...KINDS[kind], control: controlPercent > 0 && isDrawn({ key: GLOBAL_CONTROL, salt: '', controlPercent }, id) };
	}

	private async make(kind: number, zone: string): Promise<string[]> {
		const { consents, channels } = KINDS[kind];
		const ids = Array.from({ length: 60 }, () => `c${this.made++}`);
		await this.store.run('customers.upsert', { items: ids.map((id) => ({ ref: { customerId: id, email: `${id}@example.com`, ...(channels.includes('sms') ? { phone: `+4915${100_000_000 + Number(id.slice(1))}` } : {}) }, timeZone: zone })) });
		await this.store.run('consents.set', { items: ids.flatMap((id) => Object.entries(consents).map(([what, status]) => ({ ref: { customerId: id }, channel: what.split('/')[0], purpose: what.split('/')[1], status, at: 1 }))) });
		return ids;
	}
}

let conversations = 0;

async function agrees(store: Store, crowd: Crowd, test: Conversation): Promise<void> {
	const name = `n${conversations++}`;
	const customers = [await crowd.someone(test.kinds[0], test.zones[0], test.controlPercent), await crowd.someone(test.kinds[1], test.zones[1], test.controlPercent)];
	const said = spoken(test, name, customers);
	fc.pre(said !== null);
	const policy = policyFile(test, name);
	const heard: string[] = [];
	for (let from = 0; from < said.length; ) {
		const end = said.findIndex(({ ends }, index) => index >= from && ends);
		const call = said.slice(from, end < 0 ? said.length : end + 1);
		from += call.length;
		const lines = await store.run('policy.decide', { policy, requests: call.map(requestOf), dryRun: false });
		heard.push(...lines.map((line) => {
			if (!('decision' in line)) return line.error === 'idempotency_conflict' ? 'conflict' : `error ${line.error} ${line.message}`;
			if (line.decision === 'send') return 'send';
			return line.decision === 'delay' ? `delay ${String(line.until)} ${String(line.rule).replace(/^outranked:.*/, 'outranked')}` : `drop ${String(line.reason).replace(/^outranked:.*/, 'outranked')}`;
		}));
	}
	expect(heard).toEqual(said.map(({ expected }) => expected));
}

describe.each(['sqlite', 'postgres'] as const)('the whole engine on %s against the oracle', (kind) => {
	test('any policy, people and conversation: the same answers', async () => {
		const store = await openFreshStore(kind);
		const crowd = new Crowd(store);
		let cases = 0;
		await fc.assert(
			fc.asyncProperty(conversation, async (test) => {
				cases++;
				await agrees(store, crowd, test);
			}),
			{ seed: SEED, numRuns: RUNS[kind], interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false },
		);
		console.log(`contact policy against the oracle on ${kind}: ${cases} conversations alike (seed ${SEED})`);
	}, (SECONDS + 240) * 1000);
});
