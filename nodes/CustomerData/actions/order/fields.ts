import type { INodeProperties } from 'n8n-workflow';

export const orderId: INodeProperties = {
	displayName: 'Order ID',
	name: 'orderId',
	type: 'string',
	default: '={{ $json.order_id ?? $json.id }}',
	required: true,
	placeholder: 'e.g. 1001',
};

/** Which shop's order it is: order IDs are unique within a source. */
export const orderSource: INodeProperties = {
	displayName: 'Source',
	name: 'source',
	type: 'string',
	default: '',
	placeholder: 'e.g. shopify',
	description: 'Name of the shop the order was recorded from. Empty: the recognized shop (shopify, woocommerce …), else n8n.',
};
