import type { INodeProperties } from 'n8n-workflow';

/** Shows the properties of one operation, and those of a part of it where they say more. */
export function showFor(resource: string, operation: string, properties: INodeProperties[]): INodeProperties[] {
	return properties.map((property) => ({
		...property,
		displayOptions: { ...property.displayOptions, show: { resource: [resource], operation: [operation], ...property.displayOptions?.show } },
	}));
}

/** The one field that says who an item is about. */
export const customer: INodeProperties = {
	displayName: 'Customer',
	name: 'customer',
	type: 'string',
	default: '={{ $json.customer?.id ?? $json.customer_id ?? $json.email }}',
	required: true,
	placeholder: 'e.g. jane@example.com',
	description: 'Customer ID, email address or phone number with country code (+44…)',
};

/** Where the values of an item come from. */
export const takeFrom = (standard: 'fields' | 'item'): INodeProperties => ({
	displayName: 'Take Data From',
	name: 'takeFrom',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Fields Below',
			value: 'fields',
			description: 'You say which value goes where',
		},
		{
			name: 'Item, Recognized Automatically',
			value: 'item',
			description: 'Data of Shopify, WooCommerce, RetailCRM and Segment is recognized, and so are common field names such as email or order_id. Nothing to map.',
		},
	],
	default: standard,
});

/** For a property that belongs to the mapping by fields. */
export const byFields = (property: INodeProperties): INodeProperties => ({ ...property, displayOptions: { show: { takeFrom: ['fields'] } } });

export const source: INodeProperties = {
	displayName: 'Source',
	name: 'source',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-shop',
	description: 'Name of the shop or system the data comes from. IDs are unique within a source. Empty: the recognized shop (shopify, woocommerce …), else n8n.',
};

export const historyOnly: INodeProperties = {
	displayName: 'History Only',
	name: 'historyOnly',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description: 'Whether this is history being loaded: everything is recorded, and no journey starts, resumes or ends because of it',
};

export const actInTestRuns: INodeProperties = {
	displayName: 'Act in Test Runs',
	name: 'actInTestRuns',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description: 'Whether journeys start, resume and end in a test run of the workflow too. Off, a test run records only.',
};

export const phoneCountry: INodeProperties = {
	displayName: 'Country of Phones',
	name: 'phoneCountry',
	type: 'string',
	default: '',
	placeholder: 'e.g. GB',
	description: 'Country (two letters) of phone numbers written without a country code',
};

export const currency: INodeProperties = {
	displayName: 'Currency',
	name: 'currency',
	type: 'string',
	default: '',
	placeholder: 'e.g. EUR',
	description: 'Of amounts that name none. Empty: the currency of the store.',
};

export const options = (collected: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [...collected].sort((a, b) => a.displayName.localeCompare(b.displayName)),
});

/** Lets a marketer name what is written down once, however often it is asked for. */
export const onceKey = (what: 'note' | 'task'): INodeProperties => ({
	displayName: what === 'note' ? 'Note Key' : 'Task Key',
	name: 'key',
	type: 'string',
	default: '',
	placeholder: 'e.g. renewal-call-{{ $json.subscription_id }}',
	description: `The same key again is the same ${what}. Empty: in a journey each visit of a customer makes one ${what}, however often the run is repeated; elsewhere each run makes a new one.`,
});

/** How many results: all, or up to a limit. */
export const limited: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

/** The whole list of one multiple-value field: name and value. */
export const pairs = (displayName: string, name: string, description: string, of: { singular: string; nameLabel: string; example: string }): INodeProperties => ({
	displayName,
	name,
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: `Add ${of.singular}`,
	default: {},
	description,
	options: [
		{
			displayName: of.singular,
			name: 'values',
			values: [
				{ displayName: of.nameLabel, name: 'name', type: 'string', default: '', placeholder: of.example },
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
});
