import type { INodeProperties } from 'n8n-workflow';
import { JourneyError } from '../../../../src/core/errors';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'Message Key',
		name: 'key',
		type: 'string',
		default: '={{ $json.policy?.key }}',
		required: true,
		description: 'The key that Contact Policy gave the item. Afterwards policy.decision says "send" or "blocked", with the reason: put an If node behind. Meant for Contact Policy with "Confirm After Sending", where time passes before the message goes out.',
	},
];

export const description = showFor('message', 'checkAgain', properties);

export const execute = (run: CustomerDataRun) =>
	run.manyToACall(
		(index) => {
			const key = run.text('key', index).trim();
			if (key !== '') return key;
			throw new JourneyError('bad_input', '"Message Key" is empty: it is in policy.key of the item that left Contact Policy by Send.', { field: 'Message Key' });
		},
		async (keys) => await run.store.run('messages.check', { keys }),
		(answer, index) => {
			const before = run.policyOf(index);
			if (answer.result === 'unknown_message') return { result: 'No message has this key: it was let out in a test run, or by a node of another customer store' };
			if (answer.result === 'send') return { policy: { ...before, decision: 'send' }, result: 'It may still be sent' };
			return { policy: { ...before, decision: 'blocked', reason: answer.reason, reasonText: answer.reasonText }, result: answer.reasonText };
		},
	);
