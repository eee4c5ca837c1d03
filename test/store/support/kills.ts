import { openStore, type StoreLocation } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import { dumpStore, type Dump } from '../../support/dumpStore';
import { storeChild, type Line, type StoreChild } from './storeChild';

/** What processes that are killed again and again leave behind (store.md, "Promise"). */
export interface KillFigures {
	kills: number;
	failPoints: Record<string, number>;
	events: number;
	entered: number;
	mailed: number;
	/** handed over by a process that died before it could mail */
	unknown: number;
	/** in runs that were cut off again and again while others got through: listed, and put back by a person */
	setAside: number;
}

export interface KillPlan {
	kills: number;
	seed: number;
	workers?: number;
}

interface Steps {
	steps: Record<'enter' | 'goOn' | 'judge', (store: Store, world: object) => Promise<boolean>>;
}
// Written for processes that load no TypeScript.
const { steps } = require('./journeyProcess.cjs') as Steps;

const START = Date.parse('2026-03-02T12:00:00Z');
const CUSTOMERS = 40;
const EVENTS = 4_000;
export const MESSAGES_PER_RUN = 5;
/** Committed and unheard, on the way to the commit; of the operations that move a customer or hand a message over. */
const NAMED: readonly [string, string][] = [
	['policy.pass', 'answer'], ['policy.pass', 'commit'], ['journeys.settleBatch', 'commit'], ['journeys.park', 'answer'], ['journeys.claimBatch', 'answer'], ['journeys.takeBatch', 'commit'], ['messages.record', 'commit'], ['policy.pass', 'answer'], ['events.track', 'answer'], ['journeys.park', 'commit'],
];
const OPERATIONS = ['events.track', 'orders.record', 'journeys.takeBatch', 'journeys.claimBatch', 'journeys.park', 'journeys.settleBatch', 'policy.pass', 'messages.record'];

/**
 * Lets several processes live with one journey on one store, kills them at random instants and at fail points inside the
 * operations (the n-th statement, the commit, the answer), and looks at the store after the last one.
 */
export async function killAndCheck(location: StoreLocation, { kills, seed, workers = 2 }: KillPlan): Promise<KillFigures> {
	const chance = sequence(seed);
	const testClock = { mode: 'frozen' as const, atMs: START };
	const store = await openStore(location, { thread: false, testClock });
	await prepare(store);
	const lines: Line[] = [];
	const failPoints: Record<string, number> = {};
	const living: StoreChild[] = [];
	let started = 0;
	const start = (failAt?: object) => {
		const child = storeChild(location, 'journey', { seed: seed * 1000 + started++, testClock, customers: CUSTOMERS, events: EVENTS, messagesPerRun: MESSAGES_PER_RUN, failAt });
		living.push(child);
		return child;
	};
	for (let worker = 1; worker < workers; worker++) start();
	for (let kill = 0; kill < kills; kill++) {
		const named = kill % 2 === 1;
		const child = start(named ? failPoint(chance, (kill - 1) / 2) : undefined);
		await child.line((line) => line.working === true || line.error !== undefined);
		if (named) await Promise.race([child.end(), pause(3_000)]);
		else await pause(30 + chance() * 400);
		// Now and then the one who has been at it for longer.
		const victim = named || chance() < 0.7 ? child : (living[0] as StoreChild);
		await victim.kill();
		living.splice(living.indexOf(victim), 1);
		if (victim !== child && living.length >= workers) await living.pop()?.kill();
		take(victim);
	}
	for (const child of living.splice(0)) {
		await child.kill();
		take(child);
	}
	await expectSound(await dumpStore(location));
	const mails = lines.flatMap((line) => (line.mailed as string[] | undefined) ?? []);
	const setAside = await drain(store, mails);
	const unknown = (await store.run('policy.unknown', { limit: 100_000 })).map(({ key }) => key);
	await store.close();
	const dump = await dumpStore(location);
	expectComplete(dump, lines, mails, unknown);
	const notMailed = dump.touch.filter((touch) => !mails.includes(String(touch.idem_key)));
	return { kills: started, failPoints, events: dump.event.length, entered: dump.enrolment.length, mailed: mails.length, unknown: notMailed.length, setAside };

	function take(child: StoreChild): void {
		const errors = child.lines.filter((line) => line.error !== undefined);
		if (errors.length > 0) throw new Error(`A worker failed: ${JSON.stringify(errors)}`);
		lines.push(...child.lines);
		for (const line of child.lines) if (line.failPoint) failPoints[String(line.failPoint)] = (failPoints[String(line.failPoint)] ?? 0) + 1;
	}
}

async function prepare(store: Store): Promise<void> {
	await store.run('policy.save', { name: 'default', body: { requireConsent: false, quietHours: [], rules: [{ id: 'day', scope: { any: true }, limit: 2, window: 'day' }] } });
	await store.run('customers.upsert', { items: Array.from({ length: CUSTOMERS }, (_, n) => ({ ref: { customerId: `c${n}`, email: `c${n}@example.com` } })) });
	await store.run('journeys.register', {
		settings: { key: 'j', name: 'J', entry: { eventType: 'go', entryKey: { kind: 'property', property: 'n' } }, exits: [{ eventType: 'stop' }], reEntry: { mode: 'parallel', max: 1000 }, guardMs: 0 },
		workflowId: 'w', workflowName: 'W', nodeId: 't', activation: 'activate',
	});
	for (const [stepKey, kind] of [['wait', 'wait'], ['policy', 'policy']] as const) await store.run('journeys.registerStep', { workflowId: 'w', stepKey, nodeId: stepKey, nodeName: stepKey, kind });
}

