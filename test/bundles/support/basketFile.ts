import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BasketBuilder, type Baskets } from '../../../src/bundles/baskets';

export function linesOf(file: string, separator: string): string[][] {
	return gunzipSync(readFileSync(file)).toString('utf8').split('\n').map((line) => line.split(separator).map((item) => item.trim()).filter(Boolean)).filter((items) => items.length > 0);
}

export function basketsOf(lines: Iterable<Iterable<string>>): Baskets {
	const builder = new BasketBuilder();
	for (const line of lines) builder.add(line);
	return builder.build();
}
