import type { RefreshSummary } from '../../src/features/refreshThread';
import { FigureKeeper, LOOK_MS, STALE_MS } from '../../src/n8n/figureKeeper';
import { withLoopScheduler } from '../../src/n8n/loopScheduler';
import type { StoreHandle } from '../../src/n8n/storeRegistry';

const DONE: RefreshSummary = { result: 'refreshed', asOf: 0, zone: 'UTC', currency: 'EUR', customers: 3, written: 2, preferences: 0 };

/** A keeper whose timer runs when the test says so. */
function keeper(refreshNow: () => Promise<RefreshSummary>) {
	const status = { now: 10 * STALE_MS, scheduled: true, running: false, finishedAt: null as number | null };
	const said: string[] = [];
	let timer: { delayMs: number; run: () => void } | undefined;
	let released = false;
	const after = (delayMs: number, run: () => void) => {
		timer = { delayMs, run };
		return () => void (timer = undefined);
	};
	const asked: string[] = [];
	let pagesLeft = 0;
	const run = async (name: string) => {
		asked.push(name);
		return name === 'preferences.renew' ? { renewed: 1, more: pagesLeft-- > 1 } : status;
	};
	const store = { run, release: () => void (released = true) } as unknown as StoreHandle;
	const made = withLoopScheduler({ now: () => 0, after }, () => new FigureKeeper(store, refreshNow, { warn: (text) => void said.push(text), info: (text) => void said.push(text) }));
	const look = async () => {
		timer?.run();
		for (let turn = 0; turn < 20; turn++) await Promise.resolve();
		return timer?.delayMs;
	};
	return { status, said, asked, look, hasPages: (pages: number) => void (pagesLeft = pages), close: () => made.close(), isReleased: () => released };
}

describe('Figures inside n8n', () => {
	test('are refreshed when they never were, and then when a day has passed', async () => {
		let refreshes = 0;
		const { status, look, said } = keeper(async () => (refreshes++, DONE));
		expect(await look()).toBe(LOOK_MS);
		expect([refreshes, said]).toEqual([1, ['Figures of 3 customers were refreshed; 2 changed.']]);
		status.finishedAt = status.now - STALE_MS + 1;
		await look();
		expect(refreshes).toBe(1);
		status.now += 1;
		await look();
		expect(refreshes).toBe(2);
	});

	test('what customers answered and looked at is brought up to date in between, as many pages as there are', async () => {
		const { status, look, asked, hasPages } = keeper(async () => DONE);
		status.finishedAt = status.now - 1;
		hasPages(3);
		await look();
		expect(asked).toEqual(['figures.status', ...Array.from({ length: 3 }, () => 'preferences.renew')]);
		status.running = true;
		await look();
		[status.running, status.scheduled] = [false, false];
		await look();
		expect(asked.slice(4)).toEqual(['figures.status', 'figures.status']);
	});

	test('are left to the process that is at it', async () => {
		let refreshes = 0;
		const { status, look } = keeper(async () => (refreshes++, DONE));
		status.running = true;
		await look();
		expect(refreshes).toBe(0);
	});

	test('are left alone where a test moves the clock, and computes them when it says so', async () => {
		let refreshes = 0;
		const { status, look } = keeper(async () => (refreshes++, DONE));
		status.scheduled = false;
		await look();
		expect(refreshes).toBe(0);
	});

	test('are tried again with growing pauses when the store is away, and it is said once', async () => {
		let away = true;
		const { look, said } = keeper(async () => {
			if (away) throw new Error('the disk is full');
			return DONE;
		});
		expect([await look(), await look(), await look()]).toEqual([2 * LOOK_MS, 4 * LOOK_MS, 8 * LOOK_MS]);
		expect(said).toEqual([expect.stringContaining('the disk is full')]);
		away = false;
		expect(await look()).toBe(LOOK_MS);
		expect(said).toHaveLength(3);
	});

	test('are nobody\'s business any more once the last workflow is off', async () => {
		const { look, close, isReleased } = keeper(async () => DONE);
		close();
		expect([await look(), isReleased()]).toEqual([undefined, true]);
	});
});
