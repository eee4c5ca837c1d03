import type { IExecuteFunctions } from 'n8n-workflow';

type PerItem = Pick<IExecuteFunctions, 'getNode'>;

/**
 * Reads a node's settings for each item, but only once where no setting has an expression: then they are the same for all
 * items of the run, and evaluating them a thousand times takes longer than everything else that the node does.
 * @param read of one item; what it throws is thrown for each item
 */
export function sameForAll<T>(context: PerItem, read: (index: number) => T): (index: number) => T {
	if (hasExpression(context.getNode().parameters)) return read;
	let known: { value: T } | undefined;
	return (index) => (known ??= { value: read(index) }).value;
}

/** n8n takes every text that begins with = for an expression. */
function hasExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);
}
