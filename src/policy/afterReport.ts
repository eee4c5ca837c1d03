import { recordConsents } from '../customers/consents';
import { IDENTITY_TYPES, type Identity } from '../customers/identity';
import type { MessageResultInput } from '../ingest/records';
import { customerPlans, suppressionPlans, type CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { addressTypeOf, suppressionHash } from './addressHash';
import { isInUse } from './closedAddress';

/** Whom and what a report is about. */
export interface Reported {
	channel: string;
	messageClass: string;
	/** null: nobody in the store has this address */
	owner: CustomerRow | null;
}

const FOR_NOW = /\b(soft|transient|temporary|deferred|4\.\d\.\d)\b/i;

/** A bounce that says nothing else is a hard one: mailing on to an address that is gone costs the sender's good name. */
function isHardBounce({ result, bounce, reason }: MessageResultInput): boolean {
	return result === 'bounced' && (bounce ?? (FOR_NOW.test(reason ?? '') ? 'soft' : 'hard')) === 'hard';
}

/** Whether a report closes an address or withdraws a consent. */
export function actsOnAddress(item: MessageResultInput): boolean {
	return isHardBounce(item) || item.result === 'complained' || item.result === 'unsubscribed';
}

/**
 * An unsubscription withdraws the consent to this channel and kind of message; a complaint does that and closes the
 * address, as does a hard bounce.
 * @returns whether anything is other than before
 */
export async function actOn(tx: Tx, item: MessageResultInput, { channel, messageClass, owner }: Reported): Promise<boolean> {
	let changed = false;
	const now = await tx.now();
	if (item.result === 'complained' || isHardBounce(item)) {
		const secret = (await readMeta(tx, 'secret')) ?? '';
		const reason = item.result === 'complained' ? 'complained' : 'hard_bounce';
		const rows = (await addressesOf(tx, item, channel, owner)).map((address) => ({ address_hash: suppressionHash(secret, address), channel, reason, at: now }));
		changed = (await tx.each(suppressionPlans.insert, rows)).length > 0;
	}
	if ((item.result === 'unsubscribed' || item.result === 'complained') && owner && owner.erased_at === null) {
		// A withdrawal acts at once, also when the sender's clock is ahead of ours.
		const purpose = messageClass === 'transactional' ? 'marketing' : messageClass;
		const consent = { ref: { customerId: owner.key }, channel, purpose, status: 'denied' as const, at: Math.min(item.at, now), source: `message_${item.result}` };
		const [answer] = await recordConsents(tx, [consent], [{ found: true, id: owner.id, created: false, warnings: [] }]);
		changed ||= answer.ok && answer.result !== 'unchanged';
	}
	return changed;
}

/** The address that the report names; else the one that messages go to, for a complaint all that the customer has for the channel. */
async function addressesOf(tx: Tx, { ref, result }: MessageResultInput, channel: string, owner: CustomerRow | null): Promise<Identity[]> {
	const type = addressTypeOf(channel);
	const named = type === IDENTITY_TYPES.email ? ref?.email : type === IDENTITY_TYPES.phone ? ref?.phone : ref?.externalIds?.[type];
	if (named !== undefined) return [{ type, value: named }];
	if (!owner) return [];
	const all = (await tx.all(customerPlans.identitiesOf, { customer_id: owner.id })).filter((identity) => identity.type === type);
	return result === 'complained' ? all : all.filter((identity) => isInUse(identity, owner));
}
