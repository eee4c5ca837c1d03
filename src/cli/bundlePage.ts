import { writeFile } from 'node:fs/promises';
import { SPLITS, type Split } from '../bundles/bystanders';
import { bundlePage, type BundlePage } from '../bundles/page/page';
import type { CommandContext } from './context';
import { UsageError } from './exitCodes';

/** What `bundles` and `sequences` have in common: kinds of customers, messages in between, names, the page. */

/** Cards of a page: more are not looked at. */
export const SHOWN_CARDS = 60;

/** Letters of a name in a table. */
const LONGEST_NAME = 36;

export const SPLIT_HELP = `kinds of customers to compare within: ${SPLITS.join(', ')} (as last refreshed)`;

/** @throws UsageError for anything but a figure that customers are split by */
export function readSplitOption(text: string | undefined): Split | undefined {
	if (text === undefined) return undefined;
	const split = SPLITS.find((one) => one === text);
	if (!split) throw new UsageError(`--by "${text}" is none of ${SPLITS.join(', ')}.`);
	return split;
}

/** Numbers the kinds by name; 0 is for customers of none. */
export function groupNumbers(groups: ReadonlyMap<number, string>): { names: string[]; of(customer: number): number } {
	const names = ['none', ...[...new Set(groups.values())].sort()];
	const numbers = new Map(names.map((name, number) => [name, number]));
	return { names, of: (customer) => numbers.get(groups.get(customer) ?? 'none') as number };
}

/** Days on which each of the customers was sent something, ascending. @param places numbers in the store, by place */
export function messageDaysOf({ customers, at }: { customers: Float64Array; at: Float64Array }, places: Float64Array, dayOf: (ms: number) => number): (customer: number) => number[] {
	const days = new Map<number, number[]>();
	customers.forEach((customer, message) => {
		const known = days.get(customer);
		if (known) known.push(dayOf(at[message]));
		else days.set(customer, [dayOf(at[message])]);
	});
	for (const own of days.values()) own.sort((a, b) => a - b);
	return (customer) => days.get(places[customer]) ?? [];
}

/** What products are called, by the store: their id where it knows no name. */
export async function nameOfProducts(context: CommandContext, ids: readonly string[]): Promise<(product: string) => string> {
	const names = await context.withStore((store) => store.run('bundles.productNames', { ids: [...new Set(ids)] }));
	return (product) => names.get(product) ?? product;
}

/** Products in a table for people: by name where there is one, with the id, as names are not unique. */
export function namedProducts(nameOf: (product: string) => string): (product: string) => string {
	return (product) => {
		const name = nameOf(product);
		return name === product ? product : `${name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 3)}...` : name} (${product})`;
	};
}

export async function writeBundlePage(context: CommandContext, file: string, page: BundlePage): Promise<void> {
	await writeFile(context.path(file), bundlePage(page));
	await context.note(`Page: ${file}`);
}
