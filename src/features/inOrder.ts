/** Takes values in any order and hands them on in order. Whoever is too far ahead waits, so that few are held. */
export class InOrder<T> {
	private readonly held = new Map<number, T>();
	private next = 0;
	private waiting: (() => void)[] = [];

	/** @param ahead places that may be put before they are asked for */
	constructor(private readonly ahead: number) {}

	/** Comes back when a place is near enough to be worked at. */
	async near(place: number): Promise<void> {
		while (place >= this.next + this.ahead) await this.change();
	}

	put(place: number, value: T): void {
		this.held.set(place, value);
		this.changed();
	}

	/** The values of the places 0, 1, 2 ... */
	async *first(count: number): AsyncGenerator<T> {
		for (; this.next < count; this.next++, this.changed()) {
			while (!this.held.has(this.next)) await this.change();
			const value = this.held.get(this.next) as T;
			this.held.delete(this.next);
			yield value;
		}
	}

	private async change(): Promise<void> {
		await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	private changed(): void {
		const woken = this.waiting;
		this.waiting = [];
		for (const wake of woken) wake();
	}
}
