/** A figure that a condition takes of rows of a customer; `since` and `until` UTC milliseconds, both included. */
export interface Taken<F extends string> {
	figure: F;
	since: number;
	until: number;
	/** of events */
	type?: string;
}

/** Figures taken in one pass: more make it no quicker, and fewer texts of statements have to be kept. */
const MOST_TOGETHER = 4;

interface Together<F extends string> {
	taken: Taken<F>[];
	/** Customers whose rows were looked at. */
	looked: Set<number>;
	/** Of each figure, by customer. */
	values: Map<number, number>[];
}

/** Reads what several conditions take of the same rows in one pass over them, for those customers that somebody asks about. */
export class OnePass<F extends string> {
	private readonly placeOf = new Map<string, [Together<F>, number]>();

	/**
	 * @param all what the conditions take, in any order
	 * @param along what is taken too where a pass is made anyway
	 * @param order of the figures
	 * @param read rows of customers, with `f0`, `f1` ... for what is taken
	 */
	constructor(
		all: readonly Taken<F>[],
		along: readonly Taken<F>[],
		order: readonly F[],
		private readonly read: (taken: readonly Taken<F>[], ids: number[]) => Promise<({ customer_id: number } & Record<`f${number}`, number | null>)[]>,
	) {
		const asked = new Map(all.map((one) => [nameOf(one), one]));
		const room = Math.ceil(asked.size / MOST_TOGETHER) * MOST_TOGETHER - asked.size;
		const more = new Map(along.filter((one) => !asked.has(nameOf(one))).map((one) => [nameOf(one), one]));
		const distinct = [...asked.values(), ...[...more.values()].slice(0, room)];
		for (let from = 0; from < distinct.length; from += MOST_TOGETHER) {
			const taken = distinct.slice(from, from + MOST_TOGETHER).sort((a, b) => order.indexOf(a.figure) - order.indexOf(b.figure));
			const together = { taken, looked: new Set<number>(), values: taken.map(() => new Map<number, number>()) };
			taken.forEach((one, place) => this.placeOf.set(nameOf(one), [together, place]));
		}
	}

	/** @returns the figure by customer; who is missing has nothing in the span */
	async of(one: Taken<F>, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
		return (await this.ifTaken(one, ids)) as ReadonlyMap<number, number>;
	}

	/** The same of what may not be taken at all: undefined then. */
	async ifTaken(one: Taken<F>, ids: readonly number[]): Promise<ReadonlyMap<number, number> | undefined> {
		const found = this.placeOf.get(nameOf(one));
		if (!found) return undefined;
		const [{ taken, looked, values }, place] = found;
		const missing = ids.filter((id) => !looked.has(id));
		if (missing.length > 0) {
			for (const id of missing) looked.add(id);
			for (const row of await this.read(taken, missing)) {
				for (let figure = 0; figure < taken.length; figure++) {
					const value = row[`f${figure}`];
					if (value !== null) values[figure].set(row.customer_id, value);
				}
			}
		}
		return values[place];
	}
}

const nameOf = ({ figure, since, until, type = '' }: Taken<string>) => `${figure} ${since} ${until} ${type}`;
