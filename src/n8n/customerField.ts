import type { INodeProperties } from 'n8n-workflow';

/** Whom an item is about: on a journey it is filled in already. */
export const customerField = (displayOptions?: INodeProperties['displayOptions']): INodeProperties => ({
	displayName: 'Customer',
	name: 'customer',
	type: 'string',
	required: true,
	default: '={{ $json.customer?.id ?? $json.customer_id ?? $json.email }}',
	placeholder: 'e.g. anna@example.com',
	description: 'ID, e-mail address or phone of the customer; on a journey it is filled in already',
	...(displayOptions && { displayOptions }),
});
