import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the public data sets are: `CUSTOMER_JOURNEYS_DATA`, else a folder beside the checkout. They are not part of the project. */
export function dataFile(name: string): string | undefined {
	const folder = process.env.CUSTOMER_JOURNEYS_DATA ?? path.join(__dirname, '..', '..', '..', 'shared', 'data');
	const file = path.join(folder, name);
	return existsSync(file) ? file : undefined;
}

/** `test`, or a skipped test that says which file is missing. */
export function testWithData(file: string, name: string, run: (path: string) => Promise<void>, timeoutMs: number): void {
	const found = dataFile(file);
	if (found) test(name, () => run(found), timeoutMs);
	else test.skip(`${name} (needs ${file}: set CUSTOMER_JOURNEYS_DATA to the folder of the data sets)`, () => undefined);
}
