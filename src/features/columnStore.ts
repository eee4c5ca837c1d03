import { crc32 } from 'node:zlib';
import { changePlans, segmentPlans, type SegmentRow } from '../store/plans/columnPlans';
import { deedEntryPlans } from '../store/plans/preferencePlans';
import { read, write, type Tx } from '../store/port';
import { BUCKET_SIZE, bucketOf, emptyBucket, packBucket, splice, unpackBucket, type Bucket } from './bucket';
import { DamagedColumns } from './columnBytes';
import { CHANGED, COLUMN_KINDS, PURCHASES, readPurchases, readSales, SALES, SHAPES, type ColumnKind, type ColumnKindName } from './columnKinds';

/** Whose rows are new, by the numbers of which table. */
const NEWER = {
	orders: { plan: changePlans.newOrders, rows: 'orders' },
	events: { plan: changePlans.newEvents, rows: 'events' },
	deeds: { plan: deedEntryPlans.newer, rows: 'events' },
} as const satisfies Record<ColumnKindName, object>;

/** What has to be read so that the columns say what the rows say. */
export interface OutdatedColumns {
	/** Buckets of customers there are. */
	buckets: number;
	/** By bucket: customers to read; null: all of them. */
	outdated: { bucket: number; ids: number[] | null }[];
}

/** From here on reading the whole range is quicker than reading customer by customer. */
const MANY = BUCKET_SIZE / 4;

/**
 * @param input.after the highest numbers whose rows are in the columns for sure; customers of newer rows are read anew, and so
 * is who has a note
 */
export const outdatedColumns = read(async (tx: Tx, { kind, after }: { kind: ColumnKindName; after: { customers: number; orders: number; events: number } }): Promise<OutdatedColumns> => {
	const { customers: highest } = (await tx.first(changePlans.highest, {})) as { customers: number };
	const buckets = highest === 0 ? 0 : bucketOf(highest) + 1;
	const built = new Set((await tx.all(segmentPlans.built, { kind })).map(({ bucket }) => bucket));
	const found = new Map<number, Set<number>>();
	const note = ({ customer_id }: { customer_id: number }) => {
		const bucket = bucketOf(customer_id);
		const ids = found.get(bucket);
		if (ids) ids.add(customer_id);
		else found.set(bucket, new Set([customer_id]));
	};
	if (built.size > 0) {
		(await tx.all(changePlans.all, { what: CHANGED[kind] })).forEach(note);
		(await tx.all(changePlans.newCustomers, { after: after.customers })).forEach(note);
		const { plan, rows } = NEWER[kind];
		(await tx.all(plan, { after: after[rows] })).forEach(note);
	}
	const outdated = Array.from({ length: buckets }, (_, bucket) => bucket).flatMap((bucket): OutdatedColumns['outdated'] => {
		const ids = found.get(bucket);
		if (!built.has(bucket) || (ids && ids.size > MANY)) return [{ bucket, ids: null }];
		return ids ? [{ bucket, ids: [...ids] }] : [];
	});
	return { buckets, outdated };
});

/** Brings one bucket up to date in one short transaction; one that is missing or damaged is built from the rows. */
export const updateColumns = write(async (tx: Tx, { kind, bucket, ids }: { kind: ColumnKindName; bucket: number; ids: number[] | null }): Promise<{ customers: number }> => {
	const { shape, read: readRows } = COLUMN_KINDS[kind];
	const range = rangeOf(bucket);
	const before = await lockSegment(tx, kind, bucket);
	const noted = await tx.all(changePlans.take, { what: CHANGED[kind], ...range });
	const old = ids && before;
	const changed = new Set([...(ids ?? []), ...noted.map(({ customer_id }) => customer_id)]);
	const now = old && changed.size <= MANY ? splice(old, changed, await readRows(tx, { ids: [...changed] }), shape) : await readRows(tx, range);
	await putSegment(tx, kind, bucket, now);
	if (kind === 'orders') for (const follower of Object.keys(FOLLOWERS) as Follower[]) await follow(tx, follower, bucket, old && changed.size <= MANY ? changed : null);
	// Only who has a note may have been written in between.
	await rewriteFigures(tx, bucket, new Set(noted.map(({ customer_id }) => customer_id)));
	return { customers: now.numbers.length };
});

/** What goes with the orders, where somebody has asked for it before. */
const FOLLOWERS = { purchases: { shape: PURCHASES, read: readPurchases }, sales: { shape: SALES, read: readSales } } as const satisfies Record<string, ColumnKind>;
type Follower = keyof typeof FOLLOWERS;

