import { loadCustomers } from '../customers/locking';
import { customerView } from '../customers/profile';
import { consentPlans, type CustomerRow, type StandingConsent } from '../store/plans/customerPlans';
import { EVENT_FIGURES, eventsPass, figuresPass, ORDER_FIGURES, ordersPass, type EventFigure, type KeptFigures, type OrderFigure, type PassParams } from '../store/plans/passPlans';
import { segmentPlans, type MarkedCustomer } from '../store/plans/segmentPlans';
import type { Tx } from '../store/port';
import { preferencesLately, type Mover } from '../preferences/lately';
import { readRefreshState } from '../features/refreshState';
import { readMeta } from '../store/storeClock';
import { ZoneClock } from '../policy/zoneClock';
import { OnePass, type Taken } from './onePass';
import { leavesOf, type Group, type Leaf, type Period, type SegmentRules } from './rules';
import { alongOfEvents, alongOfOrders, figuresAsked, ofAllOrders, takenOfEvents, takenOfOrders } from './taken';

const DAY_MS = 86_400_000;
const LONG_AGO_MS = -8_640_000_000_000_000;
const NEVER: Interval = { since: 0, until: -1 };

/** UTC milliseconds, both included. */
export interface Interval {
	since: number;
	until: number;
}

/** Rules with every saved segment that they lead to, by name. */
export interface Asked {
	rules: Group;
	saved: ReadonlyMap<string, SegmentRules>;
}

/** Fields of the profile that are read without the rest of it. */
const MARKS = new Set(['attributes', 'stage', 'vip', 'country']);

/** What the conditions of one question share: its instant, the shop's zone and currency, and rows that several of them look at. */
export class Question {
	readonly saved: Asked['saved'];
	readonly orders: OnePass<OrderFigure>;
	readonly events: OnePass<EventFigure>;
	private readonly leaves: readonly Leaf[];
	private readonly customerRows = new Map<number, CustomerRow | undefined>();
	private readonly marks = new Map<number, MarkedCustomer | undefined>();
	private readonly profiles = new Map<number, Record<string, unknown>>();
	private readonly featureRows = new Map<number, KeptFigures | undefined>();
	private readonly consentRows = new Map<number, StandingConsent[]>();
	private readonly moved: Record<Mover, Map<number, Partial<KeptFigures> | undefined>> = { answers: new Map(), purchases: new Map() };
	private mainCurrency: Promise<string> | undefined;

	private constructor(
		readonly tx: Tx,
		/** UTC milliseconds; nothing later is looked at */
		readonly at: number,
		readonly zoneName: string,
		private readonly zone: ZoneClock,
		{ rules, saved }: Asked,
		/** As of an instant that somebody named: what was given back since is not known yet. */
		readonly isPast: boolean,
	) {
		this.saved = saved;
		this.leaves = [rules, ...saved.values()].flatMap(leavesOf);
		this.orders = new OnePass(this.leaves.flatMap((leaf) => takenOfOrders(leaf, this)), this.leaves.flatMap((leaf) => alongOfOrders(leaf, this)), ORDER_FIGURES, async (taken, ids) => {
			const priced = taken.some(({ figure }) => figure === 'priced' || figure === 'amount');
			const dated = this.isPast && taken.some(({ figure }) => figure === 'amount');
			return await tx.all(ordersPass(taken.map(({ figure }) => figure), dated ? 'then' : 'now'), { ...paramsOf(taken, ids), ...(priced && { currency: await this.currency() }), ...(dated && { at }) });
		});
		this.events = new OnePass(this.leaves.flatMap((leaf) => takenOfEvents(leaf, this)), this.leaves.flatMap((leaf) => alongOfEvents(leaf, this)), EVENT_FIGURES, (taken, ids) => tx.all(eventsPass(taken.map(({ figure }) => figure)), paramsOf(taken, ids)));
	}

	/** @param at its answer may be under way @param known customers that were read already @param isPast `at` is not now */
	static async of(tx: Tx, at: number | Promise<number>, asked: Asked, known: ReadonlyMap<number, CustomerRow> = new Map(), isPast = false): Promise<Question> {
		const [instant, zone = 'UTC'] = await Promise.all([at, readMeta(tx, 'zone')]);
		const question = new Question(tx, instant, zone, ZoneClock.of(zone) ?? (ZoneClock.of('UTC') as ZoneClock), asked, isPast);
		for (const [id, row] of known) question.customerRows.set(id, row);
		return question;
	}

