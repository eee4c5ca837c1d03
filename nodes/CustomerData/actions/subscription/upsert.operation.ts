import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, customer, historyOnly, options, pairs, showFor, source, takeFrom } from '../fields';

const properties: INodeProperties[] = [
	takeFrom('fields'),
	byFields({ ...customer, required: false, description: 'Customer ID, email address or phone number with country code (+44…). Empty: the customer the subscription is known to belong to.' }),
	byFields({
		displayName: 'Subscription ID',
		name: 'subscriptionId',
		type: 'string',
		default: '={{ $json.subscription_id }}',
		required: true,
		placeholder: 'e.g. sub-1001',
		description: 'Also the number of a contract, a licence or an insurance policy',
	}),
	byFields({
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Active', value: 'active' },
			{ name: 'Canceled', value: 'cancelled' },
			{ name: 'Expired', value: 'expired' },
			{ name: 'Not Said (a New One Is Active)', value: '' },
			{ name: 'Paused', value: 'paused' },
		],
		default: '',
		description: 'Journeys see a change as an event: subscription_started, subscription_renewed, subscription_cancelled and so on',
	}),
	byFields({
		displayName: 'Renews or Expires At',
		name: 'expiresAt',
		type: 'string',
		default: '={{ $json.expires_at ?? $json.renews_at }}',
		placeholder: 'e.g. 2027-03-01',
		description: 'The end of what is paid for. A later one than before is a renewal. A day without a time is that day where the customer lives.',
	}),
	byFields({
		displayName: 'Plan',
		name: 'plan',
		type: 'string',
		default: '={{ $json.plan }}',
		placeholder: 'e.g. yearly',
	}),
	byFields({
		displayName: 'More Fields',
		name: 'details',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Currency',
				name: 'currency',
				type: 'string',
				default: '={{ $json.currency }}',
				placeholder: 'e.g. EUR',
				description: 'Empty: the currency of the store',
			},
			{
				displayName: 'Price',
				name: 'price',
				type: 'string',
				default: '={{ $json.price }}',
				placeholder: 'e.g. 99.00',
				description: 'Per period',
			},
			{
				displayName: 'Product ID',
				name: 'productId',
				type: 'string',
				default: '={{ $json.product_id }}',
				placeholder: 'e.g. SKU-1001',
			},
			{
				displayName: 'Starts At',
				name: 'startsAt',
				type: 'string',
				default: '={{ $json.starts_at }}',
				placeholder: 'e.g. 2026-03-01',
			},
			{
				displayName: 'Updated At',
				name: 'updatedAt',
				type: 'string',
				default: '={{ $json.updated_at }}',
				placeholder: 'e.g. 2026-11-21 18:00',
				description: 'When these values held: an older report never overwrites a newer one. Empty: now.',
			},
		],
	}),
	byFields(pairs('Attributes', 'attributes', 'What else is known of the subscription, such as the car or the address it is for', { singular: 'Attribute', nameLabel: 'Name', example: 'e.g. car' })),
	options([actInTestRuns, historyOnly, source]),
];

export const description = showFor('subscription', 'upsert', properties);

const FIELDS = { Customer: 'customer', 'Subscription ID': 'subscriptionId', Status: 'status', 'Renews or Expires At': 'expiresAt', Plan: 'plan' };
const MORE_FIELDS = { Currency: 'currency', Price: 'price', 'Product ID': 'productId', 'Starts At': 'startsAt', 'Updated At': 'updatedAt' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('subscriptions', (index) => {
		const item = run.values(index);
		return { ...item.fields(FIELDS), ...item.inside('details', MORE_FIELDS), attributes: item.pairs('attributes') };
	});
