/** Where arrays of numbers are made. All of them begin with zeros. */
export interface Memory {
	float64(length: number): Float64Array;
	int32(length: number): Int32Array;
	uint32(length: number): Uint32Array;
}

/** Each array by itself. */
export const ownMemory: Memory = {
	float64: (length) => new Float64Array(length),
	int32: (length) => new Int32Array(length),
	uint32: (length) => new Uint32Array(length),
};

const ALIGNED = 8;

/**
 * Arrays out of a few large pieces, which live as long as any of their arrays. Thousands of pieces that come and go would have the
 * garbage collector look through everything again and again; of a large piece only what is written to takes up memory. Pieces are
 * of the shared kind, whose size does not hurry the garbage collector, and which other threads look at without a copy.
 */
export class Slabs implements Memory {
	private slab = new SharedArrayBuffer(0);
	private used = 0;

	/** @param size bytes of a piece */
	constructor(private readonly size: number) {}

	float64(length: number): Float64Array {
		const at = this.place(length * 8);
		return new Float64Array(this.slab, at, length);
	}

	int32(length: number): Int32Array {
		const at = this.place(length * 4);
		return new Int32Array(this.slab, at, length);
	}

	uint32(length: number): Uint32Array {
		const at = this.place(length * 4);
		return new Uint32Array(this.slab, at, length);
	}

	/** Makes room in the slab. @returns where it begins */
	private place(bytes: number): number {
		const taken = Math.ceil(bytes / ALIGNED) * ALIGNED;
		if (this.used + taken > this.slab.byteLength) {
			this.slab = new SharedArrayBuffer(Math.max(this.size, taken));
			this.used = 0;
		}
		this.used += taken;
		return this.used - taken;
	}
}
