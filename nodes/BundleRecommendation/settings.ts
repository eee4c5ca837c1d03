import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { offerForm, type OfferSettings } from '../../src/bundles/offerSettings';
import { text } from '../../src/n8n/eventFields';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';

const LABELS: FormLabels = {
	kinds: 'Kinds of Offers',
	maxOffers: 'Offers at Most',
	priceReach: 'Price Reach (Times)',
	marginFloor: 'Margin at Least (% of the Price)',
	notAgainDays: 'Do Not Repeat For (Days)',
	respondDays: 'Answer Within (Days)',
	horizonDays: 'Look Ahead (Days)',
	exploration: 'Try Something Else (%)',
	repeat: 'Offer Again What Is Owned',
	categories: 'Only Categories',
	favouriteFirst: 'Favorite Category First',
};

/**
 * What the form says about the offers for an item.
 * @throws JourneyError bad_input naming the field
 */
export function offerSettingsOf(context: IExecuteFunctions, index: number): OfferSettings {
	const options = context.getNodeParameter('options', index, {}) as IDataObject;
	const number = (name: string) => (options[name] === undefined ? undefined : Number(options[name]));
	const share = (name: string) => (options[name] === undefined ? undefined : Number(options[name]) / 100);
	return readForm(
		offerForm,
		{
			kinds: context.getNodeParameter('kinds', index),
			maxOffers: Number(context.getNodeParameter('maxOffers', index)),
			priceReach: number('priceReach'),
			marginFloor: share('marginPercent'),
			notAgainDays: number('notAgainDays'),
			respondDays: number('respondDays'),
			horizonDays: number('horizonDays'),
			exploration: share('explorationPercent'),
			repeat: options.repeat,
			categories: text(options.categories).split(',').map((one) => one.trim()).filter((one) => one !== ''),
			favouriteFirst: options.favoriteFirst,
		},
		LABELS,
	);
}

/** The parameters that say what is offered, and how it is shown. */
export const OFFER_FIELDS = ['kinds', 'maxOffers', 'options'];

/** How an offer is shown in the item. */
export interface Showing {
	link?: string;
	language?: string;
}

export const showingOf = (context: IExecuteFunctions, index: number): Showing => context.getNodeParameter('options', index, {}) as Showing;

/** Names under which shops send the id of a line's product. */
const ID_FIELDS = ['product_id', 'productId', 'sku', 'id'] as const;

/** Product ids of a cart: a list, texts or lines of a shop, or a text with commas. Lines without an id are left out. */
export function cartOf(value: unknown): string[] {
	if (typeof value === 'number') return [String(value)];
	if (typeof value === 'string') return value.trim().startsWith('[') ? cartOf(parsed(value)) : value.split(',').map((one) => one.trim()).filter((one) => one !== '');
	if (!Array.isArray(value)) return [];
	return value.flatMap((line: unknown) => {
		if (typeof line === 'string' || typeof line === 'number') return [String(line).trim()].filter((one) => one !== '');
		if (typeof line !== 'object' || line === null) return [];
		const id = ID_FIELDS.map((field) => (line as IDataObject)[field]).find((one) => (typeof one === 'string' && one !== '') || typeof one === 'number');
		return id === undefined ? [] : [text(id)];
	});
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json) as unknown;
	} catch {
		return [];
	}
}
