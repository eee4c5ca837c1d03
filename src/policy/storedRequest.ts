import { besideCustomer } from './aroundCustomer';
import type { ContactRequest } from './request';

/** What a request mostly is, besides without tags and exemptions: not written down. */
const USUAL = { category: '', class: 'marketing', priority: 50, onBlock: 'delay', urgent: false } as const;

/** What the table `decision` keeps of a request; who was asked about stands beside it, in `customer_key`. */
interface StoredRequest {
	idem_key: string;
	customer_key: string;
	request: string;
}

/** A request as the store keeps it beside its key and its customer: only what is not usual. The channel is always among it. */
export const requestText: (request: ContactRequest) => string = besideCustomer((request) => JSON.stringify(unusual(request)));

/** The same with its customer, for a request that was made under another name than its customer has by now. */
export function requestTextOf(request: ContactRequest): string {
	return JSON.stringify({ customer: request.customer, ...unusual(request) });
}

function unusual(request: ContactRequest): Record<string, unknown> {
	const kept: Record<string, unknown> = {};
	for (const field in request) {
		if (field === 'key' || field === 'customer') continue;
		const value = (request as Readonly<Record<string, unknown>>)[field];
		if (!isUsual(field, value)) kept[field] = value;
	}
	return kept;
}

function isUsual(field: string, value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	return value === undefined || value === (USUAL as Readonly<Record<string, unknown>>)[field];
}

/** @param row of the table `decision`; of an erased customer's request nothing is left, not even its `channel` */
export function requestOf({ idem_key: key, customer_key: customer, request }: StoredRequest): ContactRequest {
	const kept = JSON.parse(request) as Pick<ContactRequest, 'channel'> & Partial<ContactRequest>;
	return { ...USUAL, customer, tags: kept.tags ?? [], exempt: kept.exempt ?? [], ...kept, key };
}
