import type { Neighbours } from './neighbours';

/** What products are likely to be bought next by whom: learned from a shop's orders up to a day. */
export interface CandidateModel {
	readonly products: readonly string[];
	/** Local day up to which orders were looked at. */
	readonly asOfDay: number;
	/** "Next" is within so many days. */
	readonly horizonDays: number;
	/** Purchases of each product, those of 45 days ago counted half. */
	readonly recent: Float64Array;
	/** Purchases of each product in all. */
	readonly bought: Uint32Array;
	/** The products bought most of late, at most a hundred. */
	readonly popular: Uint32Array;
	readonly neighbours: Neighbours;
	/** Of the features of candidates.ts. */
	readonly weights: Float64Array;
	/** How many purchases the weights were learned from; 0: too few, and they are those of other shops. */
	readonly learnedFrom: number;
}

/** As kept in the store: plain JSON, the columns in base64 (little endian). */
export type StoredCandidateModel = Omit<CandidateModel, 'recent' | 'bought' | 'popular' | 'neighbours' | 'weights'> & Record<'recent' | 'bought' | 'popular' | 'weights' | 'offsets' | 'to' | 'byCustomer' | 'byDay', string>;

export function storedModel({ neighbours, recent, bought, popular, weights, ...plain }: CandidateModel): StoredCandidateModel {
	const { offsets, to, byCustomer, byDay } = neighbours;
	return { ...plain, recent: text(recent), bought: text(bought), popular: text(popular), weights: text(weights), offsets: text(offsets), to: text(to), byCustomer: text(byCustomer), byDay: text(byDay) };
}

export function candidateModelOf({ recent, bought, popular, weights, offsets, to, byCustomer, byDay, ...plain }: StoredCandidateModel): CandidateModel {
	return {
		...plain,
		recent: new Float64Array(bytes(recent)),
		bought: new Uint32Array(bytes(bought)),
		popular: new Uint32Array(bytes(popular)),
		weights: new Float64Array(bytes(weights)),
		neighbours: { offsets: new Uint32Array(bytes(offsets)), to: new Uint32Array(bytes(to)), byCustomer: new Float32Array(bytes(byCustomer)), byDay: new Float32Array(bytes(byDay)) },
	};
}

function text({ buffer, byteOffset, byteLength }: Float64Array | Float32Array | Uint32Array): string {
	return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** A copy: the bytes of a Buffer begin anywhere, those of a column must not. */
function bytes(stored: string): ArrayBuffer {
	const read = Buffer.from(stored, 'base64');
	const copy = new Uint8Array(read.byteLength);
	copy.set(read);
	return copy.buffer;
}