/**
 * Who changed is taken out and put in again.
 * @param changed null: everybody
 */
async function follow(tx: Tx, kind: Follower, bucket: number, changed: ReadonlySet<number> | null): Promise<void> {
	const { shape, read: readRows } = FOLLOWERS[kind];
	const row = await tx.first(segmentPlans.get, { kind, bucket });
	if (!row || row.checksum === '') return;
	const before = changed && (await lockSegment(tx, kind, bucket));
	await putSegment(tx, kind, bucket, before ? splice(before, changed, await readRows(tx, { ids: [...changed] }), shape) : await readRows(tx, rangeOf(bucket)));
}

/** @returns buckets of what goes with the orders that are still to be built */
export const missingColumns = read(async (tx: Tx, { kind }: { kind: Follower }): Promise<{ buckets: number; missing: number[] }> => {
	const { customers: highest } = (await tx.first(changePlans.highest, {})) as { customers: number };
	const buckets = highest === 0 ? 0 : bucketOf(highest) + 1;
	const built = new Set((await tx.all(segmentPlans.built, { kind })).map(({ bucket }) => bucket));
	return { buckets, missing: Array.from({ length: buckets }, (_, bucket) => bucket).filter((bucket) => !built.has(bucket)) };
});

/** Builds one bucket of what goes with the orders from the rows, in one short transaction. */
export const buildColumns = write(async (tx: Tx, { kind, bucket }: { kind: Follower; bucket: number }): Promise<Record<string, never>> => {
	// Whoever brings the orders up to date comes to what goes with them after them.
	await lockSegment(tx, 'orders', bucket);
	await lockSegment(tx, kind, bucket);
	await putSegment(tx, kind, bucket, await FOLLOWERS[kind].read(tx, rangeOf(bucket)));
	return {};
});

const rangeOf = (bucket: number) => ({ first: bucket * BUCKET_SIZE, last: (bucket + 1) * BUCKET_SIZE - 1 });

/** The next refresh writes the rows of these customers whatever they were: they may have been written in between. */
async function rewriteFigures(tx: Tx, bucket: number, customers: ReadonlySet<number>): Promise<void> {
	if (customers.size === 0) return;
	const written = await lockSegment(tx, 'written', bucket);
	if (!written) return;
	await putSegment(tx, 'written', bucket, splice(written, customers, emptyBucket(SHAPES.written), SHAPES.written));
}

/** @returns the packed columns of a bucket; null where they are missing or damaged */
export const readColumns = read(async (tx: Tx, { kind, bucket }: { kind: string; bucket: number }): Promise<{ body: Uint8Array | null }> => {
	const row = await tx.first(segmentPlans.get, { kind, bucket });
	return { body: row && isWhole(row) ? row.body : null };
});

/** Takes customers out of everything that is kept as columns. */
export async function forgetColumns(tx: Tx, customerIds: readonly number[]): Promise<void> {
	for (const kind of Object.keys(SHAPES).sort()) {
		for (const bucket of [...new Set(customerIds.map(bucketOf))].sort((a, b) => a - b)) {
			const before = await lockSegment(tx, kind, bucket);
			if (before) await putSegment(tx, kind, bucket, splice(before, new Set(customerIds), emptyBucket(SHAPES[kind]), SHAPES[kind]));
			else await tx.run(segmentPlans.put, { kind, bucket, built_at: 0, checksum: '', body: new Uint8Array(0) });
		}
	}
}

/** @returns the bucket, locked until the transaction ends; undefined where it is missing or damaged */
export async function lockSegment(tx: Tx, kind: string, bucket: number): Promise<Bucket | undefined> {
	await tx.run(segmentPlans.reserve, { kind, bucket });
	const row = await tx.first(segmentPlans.lock, { kind, bucket });
	if (!row || !isWhole(row)) return undefined;
	try {
		return unpackBucket(row.body, SHAPES[kind]);
	} catch (error) {
		if (error instanceof DamagedColumns) return undefined;
		throw error;
	}
}

export async function putSegment(tx: Tx, kind: string, bucket: number, content: Bucket): Promise<void> {
	const body = packBucket(content);
	await tx.run(segmentPlans.put, { kind, bucket, built_at: await tx.now(), checksum: checksumOf(body), body });
}

const checksumOf = (body: Uint8Array) => crc32(body).toString(16);
const isWhole = ({ checksum, body }: SegmentRow) => checksum !== '' && checksum === checksumOf(body);
