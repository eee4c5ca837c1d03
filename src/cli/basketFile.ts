import { BasketBuilder, basketCount, type Baskets } from '../bundles/baskets';
import { JourneyError } from '../core/errors';
import { fileBytes } from '../ingest/import/fileBytes';
import { lineBlocks } from '../ingest/import/lines';

/** How many lines may decide whether a file separates by commas. */
const LOOKED_AT = 1_000;

/**
 * Reads a plain basket file: one basket a line, items separated by commas if there is one in its first lines, else by blanks.
 * @throws JourneyError `bad_file` when it cannot be read or holds no basket
 */
export async function readBasketFile(file: string, shown: string, separator?: string): Promise<Baskets> {
	const builder = new BasketBuilder();
	let first: string[] | undefined = separator === undefined ? [] : undefined;
	let between: string | RegExp = separator ?? /\s+/;
	const add = (line: string) => builder.add(line.split(between).map((item) => item.trim()).filter(Boolean));
	const decide = (lines: string[]) => {
		if (lines.some((line) => line.includes(','))) between = ',';
		first = undefined;
		lines.forEach(add);
	};
	for await (const { firstLine, lines, problems } of lineBlocks(fileBytes(file), shown)) {
		for (const [place, problem] of problems ?? []) throw new JourneyError('bad_file', `Line ${firstLine + place} of ${shown} cannot be read: ${problem}.`, { file: shown, line: firstLine + place });
		for (const line of lines) {
			if (!first) add(line);
			else if (first.push(line) >= LOOKED_AT) decide(first);
		}
	}
	if (first) decide(first);
	const baskets = builder.build();
	if (basketCount(baskets) === 0) throw new JourneyError('bad_file', `${shown} holds no basket: write one a line, its items separated by blanks or commas.`, { file: shown });
	return baskets;
}
