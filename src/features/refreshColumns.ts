import type { Store } from '../store/Store';
import { emptyBucket, unpackBucket, type Bucket } from './bucket';
import { DamagedColumns } from './columnBytes';
import { SHAPES, WRITTEN, type ColumnKindName } from './columnKinds';
import { firstUsed } from './history';

/** The kept columns as a refresh reads them: what is missing or damaged is built from the rows. */
export class RefreshColumns {
	constructor(private readonly store: Store) {}

	/** @returns packed */
	async read(kind: ColumnKindName | 'sales', bucket: number): Promise<Uint8Array> {
		for (let attempt = 0; ; attempt++) {
			const { body } = await this.store.run('figures.readColumns', { kind, bucket });
			if (body) return body;
			if (attempt > 2) throw new Error(`Columns of bucket ${bucket} are damaged again and again`);
			await this.repair(kind, bucket);
		}
	}

	/** Builds a bucket anew from the rows. */
	async repair(kind: ColumnKindName | 'sales', bucket: number): Promise<void> {
		if (kind === 'sales') await this.store.run('figures.buildColumns', { kind, bucket });
		else await this.store.run('figures.updateColumns', { kind, bucket, ids: null });
	}

	/** What was sold is kept as columns only where the catalogue says what is left of it. */
	async buildSales(onProgress: (done: number, total: number) => Promise<void>): Promise<void> {
		const { buckets, missing } = await this.store.run('figures.missingColumns', { kind: 'sales' });
		for (const [done, bucket] of missing.entries()) {
			await onProgress(buckets - missing.length + done, buckets);
			await this.repair('sales', bucket);
		}
	}

	/** The currency of the first order; null: there is none. */
	async firstCurrency(buckets: number): Promise<string | null> {
		for (let bucket = 0; bucket < buckets; bucket++) {
			const found = firstUsed(await this.orders(bucket));
			if (found !== null) return found;
		}
		return null;
	}

	/** What was written of the customers of a bucket the last time; nothing, where that is not known. */
	async writtenBefore(bucket: number): Promise<Bucket> {
		const { body } = await this.store.run('figures.readColumns', { kind: 'written', bucket });
		return (body && unpacked(() => unpackBucket(body, WRITTEN))) ?? emptyBucket(WRITTEN);
	}

	private async orders(bucket: number): Promise<Bucket> {
		const body = await this.read('orders', bucket);
		const found = unpacked(() => unpackBucket(body, SHAPES.orders));
		if (found) return found;
		await this.repair('orders', bucket);
		return unpackBucket(await this.read('orders', bucket), SHAPES.orders);
	}
}

/** @returns undefined: it is damaged */
function unpacked(unpack: () => Bucket): Bucket | undefined {
	try {
		return unpack();
	} catch (error) {
		if (error instanceof DamagedColumns) return undefined;
		throw error;
	}
}
