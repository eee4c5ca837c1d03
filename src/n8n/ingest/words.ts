import type { ChangedOrder, RecordedMessage, RecordedOrder, TrackedEvent, UpsertedSubscription, UpsertResult } from '../../customers/contract';
import type { MessageResultInput } from '../../ingest/records';
import type { Accepted } from './taken';

/** What happened to one record, in a marketer's words and for an If node. */
export interface Told {
	words: string;
	/** false: the store is as it was before */
	changed: boolean;
}

export function tell(accepted: Accepted): Told {
	switch (accepted.kind) {
		case 'customers':
			return told(UPSERTED('Customer')[accepted.answer.result], accepted.answer.result !== 'unchanged', accepted.answer.warnings);
		case 'products':
			return told(UPSERTED(`Product ${accepted.answer.productId}`)[accepted.answer.result], accepted.answer.result !== 'unchanged');
		case 'consents': {
			const { channel, purpose, status } = accepted.answer.consent;
			return told(CONSENT[accepted.answer.result](`${channel}/${purpose}`, status), accepted.answer.result === 'recorded');
		}
		case 'messages':
			return told(MESSAGE[accepted.answer.result](accepted.record), accepted.answer.result.startsWith('recorded'));
		case 'orders':
			return told(ORDER[accepted.answer.result](accepted.answer.orderId), accepted.answer.result === 'recorded' || accepted.answer.result === 'updated');
		case 'cancels':
		case 'refunds':
			return told(changedOrder(accepted.answer, accepted.kind), accepted.answer.result !== 'unchanged');
		case 'subscriptions':
			return told(SUBSCRIPTION[accepted.answer.result](accepted.answer.subscriptionId), accepted.answer.result === 'created' || accepted.answer.result === 'updated');
		case 'events':
			return told(EVENT[accepted.answer.result](accepted.record.type), accepted.answer.result === 'accepted', accepted.answer.note ? [accepted.answer.note] : []);
	}
}

function told(words: string, changed: boolean, remarks: string[] = []): Told {
	return { words: [words, ...remarks].join('. '), changed };
}

const UPSERTED = (what: string): Record<UpsertResult, string> => ({
	created: `${what} is new`,
	updated: `${what} updated`,
	unchanged: `${what} already known: nothing changed`,
});

const EVENT: Record<TrackedEvent['result'], (type: string) => string> = {
	accepted: (type) => `Event ${type} recorded`,
	duplicate: (type) => `Event ${type} already known: nothing changed`,
	conflict: (type) => `Event ${type} ignored: its id is known with other content`,
	quarantined: (type) => `Event ${type} set aside: it is dated more than 5 minutes ahead`,
};

const CONSENT: Record<'recorded' | 'unchanged' | 'older', (what: string, status: string) => string> = {
	recorded: (what, status) => `Consent ${what} recorded: ${status}`,
	unchanged: (what) => `Consent ${what} already known: nothing changed`,
	older: (what, status) => `Consent ${what}: ${status} kept as history, a newer answer counts`,
};

const ORDER: Record<RecordedOrder['result'], (id: string) => string> = {
	recorded: (id) => `Order ${id} recorded`,
	updated: (id) => `Order ${id} updated`,
	unchanged: (id) => `Order ${id} already known: nothing changed`,
	older: (id) => `Order ${id}: a newer version is known, nothing changed`,
};

const SUBSCRIPTION: Record<UpsertedSubscription['result'], (id: string) => string> = {
	created: (id) => `Subscription ${id} is new`,
	updated: (id) => `Subscription ${id} updated`,
	unchanged: (id) => `Subscription ${id} already known: nothing changed`,
	older: (id) => `Subscription ${id}: a newer report is known, nothing changed`,
};

const MESSAGE: Record<RecordedMessage['result'], (record: MessageResultInput) => string> = {
	recorded: ({ result, bounce }) => `Message result recorded: ${result}${bounce ? ` (${bounce})` : ''}`,
	duplicate: () => 'Message result already known: nothing changed',
	recorded_outside: ({ result }) => `Message sent outside of Contact Policy recorded: ${result}; it counts towards the limits`,
	recorded_for_address: ({ result }) => `No message of Contact Policy fits. Recorded all the same: ${result}, so this customer gets no more such messages`,
	unknown_message: () => 'No message of Contact Policy fits: nothing changed',
};

function changedOrder({ result, orderId, refunded }: ChangedOrder, kind: 'cancels' | 'refunds'): string {
	const order = orderId === null ? 'Order' : `Order ${orderId}`;
	if (result === 'unchanged') return `${order} was ${kind === 'cancels' ? 'cancelled' : 'refunded'} before: nothing changed`;
	if (result === 'cancelled') return `${order} cancelled`;
	return refunded === null ? `${order} refunded` : `${order} refunded: ${refunded.amount} ${refunded.currency}`;
}

/** Journeys that one item's records started and ended, and those that did not start, with the reason in words. */
export interface Effects {
	started: string[];
	left: string[];
	notStarted: { journey: string; reason: string }[];
}

export function effectsOf(all: Accepted[]): Effects | undefined {
	const movers = all.flatMap((one) => (one.kind === 'events' || one.kind === 'orders' || one.kind === 'subscriptions' ? [one.answer] : []));
	if (movers.length === 0) return undefined;
	return {
		started: unique(movers.flatMap(({ entered }) => entered)),
		left: unique(movers.flatMap(({ exited }) => exited)),
		notStarted: movers.flatMap((one) => ('refused' in one ? one.refused : [])).map(({ journey, reason }) => ({ journey, reason: refusalInWords(reason) })),
	};
}

/** The store's reasons are codes, some with more behind them: `cooldown until <instant>`, `cap: 3 at the same time`. */
export function refusalInWords(reason: string): string {
	const words = REFUSALS[reason];
	if (words) return words;
	if (reason.startsWith('cooldown until ')) return `in the pause between two entries, ${reason.slice('cooldown '.length)}`;
	const [code, more] = reason.split(': ');
	return more ?? code.replaceAll('_', ' ');
}

const REFUSALS: Record<string, string> = {
	already_active: 'already in this journey',
	already_entered: 'was in it before, and it takes everyone once',
	entered_recently: 'entered it just now, and entries so close count as one',
	not_in_audience: 'not in its audience',
	holdout: 'in the group that is left out for comparison',
	stale_event: 'the event is too old to start it',
	journey_off: 'the journey is switched off',
};

const unique = (texts: string[]) => [...new Set(texts)];
