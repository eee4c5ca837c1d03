import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

const forEmbedded = { show: { type: ['embedded'] } };
const forPostgres = { show: { type: ['postgres'] } };

/** Where customers, events and journeys are kept. Tested by the Customer Data node, which really opens the store. */
export class CustomerStoreApi implements ICredentialType {
	name = 'customerStoreApi';

	displayName = 'Customer Store API';

	icon: Icon = { light: 'file:customerStore.svg', dark: 'file:customerStore.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-customer-journeys/n8n-nodes-customer-journeys#customer-store';

	properties: INodeProperties[] = [
		{
			displayName: 'Kind of Store',
			name: 'type',
			type: 'options',
			options: [
				{
					name: 'Embedded',
					value: 'embedded',
					description: 'A file beside n8n. Nothing to install; for one n8n on one machine.',
				},
				{
					name: 'PostgreSQL',
					value: 'postgres',
					description: 'A database of your own. Needed when n8n runs in queue mode with several workers.',
				},
			],
			default: 'embedded',
		},
		{
			displayName: 'Store Name',
			name: 'storeName',
			type: 'string',
			default: 'default',
			placeholder: 'e.g. my-client',
			description: 'Letters, digits, - and _. Each name is a store of its own, so one per client keeps clients apart. It is made on first use, in the folder customer-journeys of n8n\'s own folder.',
			displayOptions: forEmbedded,
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: 'localhost',
			placeholder: 'e.g. db.example.com',
			displayOptions: forPostgres,
		},
		{ displayName: 'Port', name: 'port', type: 'number', default: 5432, displayOptions: forPostgres },
		{ displayName: 'Database', name: 'database', type: 'string', default: 'postgres', displayOptions: forPostgres },
		{ displayName: 'User', name: 'user', type: 'string', default: 'postgres', displayOptions: forPostgres },
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: forPostgres,
		},
		{
			displayName: 'SSL',
			name: 'ssl',
			type: 'options',
			options: [
				{ name: 'Off', value: 'disable' },
				{
					name: 'On, Check the Certificate',
					value: 'verify-full',
					description: 'The certificate must be valid for the host. For a certificate authority of your own set NODE_EXTRA_CA_CERTS for n8n.',
				},
				{
					name: 'On, Do Not Check the Certificate (Insecure)',
					value: 'no-verify',
					description: 'Encrypted, but anyone in between could pretend to be the server',
				},
			],
			default: 'disable',
			displayOptions: forPostgres,
		},
		{
			displayName: 'Schema',
			name: 'schema',
			type: 'string',
			default: 'customer_journeys',
			description: 'Where the tables are kept; it is made on first use. One schema per client keeps clients apart.',
			displayOptions: forPostgres,
		},
	];
}
