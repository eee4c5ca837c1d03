import { SingleBar } from 'cli-progress';
import { JourneyError } from '../core/errors';
import { refresh, type Refreshed, type RefreshOptions } from '../features/refresh';
import type { RefreshProgress } from '../features/refreshState';
import type { Store } from '../store/Store';
import type { CommandContext } from './context';

const PHASES: Readonly<Record<RefreshProgress['phase'], string>> = { columns: 'Reading what is new', history: 'Reading the history', models: 'Learning from the shop', figures: 'Computing figures', preferences: 'Reading preferences', goods: 'Learning what is bought again' };

/**
 * Refreshes figures, or computes them as of an instant, with a bar for who waits.
 * @throws JourneyError `store_unavailable` while another process refreshes
 */
export async function refreshWithProgress(context: CommandContext, store: Store, options: Omit<RefreshOptions, 'owner' | 'onProgress'>): Promise<Refreshed> {
	return await withBar(context, async (onProgress) => {
		const done = await refresh(store, { ...options, owner: ownerName(), onProgress });
		if (done.result === 'busy') throw new JourneyError('store_unavailable', 'Another process refreshes the figures of this customer store right now. Try again in a few minutes.');
		return done;
	});
}

export const ownerName = () => `command line ${process.pid}`;

/** Shows how far something is that refreshes figures, or learns what a refresh learns. */
export async function withBar<T>(context: CommandContext, work: (onProgress: (progress: RefreshProgress) => void) => Promise<T>): Promise<T> {
	const screen = context.terminal.screen;
	const bar = screen && new SingleBar({ stream: screen, format: '{phase} [{bar}] {percentage} %', hideCursor: true, clearOnComplete: true, fps: 5 });
	bar?.start(1, 0, { phase: '' });
	try {
		return await work(({ phase, done, total }) => bar && (bar.setTotal(Math.max(1, total)), bar.update(done, { phase: PHASES[phase] })));
	} finally {
		bar?.stop();
	}
}
