import { chunksOf } from './chunks';

/** Calls under way at the same time: PostgreSQL works on one while the answers of the other are made. */
const CALLS_AT_ONCE = 2;

/**
 * Asks about items chunk by chunk, two chunks side by side.
 * @param nameOf what must not be under way twice, so that whoever comes first in the list is asked about first; none: any order will do
 * @returns the answers in the order of the items
 * @throws what the first call that failed threw; no call is begun after that
 */
export async function sideBySide<I, O>(items: readonly I[], size: number, call: (chunk: I[]) => Promise<O[]>, nameOf: (item: I) => string | undefined = () => undefined): Promise<O[]> {
	const answers: O[][] = [];
	const underWay = new Map<Promise<void>, ReadonlySet<string>>();
	for (const [place, chunk] of chunksOf(items, size).entries()) {
		const names = [...new Set(chunk.flatMap((item) => nameOf(item) ?? []))];
		const inTheWay = () => [...underWay].find(([, others]) => names.some((name) => others.has(name)))?.[0];
		while (underWay.size >= CALLS_AT_ONCE || inTheWay()) await (inTheWay() ?? Promise.race(underWay.keys()));
		const done: Promise<void> = call(chunk).then((told) => {
			answers[place] = told;
			underWay.delete(done);
		});
		// Whoever waits hears of it.
		done.catch(() => undefined);
		underWay.set(done, new Set(names));
	}
	await Promise.all(underWay.keys());
	return answers.flat();
}
