import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INode, type INodeExecutionData } from 'n8n-workflow';
import type { JourneyError } from '../core/errors';

/** By name, since a store shared with another copy of this package throws that copy's class. */
export function isJourneyError(error: unknown): error is JourneyError {
	return error instanceof Error && error.name === 'JourneyError';
}

/**
 * What n8n shows: the sentence as the message, what belongs to it as the description, the item it happened on.
 * An error that is no JourneyError is a fault of the program and keeps its stack.
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError | NodeApiError {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	if (!isJourneyError(error)) return new NodeOperationError(node, error as Error, { itemIndex });
	const { field, line } = error.details;
	const description = [field === undefined ? '' : `Field: ${String(field)}`, line === undefined ? '' : `Line: ${String(line)}`].filter(Boolean).join(' · ');
	const nodeError = new NodeOperationError(node, error.message, { itemIndex, description: description || undefined });
	// n8n puts a sentence of its own in place of any message that holds a code such as ECONNREFUSED.
	nodeError.message = error.message;
	return nodeError;
}

/** The node's error with a sentence about the other items in front of its description. */
export function withRemark(context: IExecuteFunctions, error: unknown, itemIndex: number, remark: string): NodeOperationError | NodeApiError {
	const nodeError = toNodeError(context.getNode(), error, itemIndex);
	nodeError.description = [remark, nodeError.description].filter(Boolean).join(' ') || undefined;
	return nodeError;
}

/**
 * What comes out for an item that failed. For the error output n8n wants nothing but the error and puts the fields of the
 * paired input item beside it (an item with `error` set would lose them); in the regular output they are kept here.
 * @throws NodeOperationError unless *On Error* says to go on
 */
export function errorItem(context: IExecuteFunctions, item: INodeExecutionData, itemIndex: number, error: unknown): INodeExecutionData {
	const node = context.getNode();
	const nodeError = toNodeError(node, error, itemIndex);
	if (!context.continueOnFail()) throw nodeError;
	const own = node.onError === 'continueErrorOutput' ? {} : item.json;
	return { json: { ...own, error: nodeError.message }, pairedItem: { item: itemIndex } };
}

/**
 * Every item of a run that failed as a whole. When `execute` throws although *On Error* says to go on, n8n sends the items
 * that came in out by the node's first output, as if the node had done its work; so a node must not throw then.
 * @throws NodeOperationError unless *On Error* says to go on
 */
export function errorItems(context: IExecuteFunctions, error: unknown): INodeExecutionData[] {
	if (!context.continueOnFail()) throw toNodeError(context.getNode(), error);
	return context.getInputData().map((item, index) => errorItem(context, item, index, error));
}
