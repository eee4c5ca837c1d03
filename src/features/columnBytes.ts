import type { Scratch } from '../core/scratch';

/** Columns of numbers and a list of texts that some of them point into. */
export interface ColumnSet {
	columns: Readonly<Record<string, Float64Array>>;
	texts: readonly string[];
}

/** What is stored is no columns; it has to be built anew from the rows. Never leaves the store. */
export class DamagedColumns extends Error {}

interface Packed {
	name: string;
	length: number;
	/** A value is `base + scale * stored`. */
	base: number;
	scale: number;
	/** Bytes a value: 0 all are `base`, 1, 2 and 4 whole numbers, 8 the value itself. */
	width: 0 | 1 | 2 | 4 | 8;
}

/** Steps that instants and amounts come in: days, hours, minutes, seconds, whole units of a currency, cents. */
const SCALES = [86_400_000, 3_600_000, 60_000, 10_000, 1_000, 100, 1];
const HEAD = 8;

/**
 * Columns as bytes: each in the narrowest whole numbers that hold it. Layout: length of the JSON that describes the columns
 * (uint32), its start from the end of a first word that tells the format, then the columns, each from a multiple of 8 on.
 */
export function packColumns({ columns, texts }: ColumnSet): Uint8Array {
	const packed = Object.entries(columns).map(([name, values]) => ({ name, values, ...narrowest(values) }));
	const described = Buffer.from(JSON.stringify({ texts, columns: packed.map(({ name, values, base, scale, width }): Packed => ({ name, length: values.length, base, scale, width })) }));
	let size = aligned(HEAD + described.length);
	for (const { values, width } of packed) size += aligned(values.length * width);
	const bytes = new Uint8Array(size);
	new DataView(bytes.buffer).setUint32(0, FORMAT, true);
	new DataView(bytes.buffer).setUint32(4, described.length, true);
	bytes.set(described, HEAD);
	let at = aligned(HEAD + described.length);
	for (const { values, base, scale, width } of packed) {
		store(values, viewOf(bytes.buffer, at, values.length, width), base, scale);
		at += aligned(values.length * width);
	}
	return bytes;
}

/** @param scratch where the numbers go, if they may be written over by the next columns @throws DamagedColumns */
export function unpackColumns(bytes: Uint8Array, scratch?: Scratch): ColumnSet {
	try {
		const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		if (head.getUint32(0, true) !== FORMAT) throw new RangeError('another format');
		const length = head.getUint32(4, true);
		const { texts, columns } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + HEAD, length).toString()) as { texts: string[]; columns: Packed[] };
		// Columns of several bytes a number can only be read where they begin at a multiple of it.
		const [source, start] = bytes.byteOffset % 8 === 0 ? [bytes.buffer as ArrayBuffer, bytes.byteOffset] : [bytes.slice().buffer, 0];
		let at = aligned(HEAD + length);
		scratch?.reset(columns.reduce((sum, column) => sum + column.length, 0));
		return {
			texts,
			columns: Object.fromEntries(
				columns.map(({ name, length: count, base, scale, width }) => {
					const stored = viewOf(source, start + at, count, width);
					at += aligned(count * width);
					if (scratch && stored === null && base === 0) return [name, scratch.zeros(count)];
					const values = scratch ? scratch.take(count) : new Float64Array(count);
					load(stored, values, base, scale);
					return [name, values];
				}),
			),
		};
	} catch (error) {
		throw new DamagedColumns(`Columns cannot be read: ${(error as Error).message}`);
	}
}

/** Little-endian on every machine Node runs on. */
const FORMAT = 0x314a4343;

const aligned = (bytes: number) => (bytes + 7) & ~7;

type Stored = Uint8Array | Uint16Array | Uint32Array | Float64Array | null;

function viewOf(buffer: ArrayBufferLike, at: number, length: number, width: Packed['width']): Stored {
	switch (width) {
		case 0:
			return null;
		case 1:
			return new Uint8Array(buffer, at, length);
		case 2:
			return new Uint16Array(buffer, at, length);
		case 4:
			return new Uint32Array(buffer, at, length);
		case 8:
			return new Float64Array(buffer, at, length);
	}
}

function narrowest(values: Float64Array): Pick<Packed, 'base' | 'scale' | 'width'> {
	let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const value of values) {
		if (!Number.isSafeInteger(value)) return { base: 0, scale: 1, width: 8 };
		if (value < least) least = value;
		if (value > greatest) greatest = value;
	}
	if (values.length === 0 || least === greatest) return { base: values.length === 0 ? 0 : least, scale: 1, width: 0 };
	const scale = SCALES.find((one) => values.every((value) => (value - least) % one === 0)) as number;
	const range = (greatest - least) / scale;
	return { base: least, scale, width: range < 2 ** 8 ? 1 : range < 2 ** 16 ? 2 : range < 2 ** 32 ? 4 : 8 };
}

function store(values: Float64Array, target: Stored, base: number, scale: number): void {
	if (target instanceof Float64Array) target.set(values.map((value) => (base === 0 && scale === 1 ? value : (value - base) / scale)));
	else if (target) for (let place = 0; place < values.length; place++) target[place] = (values[place] - base) / scale;
}

function load(source: Stored, values: Float64Array, base: number, scale: number): void {
	if (source === null) values.fill(base);
	else if (base === 0 && scale === 1) values.set(source);
	// Mostly there are four bytes a number; a loop that meets one kind of array only is twice as fast.
	else if (source instanceof Uint32Array) for (let place = 0; place < values.length; place++) values[place] = base + scale * source[place];
	else for (let place = 0; place < values.length; place++) values[place] = base + scale * source[place];
}