	/** Asks what conditions will want to know of the shop, so that it is there when they do: while customers are looked up, nobody waits for it. */
	lookAhead(): void {
		// Whoever needs it hears of a failure.
		if (this.leaves.some(countsMoney)) this.currency().catch(() => undefined);
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

	/** Those of the customers who were there at the instant: who came later, and had not ordered by then, was not. */
	async known(ids: readonly number[]): Promise<readonly number[]> {
		if (!this.isPast) return ids;
		const rows = await this.customers(ids);
		const late = ids.filter((id) => (rows.get(id)?.created_at ?? this.at) > this.at);
		if (late.length === 0) return ids;
		const span = { since: LONG_AGO_MS, until: this.at };
		const ordered = new Set((await this.tx.all(ordersPass(['first']), paramsOf([{ figure: 'first', ...span }], late))).map(({ customer_id }) => customer_id));
		const missing = new Set(late.filter((id) => !ordered.has(id)));
		return ids.filter((id) => !missing.has(id));
	}

	/** What conditions that look at customers alone mostly go by; everything that is known of them where some condition needs more. */
	async marked(ids: readonly number[]): Promise<ReadonlyMap<number, MarkedCustomer | undefined>> {
		if (this.leaves.some(needsWholeProfile)) return await this.customers(ids);
		const missing = ids.filter((id) => !this.marks.has(id) && !this.customerRows.has(id));
		for (const id of missing) this.marks.set(id, undefined);
		if (missing.length > 0) for (const row of await this.tx.all(segmentPlans.marked, { ids: missing })) this.marks.set(row.id, row);
		for (const id of ids) if (!this.marks.has(id)) this.marks.set(id, this.customerRows.get(id));
		return this.marks;
	}

	/** The customer as conditions see it: what items show, and more. */
	profileOf(row: MarkedCustomer & Partial<CustomerRow>): Record<string, unknown> {
		let profile = this.profiles.get(row.id);
		if (!profile) {
			const { id, stage, vip, country, attributes, birth_date: birthDate, created_at: createdAt } = row;
			profile = createdAt === undefined ? { stage, vip: vip === 1, country, attributes: JSON.parse(attributes) as unknown } : { ...customerView(row as CustomerRow), country, birthDate, createdAt: new Date(createdAt).toISOString() };
			this.profiles.set(id, profile);
		}
		return profile;
	}

	async features(ids: readonly number[]): Promise<ReadonlyMap<number, KeptFigures | undefined>> {
		const missing = ids.filter((id) => !this.featureRows.has(id));
		if (missing.length > 0) {
			for (const id of missing) this.featureRows.set(id, undefined);
			for (const row of await this.tx.all(figuresPass(figuresAsked(this.leaves)), { ids: missing })) this.featureRows.set(row.customer_id, row);
		}
		return this.featureRows;
	}

	/** Figures with those preferences that what customers did since the last refresh has moved. */
	async featuresMovedBy(ids: readonly number[], mover: Mover): Promise<ReadonlyMap<number, Partial<KeptFigures> | undefined>> {
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
	currency(): Promise<string> {
		this.mainCurrency ??= this.readCurrency();
		return this.mainCurrency;
	}

	private async readCurrency(): Promise<string> {
		return (await readRefreshState(this.tx)).currency ?? (await this.tx.first(segmentPlans.mainCurrency, {}))?.currency ?? '';
	}
}

/** Of goods, amounts are read whatever is asked of them. */
function countsMoney(leaf: Leaf): boolean {
	if (leaf.about !== 'bought' && leaf.about !== 'order') return false;
	return !ofAllOrders(leaf) || (leaf.about === 'bought' && leaf.measure !== 'orders');
}

function needsWholeProfile(leaf: Leaf): boolean {
	return leaf.about === 'date' || (leaf.about === 'profile' && !MARKS.has(leaf.field.split('.')[0]));
}

function paramsOf(taken: readonly Taken<string>[], ids: number[]): PassParams {
	const each = taken.flatMap(({ since, until, type }, place): [string, number | string][] => [[`since${place}`, since], [`until${place}`, until], ...(type === undefined ? [] : [[`type${place}`, type] as [string, string]])]);
	return { ...Object.fromEntries(each), ids, since: Math.min(...taken.map(({ since }) => since)), until: Math.max(...taken.map(({ until }) => until)) };
}
