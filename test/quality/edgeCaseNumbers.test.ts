import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Edge cases of the contact policy and of journeys, by their numbers. */
const NUMBERS = [...Array.from({ length: 68 }, (_, index) => `P${String(index + 1).padStart(2, '0')}`), ...Array.from({ length: 55 }, (_, index) => `J${String(index + 1).padStart(2, '0')}`)];
/** These are about runs of n8n and its editor, not about a store. */
const OF_NODES = new Set(['J35', 'J36']);

const folder = path.join(__dirname, '..');
const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.test.ts')).map((file) => ({ file, text: textOf(path.join(folder, file)) }));

/** A test, with the tables beside it that its rows are made from. */
function textOf(file: string): string {
	const text = readFileSync(file, 'utf8');
	const tables = [...text.matchAll(/from '(\.\/[^'/]+)'/g)].map(([, beside]) => path.join(path.dirname(file), `${beside}.ts`));
	return [text, ...tables.map((table) => readFileSync(table, 'utf8'))].join('\n');
}

/** Names of tests, and of rows that tests are made from. */
const namesIn = (text: string) => [...text.matchAll(/(['"`])((?:[PJ]\d\d\b|[^'"`\n]*\b[PJ]\d\d\b)[^\n]*?)\1/g)].map(([, , name]) => name);
const named = (number: string, within: typeof files) => within.filter(({ text }) => namesIn(text).some((name) => new RegExp(`\\b${number}\\b`).test(name)));

test.each(NUMBERS)('%s has a test by its number, on both stores', (number) => {
	const onBoth = files.filter(({ text }) => text.includes('onEachStore(') || text.includes('describe.each(STORE_KINDS)'));
	expect(named(number, OF_NODES.has(number) ? files : onBoth).map(({ file }) => file)).not.toEqual([]);
});
