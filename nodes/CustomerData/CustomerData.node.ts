import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { customerStoreTest } from '../../src/n8n/customerStoreTest';
import * as consent from './actions/consent';
import * as customer from './actions/customer';
import * as event from './actions/event';
import * as message from './actions/message';
import * as order from './actions/order';
import * as product from './actions/product';
import { router } from './actions/router';
import * as shopData from './actions/shopData';

/** The customer store on the canvas: what is known about customers goes in and comes out here. */
export class CustomerData implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Customer Data',
		name: 'customerData',
		icon: { light: 'file:customerData.svg', dark: 'file:customerData.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["resource"].replace(/([A-Z])/g, " $1").toLowerCase() + ": " + $parameter["operation"].replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Record and read customers, events, orders, products, consents and message results',
		defaults: { name: 'Customer Data' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'customerStoreApi', required: false, testedBy: 'customerStoreTest' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Consent', value: 'consent' },
					{ name: 'Customer', value: 'customer' },
					{ name: 'Event', value: 'event' },
					{ name: 'Message', value: 'message' },
					{ name: 'Order', value: 'order' },
					{ name: 'Product', value: 'product' },
					{ name: 'Shop Data', value: 'shopData', description: 'Whatever a shop sends, recognized automatically' },
				],
				default: 'customer',
			},
			...consent.description,
			...customer.description,
			...event.description,
			...message.description,
			...order.description,
			...product.description,
			...shopData.description,
		],
	};

	methods = { credentialTest: { customerStoreTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
