import { customerView } from '../customers/profile';
import type { CustomerRef } from '../customers/identity';
import { idsOf, loadCustomers, resolveCustomers } from '../customers/resolve';
import { refusal } from '../customers/refusal';
import type { CustomerView } from '../journeys/item';
import { ZoneClock } from '../policy/zoneClock';
import { read } from '../store/port';
import { readMeta } from '../store/storeClock';
import { profileOf } from './lead';
import { leadScore, type LeadScore } from './reasons';
import { historiesOf } from './rescore';
import { DEFAULT_SCORE } from './rules';
import { scoreInForce } from './savedScores';

export interface RouteLeads {
	/** Default: `default`. */
	score?: string;
	customers: { index: number; ref: CustomerRef }[];
	/** UTC milliseconds; default now. What came in later is not seen; the profile is today's. */
	at?: number;
}

export type RoutedLead = ({ index: number; ok: true; customer: CustomerView; asOf: number; score: string } & LeadScore) | ({ index: number; ok: false } & Pick<ReturnType<typeof refusal>, 'code' | 'message'>);

/**
 * Scores of customers, each with its reasons.
 * @throws JourneyError `bad_input` when there is no such score
 */
export const routeLeads = read(async (tx, { score: name = DEFAULT_SCORE, customers, at }: RouteLeads): Promise<RoutedLead[]> => {
	const score = await scoreInForce(tx, name);
	const resolved = await resolveCustomers(tx, customers.map(({ ref }) => ref), { create: false, keep: false });
	const ids = [...new Set(idsOf(resolved))];
	const rows = await loadCustomers(tx, ids);
	const histories = await historiesOf(tx, score, ids);
	const asOf = at ?? (await tx.now());
	const zone = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	return resolved.map((who, place): RoutedLead => {
		const { index } = customers[place];
		const row = who.found ? rows.get(who.id) : undefined;
		if (!row || row.erased_at !== null) return { index, ...refusal(who.found ? 'customer_erased' : who.why) };
		return { index, ok: true, customer: customerView(row), asOf, score: score.name, ...leadScore(score.rules, histories.get(row.id) ?? [], profileOf(row), asOf, zone) };
	});
});
