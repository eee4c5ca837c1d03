import type { Store } from '../store/Store';
import type { ColumnKindName } from './columnKinds';
import type { BegunRefresh } from './refreshState';

/**
 * Brings the columns of one kind up to date, bucket by bucket: reads whose rows changed. Whoever does it holds the lease of the
 * figures.
 * @param after as `figures.begin` gave it
 * @returns how many buckets there are
 */
export async function updateOutdated(store: Store, kind: ColumnKindName, after: BegunRefresh['after'], onProgress: (done: number, total: number) => Promise<void>): Promise<number> {
	const { buckets, outdated } = await store.run('figures.outdated', { kind, after });
	for (const [done, { bucket, ids }] of outdated.entries()) {
		await onProgress(done, outdated.length);
		await store.run('figures.updateColumns', { kind, bucket, ids });
	}
	return buckets;
}
