import type { MessageResultInput } from '../ingest/records';
import type { CustomerRow } from '../store/plans/customerPlans';
import { touchPlans, type TouchRow } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';

/** Clocks of mail senders differ from ours, and many of them tell whole seconds. */
const CLOCK_DIFFERENCE_MS = 60_000;
/** A report that comes later than this after the message is not guessed to be about it. */
const REPORTS_COME_WITHIN_MS = 30 * 86_400_000;

/** Every message that one of these reports names by key or by the sender's names of it. */
export async function touchesNamed(tx: Tx, items: readonly MessageResultInput[]): Promise<TouchRow[]> {
	const keys = [...new Set(items.flatMap(({ key }) => key ?? []))];
	const names = [...new Set(items.flatMap(namesOf))];
	return [...(await tx.all(touchPlans.byKeys, { keys })), ...(await tx.each(touchPlans.byProviderIds, names.map((provider_id) => ({ provider_id }))))];
}

/**
 * The message that a report is about: the one of its key; else the one of its names at the sender; else, for reports of
 * what happened to a message that is out already, the latest to this customer on this channel. A report that knows the
 * message's name is never given to one that has another name.
 */
export async function findMessage(tx: Tx, item: MessageResultInput, customer: CustomerRow | null): Promise<TouchRow | undefined> {
	const names = [...new Set(namesOf(item))];
	if (item.key !== undefined) {
		const [keyed] = await tx.all(touchPlans.byKeys, { keys: [item.key] });
		if (keyed || names.length === 0) return keyed;
	}
	if (names.length > 0) {
		const named = await tx.each(touchPlans.byProviderIds, names.map((provider_id) => ({ provider_id })));
		// One send to several people may have one name for all of them.
		const mine = customer ? named.find((touch) => touch.customer_id === customer.id) : new Set(named.map(({ seq }) => seq)).size === 1 ? named[0] : undefined;
		if (mine) return mine;
	}
	if (item.result === 'sent' || (item.result === 'delivered' && item.outside !== false) || !customer || !item.channel) return undefined;
	const place = { customer_id: customer.id, channel: item.channel };
	if (names.length === 0) return tx.first(touchPlans.latest, { ...place, before: item.at });
	return tx.first(touchPlans.latestNameless, { ...place, since: item.at - REPORTS_COME_WITHIN_MS, before: item.at + CLOCK_DIFFERENCE_MS });
}

function namesOf({ providerId, alsoKnownAs = [] }: MessageResultInput): string[] {
	return providerId === undefined ? alsoKnownAs : [providerId, ...alsoKnownAs];
}
