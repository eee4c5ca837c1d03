import { aroundCustomer } from './aroundCustomer';
import type { ContactRequest } from './request';

/** What a request mostly is, besides without tags and exemptions: not written down. */
const USUAL = { category: '', class: 'marketing', priority: 50, onBlock: 'delay', urgent: false } as const;

const text = aroundCustomer((request) => {
	const kept: Record<string, unknown> = {};
	for (const field in request) {
		if (field === 'key' || field === 'customer') continue;
		const value = (request as Readonly<Record<string, unknown>>)[field];
		if (!isUsual(field, value)) kept[field] = value;
	}
	// The channel is always among them.
	return ['{"customer":', `,${JSON.stringify(kept).slice(1)}`];
});

/**
 * A request as the store keeps it beside its key: only what is not usual.
 * @param customer as it is to be kept: '' where nothing of a person may be
 */
export function requestText(request: ContactRequest, customer = request.customer): string {
	return text(request, customer);
}

function isUsual(field: string, value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	return value === undefined || value === (USUAL as Readonly<Record<string, unknown>>)[field];
}

/** @param row of the table `decision`; of an erased customer's request nothing is left, not even its `channel` */
export function requestOf(row: { idem_key: string; request: string }): ContactRequest {
	const kept = JSON.parse(row.request) as Pick<ContactRequest, 'customer' | 'channel'> & Partial<ContactRequest>;
	return { ...USUAL, tags: kept.tags ?? [], exempt: kept.exempt ?? [], ...kept, key: row.idem_key };
}
