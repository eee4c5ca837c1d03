/** The sample shop as if it had been open until yesterday: a copy of its files with shifted dates, and its import. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../command.mjs';
import { node24, root } from '../paths.mjs';

const DAY_MS = 86_400_000;
const folder = path.join(root, 'sample');
const kinds = ['customers', 'products', 'orders', 'consents'];
/** An instant as the files write it: a date and a time. Birthdays are dates alone and stay what they are. */
const instant = /\b(\d{4}-\d{2}-\d{2})( \d{2}:\d{2}:\d{2})\b/g;

/** The shop is British and its files carry local times without a zone. */
export const sampleZone = 'Europe/London';

/**
 * Writes the four import files, shifted by whole days so that the newest order was yesterday.
 * @param {string} target folder, made when missing
 * @param {number} nowMs
 * @returns {Record<'customers' | 'products' | 'orders' | 'consents', string>} paths
 */
export function writeShiftedSample(target, nowMs) {
	mkdirSync(target, { recursive: true });
	const days = shiftDays(nowMs);
	return Object.fromEntries(
		kinds.map((kind) => {
			const file = path.join(target, `${kind}.csv`);
			writeFileSync(file, shifted(readFileSync(path.join(folder, `${kind}.csv`), 'utf8'), days));
			return [kind, file];
		}),
	);
}

/** The sample's open carts as `import events` and the Customer Data node read them, left yesterday evening. */
export function shiftedCarts(nowMs) {
	return shifted(readFileSync(path.join(folder, 'carts.jsonl'), 'utf8'), shiftDays(nowMs))
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
}

/**
 * Fills a store with the sample shop through the command line, as a user would.
 * @param {string} store what `--store` takes
 * @param {string} workFolder for the shifted files
 * @param {number} nowMs
 * @returns {Promise<Record<string, { read: number, accepted: number, duplicates: number, rejected: number }>>}
 */
export async function importSample(store, workFolder, nowMs) {
	const files = writeShiftedSample(workFolder, nowMs);
	const cli = path.join(root, 'dist', 'cli.js');
	const results = {};
	for (const kind of kinds) {
		const answer = await run(node24, [cli, 'import', kind, files[kind], '--store', store, '--time-zone', sampleZone, '--currency', 'GBP', '--source', 'sample', '--json']);
		results[kind] = JSON.parse(answer);
	}
	return results;
}

function shiftDays(nowMs) {
	const orders = readFileSync(path.join(folder, 'orders.csv'), 'utf8');
	const newest = [...orders.matchAll(instant)].reduce((latest, [, day]) => (day > latest ? day : latest), '');
	return Math.floor(nowMs / DAY_MS) - 1 - Date.parse(newest) / DAY_MS;
}

function shifted(text, days) {
	return text.replace(instant, (_, day, time) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10) + time);
}