/** Somebody healthy goes on until nobody waits any more, and puts back who was set aside. @returns how many those were */
async function drain(store: Store, mails: string[]): Promise<number> {
	let setAside = 0;
	const world = { chance: () => 0.5, options: { messagesPerRun: 100 }, pause: async () => undefined, say: (line: Line) => mails.push(...((line.mailed as string[] | undefined) ?? [])) };
	for (;;) {
		for (const name of ['enter', 'goOn', 'judge'] as const) while (await steps[name](store, world));
		const { now } = await store.run('store.settings', {});
		const { at } = await store.run('journeys.nextDue', { after: now });
		if (at !== null) {
			await store.run('clock.advance', { byMs: at - now });
			continue;
		}
		const { redriven, refused } = await store.run('journeys.redrive', {});
		expect(refused).toEqual([]);
		if (redriven === 0) return setAside;
		setAside += redriven;
	}
}

/** With everybody dead: nobody stands in two places, and nobody stands nowhere. */
async function expectSound({ wait, release_batch, enrolment, touch, dead_letter }: Dump): Promise<void> {
	const waiting = wait.map((row) => `${String(row.enrolment_id)}/${String(row.visit)}`);
	const released = release_batch.flatMap((row) => (JSON.parse(String(row.items)) as { enrolment_id: number; visit: number }[]).map((item) => `${item.enrolment_id}/${item.visit}`));
	// Parked further down the canvas while the batch that brought them is not settled is one place: the visit differs.
	expect(duplicatesOf([...waiting, ...released])).toEqual([]);
	const places = new Set([...waiting, ...released].map((place) => place.split('/')[0]));
	expect(enrolment.filter((row) => ['entering', 'active', 'waiting'].includes(String(row.status)) && !places.has(String(row.id))).map((row) => row.id)).toEqual([]);
	const aside = new Set(dead_letter.map((row) => String(row.enrolment_id)));
	expect(enrolment.filter((row) => row.status === 'failed' && !aside.has(String(row.id))).map((row) => row.id)).toEqual([]);
	expect(duplicatesOf(touch.map((row) => String(row.idem_key)))).toEqual([]);
}

function expectComplete(dump: Dump, lines: readonly Line[], mails: readonly string[], unknown: readonly string[]): void {
	const { event, seen, orders, enrolment, enrolment_history: history, refusal_log: refusals, touch, wait, release_batch } = dump;
	// 0 lost: all that was acknowledged is there, once; everybody who entered has come to an end.
	const eventIds = event.map((row) => String(row.event_id)).filter((id) => /^e\d+$/.test(id));
	expect(duplicatesOf(eventIds)).toEqual([]);
	expect(lines.flatMap((line) => (line.tracked as string[] | undefined) ?? []).filter((id) => !seen.some((row) => row.event_id === id))).toEqual([]);
	expect([wait.length, release_batch.length]).toEqual([0, 0]);
	expect(enrolment.filter((row) => !['completed', 'exited'].includes(String(row.status))).map((row) => row.status)).toEqual([]);
	expect(enrolment.length + refusals.length).toBe(event.filter((row) => row.type === 'go').length);
	const orderIds = orders.map((row) => String(row.order_id));
	expect([duplicatesOf(orderIds), lines.flatMap((line) => line.ordered ?? []).filter((id) => !orderIds.includes(String(id)))]).toEqual([[], []]);
	expect(dump.order_line.reduce((sum, row) => sum + Number(row.amount_e4), 0)).toBe(orderIds.reduce((sum, id) => sum + Number(id.slice(1)) * 10_000, 0));
	// 0 double state changes: nobody came to a step twice.
	expect(duplicatesOf(history.map((row) => `${String(row.enrolment_id)}/${String(row.step_key)}`))).toEqual([]);
	expect(duplicatesOf(history.map((row) => `${String(row.enrolment_id)}/${String(row.visit)}`))).toEqual([]);
	// Nobody is mailed twice; what was handed over and never mailed is listed; limits hold.
	const keys = touch.map((row) => String(row.idem_key));
	const inDoubt = keys.filter((key) => !mails.includes(key) && !unknown.includes(key));
	expect({ mailedTwice: duplicatesOf(mails), mailedUnasked: mails.filter((key) => !keys.includes(key)), inDoubtAndNotListed: touch.filter((row) => inDoubt.includes(String(row.idem_key))) }).toEqual({ mailedTwice: [], mailedUnasked: [], inDoubtAndNotListed: [] });
	const perDay = new Map<string, number>();
	for (const row of touch) {
		const day = `${String(row.customer_id)}/${Math.floor(Number(row.ts) / 86_400_000)}`;
		perDay.set(day, (perDay.get(day) ?? 0) + 1);
	}
	expect(Math.max(0, ...perDay.values())).toBeLessThanOrEqual(2);
}

function duplicatesOf(values: readonly string[]): string[] {
	const seen = new Set<string>();
	return values.filter((value) => seen.has(value) || !seen.add(value));
}

/** The places where it matters most come first, then any statement of any operation. */
function failPoint(chance: () => number, count: number): object {
	const call = 1 + Math.floor(chance() * 3);
	const [operation, statement] = NAMED[count] ?? [OPERATIONS[Math.floor(chance() * OPERATIONS.length)], Math.floor(chance() * 8)];
	return { operation, call, statement };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed: number): () => number {
	let state = (seed % 2_147_483_646) + 1;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
