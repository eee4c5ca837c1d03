import type { Consent } from './facts';

/**
 * The question that a customer has not answered on a channel (double opt-in): the purpose whose latest row is pending,
 * marketing before others.
 */
export function openQuestion(consents: readonly Pick<Consent, 'channel' | 'purpose' | 'status' | 'at'>[], channel: string, nowMs: number): { purpose: string; askedAtMs: number } | undefined {
	const latest = new Map<string, Pick<Consent, 'status' | 'at'>>();
	for (const row of consents) {
		if (row.channel !== channel || row.at > nowMs) continue;
		const before = latest.get(row.purpose);
		// Of two rows of one instant the stricter holds (contact-policy.md section 11): denied, pending, granted.
		const stricter = row.status !== 'granted' && before?.status !== 'denied';
		if (!before || row.at > before.at || (row.at === before.at && stricter)) latest.set(row.purpose, row);
	}
	const open = [...latest].filter(([, row]) => row.status === 'pending').sort(([a, x], [b, y]) => Number(b === 'marketing') - Number(a === 'marketing') || y.at - x.at);
	return open.length === 0 ? undefined : { purpose: open[0][0], askedAtMs: open[0][1].at };
}
