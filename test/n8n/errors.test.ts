import { NodeOperationError, type IExecuteFunctions, type INode } from 'n8n-workflow';
import { fromPlainError, JourneyError, toPlainError } from '../../src/core/errors';
import { errorItem, isJourneyError, toNodeError } from '../../src/n8n/errors';

const node: INode = { id: '1', name: 'Customer Data', type: 'customerData', typeVersion: 1, position: [0, 0], parameters: {} };
const context = (goOn: boolean) => ({ getNode: () => node, continueOnFail: () => goOn }) as IExecuteFunctions;

test('the sentence is the message, the field goes into the description, the item is named', () => {
	const error = toNodeError(node, new JourneyError('bad_input', 'Customer is missing.', { field: 'Customer' }), 4);
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error.message).toBe('Customer is missing.');
	expect(error.description).toBe('Field: Customer');
	expect(error.context.itemIndex).toBe(4);
});

test('n8n does not put its own sentence in place of ours', () => {
	const sentence = 'The customer store PostgreSQL "a" at h cannot be reached (ECONNREFUSED).';
	expect(new NodeOperationError(node, sentence).message).not.toBe(sentence);
	expect(toNodeError(node, new JourneyError('store_unavailable', sentence)).message).toBe(sentence);
});

test('an error from a worker thread or from another copy of the package is recognised', () => {
	expect(isJourneyError(fromPlainError(toPlainError(new JourneyError('bad_input', 'no'))))).toBe(true);
	expect(isJourneyError(Object.assign(new Error('no'), { name: 'JourneyError' }))).toBe(true);
	expect(isJourneyError(new Error('no'))).toBe(false);
});

test('a fault of the program keeps its own message', () => {
	expect(toNodeError(node, new TypeError('x is not a function'), 0).message).toBe('x is not a function');
});

test('on error continue: in the regular output the item keeps its fields beside the error', () => {
	const item = errorItem(context(true), { json: { order_id: 7 } }, 2, new JourneyError('bad_input', 'no'));
	expect(item).toEqual({ json: { order_id: 7, error: 'no' }, pairedItem: { item: 2 } });
});

test('on error continue, error output: nothing but the error and the pairing, so that n8n adds the fields', () => {
	const errorOutput = { ...context(true), getNode: () => ({ ...node, onError: 'continueErrorOutput' }) } as IExecuteFunctions;
	const item = errorItem(errorOutput, { json: { order_id: 7 } }, 2, new JourneyError('bad_input', 'no'));
	expect(item).toEqual({ json: { error: 'no' }, pairedItem: { item: 2 } });
});

test('on error stop: the error is thrown', () => {
	expect(() => errorItem(context(false), { json: {} }, 2, new JourneyError('bad_input', 'no'))).toThrow('no');
});
