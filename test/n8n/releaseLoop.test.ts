import type { SettleBatch, SettledBatch, TakenBatch, Tended } from '../../src/journeys/contract';
import { JourneyError } from '../../src/core/errors';
import { withLoopScheduler, type LoopScheduler } from '../../src/n8n/loopScheduler';
import { RENEW_MS, type Batch, type Ending } from '../../src/n8n/flights';
import { BEAT_MS, EMPTY_POLL_MS, POLL_MS, ReleaseLoop, runningLoops, type Lane } from '../../src/n8n/releaseLoop';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { wakeLoops } from '../../src/n8n/wake';

const TAKE = { workflowId: 'w1', stepKey: 's1', journeyKey: undefined, limit: undefined, leaseMs: 120_000 };
const SIGN = { workflowId: 'w1', nodeId: 'n1', stepKey: 's1' };

/** A clock whose timers run when the test says so. */
class TestScheduler implements LoopScheduler {
	private at = 0;
	private timers: { due: number; run: () => void }[] = [];

	now = () => this.at;

	after(delayMs: number, run: () => void): () => void {
		const timer = { due: this.at + delayMs, run };
		this.timers.push(timer);
		return () => {
			this.timers = this.timers.filter((one) => one !== timer);
		};
	}

	/** Delay of the next timer. */
	get next(): number | undefined {
		return this.timers.length === 0 ? undefined : Math.min(...this.timers.map(({ due }) => due)) - this.at;
	}

	async advance(ms: number): Promise<void> {
		const end = this.at + ms;
		for (;;) {
			await quiet();
			const timer = this.timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
			if (!timer) break;
			this.timers = this.timers.filter((one) => one !== timer);
			this.at = Math.max(this.at, timer.due);
			timer.run();
		}
		this.at = end;
		await quiet();
	}
}

