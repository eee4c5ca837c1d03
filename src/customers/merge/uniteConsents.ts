import { cancelHeldMessages } from '../../policy/withdraw';
import { consentPlans, type ConsentDbRow } from '../../store/plans/customerPlans';
import type { Tx } from '../../store/port';

/** What a consent row that a merge made names as its proof. */
export const mergeProof = (mergeId: number): string => `merge:${mergeId}`;

/**
 * The withdrawal wins (journeys.md section 6): where one of the two said no on a channel and purpose, and the other's later
 * yes would overrule it in the united history, a withdrawal of the merge's own is added at its instant.
 * @returns the rows to add to the survivor
 */
export function withdrawalsOf(survivor: readonly ConsentDbRow[], other: readonly ConsentDbRow[], survivorId: number, mergeId: number, now: number): ConsentDbRow[] {
	const subjects = new Map([...survivor, ...other].map((row) => [`${row.channel} ${row.purpose}`, { channel: row.channel, purpose: row.purpose }]));
	return [...subjects.values()].flatMap(({ channel, purpose }): ConsentDbRow[] => {
		const of = (rows: readonly ConsentDbRow[]) => rows.filter((row) => row.channel === channel && row.purpose === purpose);
		const saidNo = isWithdrawn(of(survivor), now) || isWithdrawn(of(other), now);
		if (!saidNo || isWithdrawn([...of(survivor), ...of(other)], now)) return [];
		return [{ customer_id: survivorId, channel, purpose, status: 'denied', at: now, expires_at: null, source: 'merge', wording: null, proof: mergeProof(mergeId), recorded_at: now, wording_hash: null }];
	});
}

/** Whether the latest answer is no. A question that is still open (pending) answers nothing. */
function isWithdrawn(rows: readonly ConsentDbRow[], now: number): boolean {
	let latest: ConsentDbRow | undefined;
	for (const row of rows) {
		if (row.status === 'pending' || row.at > now) continue;
		if (!latest || row.at > latest.at || (row.at === latest.at && row.status === 'denied')) latest = row;
	}
	return latest?.status === 'denied';
}

/** Writes them, and takes back what is held for channels and purposes that are closed now. */
export async function withdraw(tx: Tx, rows: readonly ConsentDbRow[], customerId: number, now: number): Promise<void> {
	await tx.each(consentPlans.insert, rows);
	const history = await tx.all(consentPlans.ofMany, { ids: [customerId] });
	const subjects = new Map(history.map((row) => [`${row.channel} ${row.purpose}`, row]));
	for (const { channel, purpose } of subjects.values()) {
		if (isWithdrawn(history.filter((row) => row.channel === channel && row.purpose === purpose), now)) await cancelHeldMessages(tx, customerId, channel, purpose, now);
	}
}
