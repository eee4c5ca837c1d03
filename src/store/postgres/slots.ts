/**
 * How many may work at the same time; the others wait in line, for as long as those before them take. A pool's own line
 * has a time limit that is meant for connecting, and would refuse work on a busy day.
 */
export class Slots {
	private readonly waiting: { resolve(): void; reject(error: unknown): void }[] = [];

	constructor(private free: number) {}

	async take(): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
	}

	give(): void {
		const next = this.waiting.shift();
		if (next) next.resolve();
		else this.free++;
	}

	/** Where the first in line could not work, those behind need not each find out for themselves. */
	refuseWaiting(error: unknown): void {
		for (const one of this.waiting.splice(0)) one.reject(error);
	}
}
