import type { INodeProperties } from 'n8n-workflow';
import type { CustomerDataRun } from '../../run';
import { actInTestRuns, byFields, historyOnly, options, pairs, phoneCountry, showFor, source, takeFrom } from '../fields';

const properties: INodeProperties[] = [
	takeFrom('item'),
	byFields({
		displayName: 'Customer ID',
		name: 'customerId',
		type: 'string',
		default: '={{ $json.customer?.id ?? $json.customer_id }}',
		description: 'Your own ID of the customer. Give at least one of customer ID, email and phone; each of them finds the customer later.',
	}),
	byFields({
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '={{ $json.customer?.email ?? $json.email }}',
		placeholder: 'e.g. jane@example.com',
	}),
	byFields({
		displayName: 'Phone',
		name: 'phone',
		type: 'string',
		default: '={{ $json.customer?.phone ?? $json.phone }}',
		placeholder: 'e.g. +442071838750',
		description: 'With country code, or set the country of phones in the options',
	}),
	byFields({
		displayName: 'First Name',
		name: 'firstName',
		type: 'string',
		default: '={{ $json.customer?.firstName ?? $json.first_name }}',
	}),
	byFields({
		displayName: 'Last Name',
		name: 'lastName',
		type: 'string',
		default: '={{ $json.customer?.lastName ?? $json.last_name }}',
	}),
	byFields({
		displayName: 'More Fields',
		name: 'profile',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Birth Date',
				name: 'birthDate',
				type: 'string',
				default: '={{ $json.birth_date }}',
				placeholder: 'e.g. 1990-05-31',
			},
			{
				displayName: 'Changed At',
				name: 'updatedAt',
				type: 'string',
				default: '={{ $json.updated_at }}',
				placeholder: 'e.g. 2026-11-21 18:00',
				description: 'When these values were true. A field that is known with a later time keeps its value. Empty: now.',
			},
			{
				displayName: 'Country',
				name: 'country',
				type: 'string',
				default: '={{ $json.country }}',
				placeholder: 'e.g. GB',
				description: 'Two letters',
			},
			{
				displayName: 'Customer Since',
				name: 'createdAt',
				type: 'string',
				default: '={{ $json.created_at }}',
				placeholder: 'e.g. 2025-03-01 10:00',
			},
			{
				displayName: 'Language',
				name: 'locale',
				type: 'string',
				default: '={{ $json.locale }}',
				placeholder: 'e.g. en-GB',
			},
			{
				displayName: 'Time Zone',
				name: 'timeZone',
				type: 'string',
				default: '={{ $json.time_zone }}',
				placeholder: 'e.g. Europe/London',
				description: 'Quiet hours and local times follow it',
			},
		],
	}),
	byFields(pairs('Attributes', 'attributes', 'Anything else worth knowing about the customer, for filters and message texts', { singular: 'Attribute', nameLabel: 'Name', example: 'e.g. favorite_color' })),
	byFields(pairs('External IDs', 'externalIds', 'IDs of this customer in other systems and channels; each of them finds the customer later', { singular: 'ID', nameLabel: 'System', example: 'e.g. telegram' })),
	options([
		actInTestRuns,
		historyOnly,
		phoneCountry,
		source,
		{
			displayName: 'Keep Unknown Fields',
			name: 'keepUnknown',
			type: 'boolean',
			default: false,
			description: 'Whether fields of a recognized item that mean nothing here are kept as attributes of the customer',
		},
	]),
];

export const description = showFor('customer', 'upsert', properties);

const FIELDS = { 'Customer ID': 'customerId', Email: 'email', Phone: 'phone', 'First Name': 'firstName', 'Last Name': 'lastName' };
const MORE_FIELDS = { 'Birth Date': 'birthDate', 'Changed At': 'updatedAt', Country: 'country', 'Customer Since': 'createdAt', Language: 'locale', 'Time Zone': 'timeZone' };

export const execute = (run: CustomerDataRun) =>
	run.takeIn('customers', (index) => {
		const item = run.values(index);
		return {
			...item.fields(FIELDS),
			...item.inside('profile', MORE_FIELDS),
			Attributes: item.pairs('attributes'),
			'External IDs': item.pairs('externalIds'),
		};
	});