async function quiet(): Promise<void> {
	for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** The store's side of the release protocol, in memory. */
class FakeStore implements StoreHandle {
	readonly calls: [string, unknown][] = [];
	due = 0;
	nextDueAt: number | null = null;
	away = false;
	refusal: JourneyError | undefined;
	held = true;
	released = false;
	skewMs = 0;
	settling: Partial<SettledBatch> = {};
	tending: Tended[] = [];
	/** Whether settling takes the next batch too. */
	takesAlong = false;
	/** A batch whose settling fails. */
	failsOn: number | undefined;
	private nextId = 1;

	constructor(private readonly now: () => number) {}

	store = async () => {
		this.check();
		return { storeId: 'store-1' } as Awaited<ReturnType<StoreHandle['store']>>;
	};

	run: StoreHandle['run'] = async (name, input) => {
		this.check();
		this.calls.push([name, input]);
		if (this.failsOn !== undefined && (input as Partial<SettleBatch>).id === this.failsOn) throw new JourneyError('store_unavailable', 'The store went away.');
		return this.answer(name, input as SettleBatch) as never;
	};

	release(): void {
		this.released = true;
	}

	names(): string[] {
		return this.calls.map(([name]) => name);
	}

	settled(): Omit<SettleBatch, 'next'>[] {
		return this.settlings().map(({ next: _next, ...settled }) => settled);
	}

	/** What was to be taken with each of them. */
	next(): SettleBatch['next'][] {
		return this.settlings().map(({ next }) => next);
	}

	private settlings(): SettleBatch[] {
		return this.calls.filter(([name]) => name === 'journeys.settleBatch').map(([, input]) => input as SettleBatch);
	}

	count(name: string): number {
		return this.names().filter((one) => one === name).length;
	}

	private check(): void {
		if (this.away) throw new JourneyError('store_unavailable', 'The store is away.');
		if (this.refusal) throw this.refusal;
	}

	private answer(name: string, { outcome, next }: Partial<SettleBatch>): unknown {
		if (name === 'journeys.takeBatch') return this.take();
		if (name === 'journeys.renewBatch') return { held: this.held };
		if (name === 'journeys.tend') return this.tending.shift() ?? { left: 0, moved: 0, more: false };
		const taken = this.takesAlong && outcome === 'success' && next ? { taken: this.take() } : {};
		if (name === 'journeys.settleBatch') return { settled: true, completed: 0, deadLetters: 0, paused: null, resumed: false, ...taken, ...this.settling };
		return {};
	}

	private take(): TakenBatch {
		const now = this.now() + this.skewMs;
		if (this.due === 0) return { now, batch: null, nextDueAt: this.nextDueAt };
		this.due--;
		const id = this.nextId++;
		return { now, batch: { id, epoch: 1, size: 10, key: `store-1:${id}:1` }, nextDueAt: this.nextDueAt };
	}
}

interface Flight {
	batch: Batch;
	end(ending: Ending): Promise<void>;
	crash(error: Error): Promise<void>;
}

function setup(journeyKey?: string, options: Pick<Lane, 'mostInFlight'> = {}) {
	const scheduler = new TestScheduler();
	const store = new FakeStore(scheduler.now);
	const flights: Flight[] = [];
	const log = { warn: jest.fn(), info: jest.fn() };
	const lane: Lane = {
		...options,
		sign: { ...SIGN, ...(journeyKey && { journeyKey }) },
		register: (handle: StoreHandle) => handle.run('journeys.registerStep', { workflowId: 'w1', stepKey: 's1', nodeId: 'n1', nodeName: 'Wait', kind: 'wait' }),
		emit: (batch: Batch) =>
			new Promise<Ending>((resolve, reject) => {
				const after = async () => {
					await quiet();
				};
				flights.push({ batch, end: async (ending) => (resolve(ending), await after()), crash: async (error) => (reject(error), await after()) });
			}),
	};
	const loop = withLoopScheduler(scheduler, () => new ReleaseLoop(lane, store, log));
	return { scheduler, store, flights, log, loop };
}

describe('customers whom nobody releases any more', () => {
	it('are looked after by a journey with its signs of life, piece by piece, and by no other step', async () => {
		for (const [journeyKey, calls] of [['j', 6], [undefined, 0]] as const) {
			const { scheduler, store, loop, log } = setup(journeyKey);
			store.tending = [{ left: 500, moved: 0, more: true }, { left: 3, moved: 0, more: true }];
			await loop.start();
			await scheduler.advance(4 * BEAT_MS + 1_000);
			// Two pieces and the end of it with the first sign of life, then once with each.
			expect(store.count('journeys.tend')).toBe(calls);
			expect(log.info.mock.calls.length).toBe(journeyKey ? 2 : 0);
			await loop.close();
		}
	});
});

describe('what a person must hear of', () => {
	it.each<[Partial<SettledBatch>, string]>([
		[{ paused: 'Paused: run after run failed, the last with: no connection.' }, 'Step s1 of workflow w1: Paused: run after run failed, the last with: no connection.'],
		[{ deadLetters: 1 }, 'Step s1 of workflow w1 failed for a customer again and again, and works for others: they are set aside. See "customer-journeys dead-letters".'],
	])('is a warning in the log: %j', async (settling, warning) => {
		const { scheduler, store, loop, flights, log } = setup();
		store.due = 1;
		store.settling = settling;
		await loop.start();
		await scheduler.advance(1);
		await flights[0]!.end({ outcome: 'failed', error: 'x' });
		await scheduler.advance(1);
		expect(log.warn).toHaveBeenCalledWith(warning);
		await loop.close();
	});

	it('says when a paused step goes on', async () => {
		const { scheduler, store, loop, flights, log } = setup();
		store.due = 1;
		store.settling = { resumed: true };
		await loop.start();
		await scheduler.advance(1);
		await flights[0]!.end({ outcome: 'success' });
		await scheduler.advance(1);
		expect(log.info).toHaveBeenCalledWith('Step s1 of workflow w1 goes on.');
		await loop.close();
	});
});

describe('release loop', () => {
	it('registers on start and polls an empty step once a second', async () => {
		const { scheduler, store, loop } = setup();
		await loop.start();
		expect(store.names()).toEqual(['journeys.registerStep']);
		await scheduler.advance(0);
		expect(store.names()).toEqual(['journeys.registerStep', 'journeys.takeBatch']);
		expect(scheduler.next).toBe(EMPTY_POLL_MS);
		await scheduler.advance(EMPTY_POLL_MS);
		expect(store.count('journeys.takeBatch')).toBe(2);
	});

	it('looks twice a second where customers wait, and at the very instant when somebody is due', async () => {
		const { scheduler, store, loop } = setup();
		store.nextDueAt = 1_234;
		await loop.start();
		await scheduler.advance(0);
		expect(scheduler.next).toBe(POLL_MS);
		await scheduler.advance(1_000);
		expect(scheduler.next).toBe(234);
	});

	it('has at most four batches of a step in flight and takes the next as soon as one has ended', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.due = 5;
		await loop.start();
		await scheduler.advance(0);
		expect(flights.map(({ batch }) => batch.id)).toEqual([1, 2, 3, 4]);
		await flights[0]!.end({ outcome: 'success' });
		await scheduler.advance(0);
		expect(store.settled()).toEqual([{ id: 1, epoch: 1, outcome: 'success', error: undefined }]);
		expect(flights.map(({ batch }) => batch.id)).toEqual([1, 2, 3, 4, 5]);
	});

	it('takes the next batch with settling one, and asks for none besides', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.takesAlong = true;
		store.due = 6;
		await loop.start();
		await scheduler.advance(0);
		expect(store.count('journeys.takeBatch')).toBe(4);
		await Promise.all([flights[0]!.end({ outcome: 'success' }), flights[2]!.end({ outcome: 'success' })]);
		await scheduler.advance(0);
		expect(store.next()).toEqual([TAKE, TAKE]);
		expect(flights.map(({ batch }) => batch.id)).toEqual([1, 2, 3, 4, 5, 6]);
		expect([loop.busy, store.count('journeys.takeBatch')]).toEqual([4, 4]);
		await flights[1]!.end({ outcome: 'success' });
		await scheduler.advance(0);
		expect([loop.busy, store.count('journeys.takeBatch')]).toEqual([3, 5]);
	});

	it('takes nothing with settling while as many run as may, nor once it is closed', async () => {
		const { scheduler, store, flights, loop } = setup(undefined, { mostInFlight: 1 });
		store.takesAlong = true;
		store.due = 3;
		await loop.start();
		await scheduler.advance(0);
		await flights[0]!.end({ outcome: 'success' });
		await scheduler.advance(0);
		expect([loop.busy, flights.length, store.next()]).toEqual([1, 2, [TAKE]]);
		await loop.close();
		await flights[1]!.end({ outcome: 'success' });
		await scheduler.advance(EMPTY_POLL_MS);
		expect([store.next(), flights.length, store.released]).toEqual([[TAKE, undefined], 2, true]);
	});

	it('hands over what came with one batch although the store failed another', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.takesAlong = true;
		store.due = 3;
		await loop.start();
		await scheduler.advance(0);
		store.failsOn = 1;
		await Promise.all([flights[0]!.end({ outcome: 'success' }), flights[1]!.end({ outcome: 'success' })]);
		store.due = 1;
		await scheduler.advance(0);
		expect([flights.length, loop.busy]).toEqual([4, 3]);
		store.failsOn = undefined;
		await scheduler.advance(BEAT_MS);
		expect(store.settled().map(({ id }) => id)).toEqual([1, 2, 1]);
		expect(loop.busy).toBe(2);
	});

	it('settles a failed execution as failed, with the first line of its error', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.due = 2;
		await loop.start();
		await scheduler.advance(0);
		await flights[0]!.end({ outcome: 'failed', error: 'Send Email: no such mailbox' });
		await flights[1]!.crash(new Error('boom\n at somewhere'));
		await scheduler.advance(0);
		expect(store.settled()).toEqual([
			{ id: 1, epoch: 1, outcome: 'failed', error: 'Send Email: no such mailbox' },
			{ id: 2, epoch: 1, outcome: 'failed', error: 'boom' },
		]);
	});

	it('lets the lease of a batch run out when n8n does not say how its execution ended', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.due = 1;
		await loop.start();
		await scheduler.advance(0);
		await flights[0]!.end({ outcome: 'unknown' });
		await scheduler.advance(4 * RENEW_MS);
		expect(store.settled()).toEqual([]);
		expect(store.count('journeys.renewBatch')).toBe(0);
		expect(loop.busy).toBe(0);
	});

	it('renews the lease every 30 seconds while the execution runs, and stops when it is lost', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.due = 1;
		await loop.start();
		await scheduler.advance(0);
		await scheduler.advance(2 * RENEW_MS + EMPTY_POLL_MS);
		expect(store.count('journeys.renewBatch')).toBe(2);
		store.held = false;
		await scheduler.advance(2 * RENEW_MS);
		expect(store.count('journeys.renewBatch')).toBe(3);
		await flights[0]!.end({ outcome: 'success' });
		await scheduler.advance(EMPTY_POLL_MS);
		expect(store.settled()).toEqual([]);
	});

	it('beats every 30 seconds, also while two executions take long', async () => {
		const { scheduler, store, loop } = setup();
		store.due = 2;
		await loop.start();
		await scheduler.advance(4 * BEAT_MS + EMPTY_POLL_MS);
		expect(store.count('journeys.heartbeat')).toBe(4);
	});

	it('wakes at once when this process takes something into the same store', async () => {
		const { scheduler, store, flights, loop } = setup();
		await loop.start();
		await scheduler.advance(10);
		store.due = 1;
		wakeLoops('another store');
		await scheduler.advance(0);
		expect(flights).toHaveLength(0);
		wakeLoops('store-1');
		await scheduler.advance(0);
		expect(flights).toHaveLength(1);
	});

	it('does not miss a wake-up that comes while it is looking', async () => {
		const { scheduler, store, loop } = setup();
		await loop.start();
		await scheduler.advance(10);
		const before = store.count('journeys.takeBatch');
		const round = loop.tick();
		wakeLoops('store-1');
		await round;
		await scheduler.advance(0);
		expect(store.count('journeys.takeBatch')).toBe(before + 2);
	});

	it('starts although the store is away, tries again with growing pauses and signs on when it is back', async () => {
		const { scheduler, store, log, loop } = setup();
		store.away = true;
		await loop.start();
		const pauses: number[] = [];
		for (let i = 0; i < 8; i++) {
			pauses.push(scheduler.next!);
			await scheduler.advance(scheduler.next!);
		}
		expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
		expect(log.warn).toHaveBeenCalledTimes(1);
		store.away = false;
		store.due = 1;
		await scheduler.advance(30_000);
		expect(store.names().slice(0, 2)).toEqual(['journeys.registerStep', 'journeys.takeBatch']);
		expect(log.info).toHaveBeenCalledTimes(1);
	});

	it('settles an execution that ended while the store was away, once it is back', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.due = 1;
		await loop.start();
		await scheduler.advance(0);
		store.away = true;
		await flights[0]!.end({ outcome: 'success' });
		await scheduler.advance(5_000);
		expect(store.settled()).toEqual([]);
		expect(loop.busy).toBe(1);
		store.away = false;
		await scheduler.advance(30_000);
		expect(store.settled()).toEqual([{ id: 1, epoch: 1, outcome: 'success', error: undefined }]);
	});

	it('J27 refuses to start under the step key of another node, and leaves no loop behind', async () => {
		const { store, loop } = setup();
		store.refusal = new JourneyError('duplicate_step_key', 'Another node has this step key.');
		await expect(loop.start()).rejects.toThrow('Another node has this step key.');
		expect(runningLoops().has(loop)).toBe(false);
		expect(store.released).toBe(true);
	});

	it('keeps trying after a refusal when nobody is there to see it (start of n8n)', async () => {
		const { scheduler, store, loop } = setup();
		store.refusal = new JourneyError('duplicate_step_key', 'Another node has this step key.');
		await loop.start({ tolerateRefusal: true });
		store.refusal = undefined;
		await scheduler.advance(1_000);
		expect(store.names()).toContain('journeys.registerStep');
	});

	it('beats at once after a test clock was moved', async () => {
		const { scheduler, store, loop } = setup();
		await loop.start();
		await scheduler.advance(5_000);
		expect(store.count('journeys.heartbeat')).toBe(0);
		store.skewMs = 24 * 3_600_000;
		await scheduler.advance(EMPTY_POLL_MS);
		expect(store.count('journeys.heartbeat')).toBe(1);
		await scheduler.advance(5_000);
		expect(store.count('journeys.heartbeat')).toBe(1);
	});

	it('signs on again when the store was replaced', async () => {
		const { scheduler, store, loop } = setup();
		await loop.start();
		await scheduler.advance(BEAT_MS - 500);
		store.refusal = new JourneyError('unknown_journey', 'No such step.');
		await scheduler.advance(BEAT_MS);
		store.refusal = undefined;
		await scheduler.advance(2 * BEAT_MS);
		expect(store.count('journeys.registerStep')).toBe(2);
	});

	it('signs off when it is closed and does nothing afterwards', async () => {
		const { scheduler, store, loop } = setup();
		await loop.start();
		await scheduler.advance(0);
		await loop.close();
		expect(store.names().at(-1)).toBe('journeys.close');
		expect(store.released).toBe(true);
		expect(runningLoops().has(loop)).toBe(false);
		const calls = store.calls.length;
		wakeLoops('store-1');
		await scheduler.advance(10 * BEAT_MS);
		expect(store.calls).toHaveLength(calls);
	});

	it('closed while an execution runs: takes nothing more, keeps its lease, settles it, then lets the store go', async () => {
		const { scheduler, store, flights, loop } = setup();
		store.due = 4;
		await loop.start();
		await scheduler.advance(0);
		await loop.close();
		expect(store.names().at(-1)).toBe('journeys.close');
		expect(store.released).toBe(false);
		const takes = store.count('journeys.takeBatch');
		await scheduler.advance(RENEW_MS + EMPTY_POLL_MS);
		expect(store.count('journeys.takeBatch')).toBe(takes);
		expect(store.count('journeys.renewBatch')).toBe(4);
		expect(store.count('journeys.heartbeat')).toBe(0);
		await flights[0]!.end({ outcome: 'success' });
		await flights[1]!.end({ outcome: 'failed', error: 'no' });
		await flights[2]!.end({ outcome: 'success' });
		await flights[3]!.end({ outcome: 'success' });
		await scheduler.advance(EMPTY_POLL_MS);
		expect(store.settled().map(({ id, outcome }) => [id, outcome])).toEqual([
			[1, 'success'],
			[2, 'failed'],
			[3, 'success'],
			[4, 'success'],
		]);
		expect(store.released).toBe(true);
	});

	it('closes although the store is away', async () => {
		const { scheduler, store, log, loop } = setup();
		await loop.start();
		await scheduler.advance(0);
		store.away = true;
		await loop.close();
		expect(store.released).toBe(true);
		expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('could not sign off'));
	});

	it('drains by hand: everything due, one after the other, until nothing is left', async () => {
		const { store, flights, loop } = setup();
		store.due = 5;
		await loop.start();
		const draining = loop.drain();
		for (let i = 0; i < 5; i++) {
			await quiet();
			await flights[i]!.end({ outcome: 'success' });
		}
		expect(await draining).toBe(5);
		expect(store.settled()).toHaveLength(5);
	});
});
