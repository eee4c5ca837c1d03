import type { Scratch } from '../core/scratch';
import { DamagedColumns, packColumns, unpackColumns, type ColumnSet } from './columnBytes';

/** Customers whose numbers lie in one range, each with the own rows of several tables: columns, clustered by customer. */
export interface Bucket {
	/** Customers' numbers in the store, ascending. */
	numbers: Float64Array;
	tables: Readonly<Record<string, BucketTable>>;
	texts: readonly string[];
}

export interface BucketTable {
	/** Rows of the customer at place c are [offsets[c], offsets[c + 1]). */
	offsets: Uint32Array;
	columns: Readonly<Record<string, Float64Array>>;
}

/** What a kind of bucket holds: its tables with their columns, and which column points into the texts. */
export interface BucketShape {
	readonly tables: Readonly<Record<string, readonly string[]>>;
	readonly coded?: { readonly table: string; readonly column: string };
}

const SIZE_BITS = 12;
export const BUCKET_SIZE = 1 << SIZE_BITS;
export const bucketOf = (customer: number): number => Math.floor(customer / BUCKET_SIZE);

export function emptyBucket(shape: BucketShape): Bucket {
	return { numbers: new Float64Array(0), texts: [], tables: Object.fromEntries(Object.entries(shape.tables).map(([table, columns]) => [table, { offsets: new Uint32Array(1), columns: Object.fromEntries(columns.map((column) => [column, new Float64Array(0)])) }])) };
}

export function packBucket({ numbers, tables, texts }: Bucket): Uint8Array {
	const columns: Record<string, Float64Array> = { numbers };
	for (const [table, { offsets, columns: own }] of Object.entries(tables)) {
		columns[`${table}.rows`] = Float64Array.from(numbers, (_, place) => offsets[place + 1] - offsets[place]);
		for (const [column, values] of Object.entries(own)) columns[`${table}.${column}`] = values;
	}
	return packColumns({ columns, texts });
}

/** @param scratch where the columns go, if they may be written over by the next bucket @throws DamagedColumns */
export function unpackBucket(bytes: Uint8Array, shape: BucketShape, scratch?: Scratch): Bucket {
	const { columns, texts } = unpackColumns(bytes, scratch);
	const { numbers } = columns;
	const tables = Object.entries(shape.tables).map(([table, names]): [string, BucketTable] => {
		const offsets = new Uint32Array(numbers.length + 1);
		const rows = known(columns, `${table}.rows`);
		for (let place = 0; place < numbers.length; place++) offsets[place + 1] = offsets[place] + rows[place];
		return [table, { offsets, columns: Object.fromEntries(names.map((name) => [name, known(columns, `${table}.${name}`)])) }];
	});
	return { numbers, tables: Object.fromEntries(tables), texts };
}

/** What an earlier version did not keep has to be built anew. */
function known(columns: ColumnSet['columns'], name: string): Float64Array {
	if (!Object.hasOwn(columns, name)) throw new DamagedColumns(`There is no column ${name}`);
	return columns[name];
}

/**
 * Puts what is known now of some customers in place of what was known of them.
 * @param changed the customers, also those who are gone @param fresh of these who are there still
 */
export function splice(old: Bucket, changed: ReadonlySet<number>, fresh: Bucket, shape: BucketShape): Bucket {
	const kept = old.numbers.filter((number) => !changed.has(number));
	const numbers = new Float64Array(kept.length + fresh.numbers.length);
	numbers.set(kept);
	numbers.set(fresh.numbers, kept.length);
	numbers.sort();
	const { texts, place } = unite(old.texts, fresh.texts);
	const parts = [partOf(old, null), partOf(fresh, place)];
	const from = Array.from(numbers, (number) => (changed.has(number) ? parts[1] : parts[0])).map((part, index) => ({ part, at: part.places.get(numbers[index]) as number }));
	const tables = Object.entries(shape.tables).map(([table, names]): [string, BucketTable] => {
		const offsets = new Uint32Array(numbers.length + 1);
		from.forEach(({ part, at }, index) => {
			const own = part.bucket.tables[table].offsets;
			offsets[index + 1] = offsets[index] + own[at + 1] - own[at];
		});
		const columns = names.map((name): [string, Float64Array] => {
			const isCoded = shape.coded?.table === table && shape.coded.column === name;
			const values = new Float64Array(offsets[numbers.length]);
			from.forEach(({ part, at }, index) => {
				const own = part.bucket.tables[table];
				const rows = own.columns[name].subarray(own.offsets[at], own.offsets[at + 1]);
				values.set(isCoded && part.place ? rows.map((code) => (part.place as number[])[code]) : rows, offsets[index]);
			});
			return [name, values];
		});
		return [table, { offsets, columns: Object.fromEntries(columns) }];
	});
	return { numbers, tables: Object.fromEntries(tables), texts };
}

interface Part {
	bucket: Bucket;
	places: ReadonlyMap<number, number>;
	/** Places of its texts in the united list, where they differ. */
	place: number[] | null;
}

function partOf(bucket: Bucket, place: number[] | null): Part {
	return { bucket, place, places: new Map(Array.from(bucket.numbers, (number, at) => [number, at])) };
}

/** Texts by their places in a list. */
export class Texts {
	readonly all: string[];
	private readonly places: Map<string, number>;

	constructor(texts: readonly string[] = []) {
		this.all = [...texts];
		this.places = new Map(this.all.map((text, place) => [text, place]));
	}

	codeOf(text: string): number {
		const known = this.places.get(text);
		if (known !== undefined) return known;
		this.places.set(text, this.all.length);
		return this.all.push(text) - 1;
	}
}

function unite(old: readonly string[], fresh: readonly string[]): { texts: string[]; place: number[] } {
	const texts = new Texts(old);
	const place = fresh.map((text) => texts.codeOf(text));
	return { texts: texts.all, place };
}
