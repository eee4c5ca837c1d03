import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import { getJourneys, getJourneysOrAll, getJourneyWaits } from '../../src/n8n/journeyLists';
import * as consent from './actions/consent';
import * as coupon from './actions/coupon';
import * as customer from './actions/customer';
import * as event from './actions/event';
import * as journey from './actions/journey';
import * as message from './actions/message';
import * as note from './actions/note';
import * as order from './actions/order';
import * as product from './actions/product';
import { router } from './actions/router';
import * as shopData from './actions/shopData';
import * as subscription from './actions/subscription';
import { actionSubtitle } from './actions/subtitle';
import * as task from './actions/task';

const DESCRIPTIONS = {
	consent: consent.description,
	coupon: coupon.description,
	customer: customer.description,
	event: event.description,
	journey: journey.description,
	message: message.description,
	note: note.description,
	order: order.description,
	product: product.description,
	shopData: shopData.description,
	subscription: subscription.description,
	task: task.description,
};

/** The customer store on the canvas: what is known about customers goes in and comes out here. */
export class CustomerData implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Customer Data',
		name: 'customerData',
		icon: { light: 'file:customerData.svg', dark: 'file:customerData.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: actionSubtitle(DESCRIPTIONS),
		description: 'Record and read customers, events, orders, products, subscriptions, consents, coupons, notes, tasks and message results',
		defaults: { name: 'Customer Data' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['Result'],
		credentials: [{ name: 'customerStoreApi', displayName: 'Customer Store (Optional: One Is Built In)', required: false, testedBy: 'customerStoreTest' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Consent', value: 'consent' },
					{ name: 'Coupon', value: 'coupon', description: 'Codes that customers use once: for offers, incentives, personal discounts' },
					{ name: 'Customer', value: 'customer' },
					{ name: 'Event', value: 'event' },
					{ name: 'Journey', value: 'journey', description: 'Start, stop and move customers by hand, and see who is where' },
					{ name: 'Message', value: 'message' },
					{ name: 'Note', value: 'note' },
					{ name: 'Order', value: 'order' },
					{ name: 'Product', value: 'product' },
					{ name: 'Shop Data', value: 'shopData', description: 'Whatever a shop sends, recognized automatically' },
					{ name: 'Subscription', value: 'subscription', description: 'What a customer pays for again and again: a box, a licence, an insurance policy' },
					{ name: 'Task', value: 'task', description: 'Something a manager is asked to do, such as to call' },
				],
				default: 'customer',
			},
			...Object.values(DESCRIPTIONS).flat(),
		],
	};

	methods = { credentialTest: { customerStoreTest }, loadOptions: { getJourneys, getJourneysOrAll, getJourneyWaits } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
