import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { BatchRef } from '../journeys/contract';
import { toNodeError } from './errors';

/**
 * Runs a node that keeps customers back. When `execute` throws although *On Error* says to go on, n8n sends the items that
 * came in out by the first output, as if the node had done its work: messages would go unchecked, waits would be skipped.
 * Here they leave by `outlet` as errors without the customer instead; a released batch that failed leaves nothing, stays
 * unsettled and is offered again.
 * @param lists empty lists, one for each output
 * @param outlet index of the output for errors
 * @throws NodeOperationError unless *On Error* says to go on
 */
export async function failClosed(
	context: IExecuteFunctions,
	{ batch, lists, outlet }: { batch: BatchRef | undefined; lists: INodeExecutionData[][]; outlet: number },
	work: () => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
	try {
		return await work();
	} catch (error) {
		const nodeError = toNodeError(context.getNode(), error);
		if (!context.continueOnFail()) throw nodeError;
		if (batch) context.logger.warn(`${context.getNode().name} will try its customers again: ${nodeError.message}`);
		else lists[outlet]?.push(...context.getInputData().map((_, index) => ({ json: { error: nodeError.message }, pairedItem: { item: index } })));
		return lists;
	}
}
