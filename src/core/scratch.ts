/**
 * Memory for numbers that are soon looked at no more: what is used again and again is near the processor, and asks the operating
 * system for nothing.
 */
export class Scratch {
	private numbers = new Float64Array(0);
	private used = 0;
	private noughts = new Float64Array(0);

	/** From now on what was taken before may be written over. @param size numbers that will be taken in all, at most */
	reset(size: number): void {
		if (size > this.numbers.length) this.numbers = new Float64Array(Math.ceil(size * 1.25));
		this.used = 0;
	}

	/** @returns so many zeros, which nobody may write over */
	zeros(size: number): Float64Array {
		if (size > this.noughts.length) this.noughts = new Float64Array(Math.ceil(size * 1.25));
		return this.noughts.subarray(0, size);
	}

	/** @returns so many numbers, whatever they are */
	take(size: number): Float64Array {
		return this.numbers.subarray(this.used, (this.used += size));
	}
}
