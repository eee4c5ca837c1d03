import { bodyHash } from '../../policy/requestKey';
import { requestOf, requestTextOf } from '../../policy/storedRequest';
import { mergePlans } from '../../store/plans/mergePlans';
import type { Tx } from '../../store/port';

/**
 * Messages of a journey, and mailings that are held, are asked again under the key of whoever the customer is by then.
 * What they were asked as is rewritten, so that the same message is known again. Keys that were chosen outside (`policy
 * decide`) keep their words: whoever asks again uses the same.
 * @param keys `enrolments`: names of the enrolments; `mailings`: keys of mailings
 */
export async function renameRequests(tx: Tx, customerId: number, from: string, to: string, keys: { enrolments: ReadonlySet<string>; mailings: ReadonlySet<string> }): Promise<void> {
	if (keys.enrolments.size === 0 && keys.mailings.size === 0) return;
	const rows = await tx.all(mergePlans.requestsOf, { customer_id: customerId });
	const own = rows.filter((row) => (row.enrolment !== null && keys.enrolments.has(row.enrolment)) || keys.mailings.has(row.idem_key));
	const changed = own.flatMap(({ idem_key, customer_key, request }) => {
		const asked = requestOf({ idem_key, customer_key, request });
		if (asked.customer !== from) return [];
		const renamed = { ...asked, customer: to };
		return [{ idem_key, request: requestTextOf(renamed), body_hash: bodyHash(renamed) }];
	});
	await tx.each(mergePlans.setRequest, changed);
}
