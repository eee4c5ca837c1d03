import type { FeatureRow } from '../features/contract';
import { loadCustomers } from '../customers/locking';
import { consentPlans, type CustomerRow, type StandingConsent } from '../store/plans/customerPlans';
import { segmentPlans } from '../store/plans/segmentPlans';
import type { Tx } from '../store/port';
import { preferencesLately, type Mover } from '../preferences/lately';
import { readRefreshState } from '../features/refreshState';
import { readMeta } from '../store/storeClock';
import { ZoneClock } from '../policy/zoneClock';
import type { Period, SegmentRules } from './rules';

const DAY_MS = 86_400_000;
const LONG_AGO_MS = -8_640_000_000_000_000;
const NEVER: Interval = { since: 0, until: -1 };

/** UTC milliseconds, both included. */
export interface Interval {
	since: number;
	until: number;
}

/** What the conditions of one question share: its instant, the shop's zone and currency, and rows that several of them look at. */
export class Question {
	private readonly customerRows = new Map<number, CustomerRow | undefined>();
	private readonly featureRows = new Map<number, FeatureRow | undefined>();
	private readonly consentRows = new Map<number, StandingConsent[]>();
	private readonly moved: Record<Mover, Map<number, Partial<FeatureRow> | undefined>> = { answers: new Map(), purchases: new Map() };
	private mainCurrency: string | undefined;

	private constructor(
		readonly tx: Tx,
		/** UTC milliseconds; nothing later is looked at */
		readonly at: number,
		readonly zoneName: string,
		private readonly zone: ZoneClock,
		/** The saved segments that the rules lead to, by name. */
		readonly saved: ReadonlyMap<string, SegmentRules>,
	) {}

	static async of(tx: Tx, at: number, saved: ReadonlyMap<string, SegmentRules>): Promise<Question> {
		const zone = (await readMeta(tx, 'zone')) ?? 'UTC';
		return new Question(tx, at, zone, ZoneClock.of(zone) ?? (ZoneClock.of('UTC') as ZoneClock), saved);
	}

	intervalOf(period: Period): Interval {
		switch (period.kind) {
			case 'ever':
				return { since: LONG_AGO_MS, until: this.at };
			case 'inTheLast':
				return { since: this.at - period.days * DAY_MS, until: this.at };
			case 'longerAgo':
				return { since: LONG_AGO_MS, until: this.at - period.days * DAY_MS - 1 };
			case 'between': {
				const since = this.startOf(period.from);
				const until = Math.min(this.at, this.startOf(period.to, 1) - 1);
				return since <= until ? { since, until } : NEVER;
			}
		}
	}

	/** When a day of the shop begins. */
	private startOf(day: string, later = 0): number {
		return this.zone.instantsOf(Date.parse(`${day}T00:00:00Z`) + later * DAY_MS).earliest;
	}

	async customers(ids: readonly number[]): Promise<ReadonlyMap<number, CustomerRow | undefined>> {
		const missing = ids.filter((id) => !this.customerRows.has(id));
		if (missing.length > 0) {
			const rows = await loadCustomers(this.tx, missing);
			for (const id of missing) this.customerRows.set(id, rows.get(id));
		}
		return this.customerRows;
	}

	async features(ids: readonly number[]): Promise<ReadonlyMap<number, FeatureRow | undefined>> {
		const missing = ids.filter((id) => !this.featureRows.has(id));
		if (missing.length > 0) {
			for (const id of missing) this.featureRows.set(id, undefined);
			for (const row of await this.tx.all(segmentPlans.features, { ids: missing })) this.featureRows.set(row.customer_id, row);
		}
		return this.featureRows;
	}

	/** Figures with those preferences that what customers did since the last refresh has moved. */
	async featuresMovedBy(ids: readonly number[], mover: Mover): Promise<ReadonlyMap<number, Partial<FeatureRow> | undefined>> {
		const rows = await this.features(ids);
		const known = this.moved[mover];
		const missing = ids.filter((id) => !known.has(id));
		if (missing.length > 0) {
			const lately = await preferencesLately(this.tx, missing, mover, this.at);
			for (const id of missing) known.set(id, lately.has(id) ? { ...rows.get(id), ...lately.get(id) } : rows.get(id));
		}
		return known;
	}

	async consents(ids: readonly number[]): Promise<ReadonlyMap<number, readonly StandingConsent[]>> {
		const missing = ids.filter((id) => !this.consentRows.has(id));
		if (missing.length > 0) {
			for (const id of missing) this.consentRows.set(id, []);
			for (const row of await this.tx.all(consentPlans.standingOf, { ids: missing })) this.consentRows.get(row.customer_id)?.push(row);
		}
		return this.consentRows;
	}

	/** The shop's main currency, as the last refresh found it, else that of most of the latest orders; '' before the first order. */
	async currency(): Promise<string> {
		this.mainCurrency ??= (await readRefreshState(this.tx)).currency ?? (await this.tx.first(segmentPlans.mainCurrency, {}))?.currency ?? '';
		return this.mainCurrency;
	}
}
