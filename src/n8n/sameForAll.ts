import type { IExecuteFunctions } from 'n8n-workflow';
import { grouped } from '../core/grouped';

type PerItem = Pick<IExecuteFunctions, 'getNode'>;

/**
 * Reads a node's settings for each item, but only once where no setting has an expression: then they are the same for all
 * items of the run, and evaluating them a thousand times takes longer than everything else that the node does.
 * @param read of one item; what it throws is thrown for each item
 * @param names of the parameters that it reads, where it does not read all
 */
export function sameForAll<T>(context: PerItem, read: (index: number) => T, names?: readonly string[]): (index: number) => T {
	const { parameters } = context.getNode();
	if (hasExpression(names ? names.map((name) => parameters[name]) : parameters)) return read;
	let known: { value: T } | undefined;
	return (index) => (known ??= { value: read(index) }).value;
}

/** What is asked under the same settings together, so that the store is asked once for all of it. */
export function underSameSettings<T extends { settings: object }>(asked: readonly T[]): T[][] {
	const texts = new Map<object, string>();
	const textOf = (settings: object) => {
		const text = texts.get(settings) ?? JSON.stringify(settings);
		texts.set(settings, text);
		return text;
	};
	return [...grouped(asked, ({ settings }) => textOf(settings)).values()];
}

/** n8n takes every text that begins with = for an expression. */
function hasExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);
}
