import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { showFor } from '../fields';

const properties: INodeProperties[] = [
	{
		displayName: 'For an unsubscribe page of your own: write its address into Contact Policy > Options > Unsubscribe Page, and the links of your messages lead there with a signed token, t.',
		name: 'useLinkNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Link',
		name: 'link',
		type: 'string',
		default: '={{ $json.query?.t }}',
		required: true,
		description: 'The signed part that the link carries as t',
	},
	{
		displayName: 'Do',
		name: 'withdraw',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Only Look Whose It Is', value: 'look', description: 'For the page that asks; mail scanners open links too, and must unsubscribe nobody' },
			{ name: 'Withdraw the Consent', value: 'withdraw', description: 'For the button of the page, and for the one click of mail programs; held messages are blocked at once' },
		],
		default: 'look',
	},
];

export const description = showFor('consent', 'useLink', properties);

const WORDS = { bad_link: 'The link was changed or cut off', expired_link: 'The link has expired', unknown_customer: 'Nobody of this link is in the store any more' };

/** A link that is no good is no error: the page has to say so. */
export const execute = (run: CustomerDataRun) =>
	run.eachItem(async (index) => {
		const withdraw = run.text('withdraw', index) === 'withdraw';
		const answer = await run.store.run('links.unsubscribe', { token: run.text('link', index), withdraw });
		if (!answer.ok) return [{ link: { state: answer.reason }, changed: false, result: WORDS[answer.reason] }];
		const { channel, purpose, changed, customer } = answer;
		const result = !withdraw ? 'The link is good' : changed ? `Consent ${channel}/${purpose} withdrawn` : `Consent ${channel}/${purpose} was withdrawn before: nothing changed`;
		return [{ customer, link: { state: withdraw ? 'done' : 'ask', channel, purpose }, changed, result }];
	});
