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
	const screen = context.terminal.screen;
	const bar = screen && new SingleBar({ stream: screen, format: '{phase} [{bar}] {percentage} %', hideCursor: true, clearOnComplete: true, fps: 5 });
	bar?.start(1, 0, { phase: '' });
	try {
		const done = await refresh(store, { ...options, owner: `command line ${process.pid}`, onProgress: ({ phase, done, total }) => bar && (bar.setTotal(Math.max(1, total)), bar.update(done, { phase: PHASES[phase] })) });
		if (done.result === 'busy') throw new JourneyError('store_unavailable', 'Another process refreshes the figures of this customer store right now. Try again in a few minutes.');
		return done;
	} finally {
		bar?.stop();
	}
}
