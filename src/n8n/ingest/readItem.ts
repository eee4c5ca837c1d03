import { JourneyError } from '../../core/errors';
import {
	readPlainCancel, readPlainConsent, readPlainCustomer, readPlainEvent, readPlainMessageResult, readPlainOrder, readPlainProduct, readPlainRefund, readPlainSubscription,
	type PlainDefaults, type PlainReading,
} from '../../ingest/plainFields';
import { recognise, type Recognised } from '../../ingest/shapes/recognise';
import type { OutsideMail } from '../../ingest/shapes/mailReader';
import { recogniseMail } from '../../ingest/shapes/recogniseMail';
import type { TranslatedKind } from '../../ingest/shapes/translation';
import type { Kind, Taken } from './taken';

type Json = Readonly<Record<string, unknown>>;

/** What an item does not say itself. `source`: of shops, their own name (shopify ...) when it is not set; of other items, `n8n`. */
export interface ReadingDefaults extends Omit<PlainDefaults, 'source'> {
	source?: string;
}

/** What was found in one item. */
export interface Reading {
	taken: Partial<Taken>;
	/** sentences about what was left out */
	notes: string[];
}

const PLAIN: { [K in Kind]: (json: Json, defaults: PlainDefaults) => PlainReading<Taken[K][number]> } = {
	customers: readPlainCustomer,
	products: readPlainProduct,
	consents: readPlainConsent,
	messages: readPlainMessageResult,
	orders: readPlainOrder,
	cancels: readPlainCancel,
	refunds: readPlainRefund,
	subscriptions: readPlainSubscription,
	events: readPlainEvent,
};

const A_RECORD_OF: Record<Kind, string> = {
	customers: 'customer',
	products: 'product',
	consents: 'consent',
	messages: 'message result',
	orders: 'order',
	cancels: 'cancellation',
	refunds: 'refund',
	subscriptions: 'subscription',
	events: 'event',
};

/**
 * One record from fields under common names.
 * @throws JourneyError `bad_input` naming every field that is bad or missing
 */
export function readFields(kind: Kind, fields: Json, defaults: ReadingDefaults): Reading {
	const { record, notes } = PLAIN[kind](fields, { ...defaults, source: defaults.source ?? 'n8n' });
	return { taken: { [kind]: [record] }, notes };
}

/**
 * The records of one kind from an item of a known shop, else from its fields under common names.
 * @throws JourneyError `bad_input`, also when the shop's item holds nothing of this kind
 */
export function readItem(kind: Kind, json: Json, defaults: ReadingDefaults): Reading {
	const recognised = recognise(json, defaults);
	if (!recognised) return readFields(kind, json, defaults);
	const records = kind in recognised.translation ? recognised.translation[kind as TranslatedKind] : [];
	if (records.length > 0) return { taken: { [kind]: records }, notes: recognised.translation.notes };
	throw new JourneyError('bad_input', `This item is a ${recognised.shape} and holds no ${A_RECORD_OF[kind]}: choose Shop Data > Take In, which records whatever is there.`);
}

/**
 * Everything that an item of a known shop holds.
 * @param otherwise what an item of no known shop is
 * @throws JourneyError `bad_input`
 */
export function readShopData(json: Json, otherwise: Kind | 'none', defaults: ReadingDefaults): Reading {
	const recognised = recognise(json, defaults);
	if (recognised) return everything(recognised);
	if (otherwise !== 'none') return readFields(otherwise, json, defaults);
	if (recogniseMail(json, { nowMs: defaults.nowMs })) {
		throw new JourneyError('bad_input', 'This item is a report of a mail sender, not of a shop: choose Message > Take In Mail Events, which records it.');
	}
	throw new JourneyError(
		'bad_input',
		'This item is of no shop that is known here (Shopify, WooCommerce, RetailCRM, Segment): connect the shop\'s own webhook, or say under Other Items Are what it is.',
	);
}

/**
 * Everything that a mail sender reports in an item.
 * @param outside as what mails that went out without Contact Policy count towards the limits; undefined: not at all
 * @throws JourneyError `bad_input` for an item of no known sender
 */
export function readMailEvents(json: Json, outside: OutsideMail | undefined, { nowMs }: ReadingDefaults): Reading {
	const recognised = recogniseMail(json, { nowMs, outside });
	if (recognised) return { taken: { messages: recognised.messages }, notes: recognised.notes };
	throw new JourneyError(
		'bad_input',
		'This item is of no mail sender that is known here (SendGrid, Mailgun, Postmark, Amazon SES, Unisender Go, SendPulse): connect the webhook that the sender calls, or use Message > Record Result, where you say which value goes where.',
	);
}

function everything({ shape, translation: { notes, ...taken } }: Recognised): Reading {
	const empty = Object.values(taken).every((records) => records.length === 0);
	return { taken, notes: empty ? [`${shape}: nothing in it to record`, ...notes] : notes };
}
