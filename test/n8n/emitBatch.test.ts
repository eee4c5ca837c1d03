import type { IRun, ITriggerFunctions } from 'n8n-workflow';
import { emitBatch, endingOf, withoutAddresses } from '../../src/n8n/emitBatch';

const run = (status: string, resultData: object = {}) => ({ status, data: { resultData } }) as unknown as IRun;

describe('how an execution that a batch was handed to ended', () => {
	it('is a success only when n8n says so, or keeps it as a waiting execution of its own', () => {
		expect(endingOf(run('success'))).toEqual({ outcome: 'success' });
		expect(endingOf(run('waiting'))).toEqual({ outcome: 'success' });
	});

	it('is unknown when n8n refused the deduplication key and so resolves with nothing', () => {
		expect(endingOf(undefined)).toEqual({ outcome: 'unknown' });
	});

	it.each(['error', 'crashed', 'canceled', 'new', 'running', 'unknown'])('is a failure for %s', (status) => {
		expect(endingOf(run(status))).toEqual({ outcome: 'failed', error: `the execution ended as ${status}` });
	});

	it('names the node and the first line of the error, without the address in it', () => {
		const error = new Error('550 no mailbox <anna@example.com>\nmore');
		expect(endingOf(run('error', { error, lastNodeExecuted: 'Send Email' }))).toEqual({ outcome: 'failed', error: 'Send Email: 550 no mailbox <…@…>' });
		expect(withoutAddresses('SMS to +44 20 7183 8750 was refused (code 21211)')).toBe('SMS to … was refused (code 21211)');
	});
});

it('gives n8n the items of one execution, a promise for its end and the key', async () => {
	const emit = jest.fn((_data: unknown, _response: unknown, done: { resolve(run: unknown): void }) => done.resolve(run('success')));
	const context = {
		emit,
		helpers: {
			createDeferredPromise: () => {
				let resolve: (value: unknown) => void = () => undefined;
				const promise = new Promise((done) => (resolve = done));
				return { promise, resolve };
			},
		},
	} as unknown as ITriggerFunctions;
	expect(await emitBatch(context, [{ a: 1 }, { a: 2 }], 'store:1:1')).toEqual({ outcome: 'success' });
	expect(emit.mock.calls[0]![0]).toEqual([[{ json: { a: 1 } }, { json: { a: 2 } }]]);
	expect(emit.mock.calls[0]![3 as never]).toBe('store:1:1');
});
