import type { Attempt } from '../core/attempt';
import type { PolicyLedger } from './ledger';
import type { Policy } from './policy';
import { releaseOrder } from './priority';
import type { ContactRequest } from './request';
import type { Subject } from './subjects';

/**
 * In which order items are judged: those that arrive in their own order (P66), those that were held in the total order of
 * section 6, so that the most important takes the first place; full ties stay in the order of release.
 */
export function turns(subjects: readonly Subject[], asked: readonly (Attempt<ContactRequest> | undefined)[], ledger: PolicyLedger, policy: Policy, now: number): number[] {
	const places = subjects.map((_, place) => place);
	const released = places.flatMap((place) => {
		const [subject, one] = [subjects[place], asked[place]];
		if (subject.state !== 'judge' || !subject.item.released || !one?.ok) return [];
		const { key, priority, class: messageClass, deadline, value } = one.value;
		return [{ place, key: String(place).padStart(6, '0'), priority, class: messageClass, deadlineMs: deadline, value, createdAtMs: ledger.askedAt(key) ?? now }];
	});
	const first = releaseOrder(released, policy.ageing, now).map(({ place }) => place);
	const ordered = new Set(first);
	return [...first, ...places.filter((place) => !ordered.has(place))];
}
