import type { CustomerRef } from '../../../customers/identity';
import { firstOf, instantAt, objectAt, textAt, type Foreign } from '../foreign';
import type { Translator } from '../translation';

export const SEGMENT = 'segment';

/** The common fields of every Segment call: who, when, which. */
export function isMessage(json: Foreign, type: string): boolean {
	const named = textAt(json, 'userId') !== undefined || textAt(json, 'anonymousId') !== undefined;
	const carried = ['messageId', 'timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'context'].some((key) => key in json);
	return json.type === type && named && carried;
}

/** Traits stand in an identify call itself, in other calls under `context`. */
export function traitsOf(json: Foreign): Foreign {
	return firstOf(objectAt(json, 'traits'), objectAt(objectAt(json, 'context'), 'traits')) ?? {};
}

/** A user id that is an e-mail address names the customer by it as well. */
export function messageRef(translator: Translator, json: Foreign): CustomerRef {
	const traits = traitsOf(json);
	const userId = textAt(json, 'userId');
	const ref = translator.ref({
		email: firstOf(textAt(traits, 'email'), textAt(objectAt(json, 'properties'), 'email'), userId?.includes('@') ? userId : undefined),
		phone: textAt(traits, 'phone'),
		country: textAt(objectAt(traits, 'address'), 'country'),
		externalIds: { segment_user: userId, segment_anonymous: textAt(json, 'anonymousId') },
	});
	return ref ?? {};
}

/** `timestamp` is Segment's own correction of the device's clock. */
export function messageAt(json: Foreign, nowMs: number): number {
	return firstOf(...['timestamp', 'originalTimestamp', 'sentAt', 'receivedAt'].map((key) => instantAt(json, key, 'UTC'))) ?? nowMs;
}
