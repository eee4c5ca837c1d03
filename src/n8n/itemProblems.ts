import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from './errors';

/**
 * What went wrong with single items of a run, while the others go their way. With *On Error: continue* each becomes an error
 * item of its own, without the customer: it may leave by an output whose messages it must not get. Otherwise the run fails
 * at the end, saying what was done all the same.
 */
export class ItemProblems {
	private readonly problems = new Map<number, unknown>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly items: readonly INodeExecutionData[],
	) {}

	add(index: number, error: unknown): void {
		if (!this.problems.has(index)) this.problems.set(index, error);
	}

	/** @returns undefined when the work threw, which then is this item's problem */
	attempt<T>(index: number, work: () => T): T | undefined {
		try {
			return work();
		} catch (error) {
			this.add(index, error);
			return undefined;
		}
	}

	/**
	 * @param rest what happened to the other items, if there are any, for the error's description
	 * @returns the error items
	 * @throws NodeOperationError of the first item with a problem, unless *On Error* says to go on
	 */
	finish(rest: string): INodeExecutionData[] {
		const inOrder = [...this.problems].sort(([a], [b]) => a - b);
		const [first] = inOrder;
		if (!first) return [];
		if (this.context.continueOnFail()) return inOrder.map(([index, error]) => this.errorItem(index, error));
		const error = toNodeError(this.context.getNode(), first[1], first[0]);
		const more = inOrder.length > 1 ? `${inOrder.length} of ${this.items.length} items have a problem; this is the first.` : '';
		error.description = [error.description, more, inOrder.length < this.items.length ? rest : ''].filter(Boolean).join(' ');
		throw error;
	}

	private errorItem(index: number, problem: unknown): INodeExecutionData {
		const error = toNodeError(this.context.getNode(), problem, index);
		return { json: { error: error.message }, error, pairedItem: { item: index } };
	}
}
