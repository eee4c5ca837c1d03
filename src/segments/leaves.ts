import { DateTime } from 'luxon';
import { grouped } from '../core/grouped';
import { MONEY_SCALE } from '../core/money';
import type { FeatureRow } from '../features/contract';
import { instantOf } from '../ingest/instants';
import { matches, matchesAll, valueAt } from '../journeys/conditions';
import { customerZone } from '../journeys/customerZone';
import { nextOccurrence, dayOf } from '../journeys/dates/occurrence';
import { consentBlock, consentStatus } from '../policy/consent';
import type { Consent } from '../policy/facts';
import type { CustomerRow, StandingConsent } from '../store/plans/customerPlans';
import type { Mover } from '../preferences/lately';
import { segmentPlans, type Bought, type MarkedCustomer } from '../store/plans/segmentPlans';
import { holds, holdsUpTo } from './compare';
import type { Interval, Question } from './question';
import type { Label, Leaf, NumberName } from './rules';
import { LABEL_COLUMNS, mostOfEvents, mostOfOrders, NUMBER_COLUMNS, ofAllOrders, takenOfEvents, takenOfOrders } from './taken';

const DAY_MS = 86_400_000;

type LeafAbout<K extends Leaf['about']> = Extract<Leaf, { about: K }>;
type Ids = readonly number[];

/** Which customers a condition holds for. */
export async function askLeaf(question: Question, rule: Exclude<Leaf, { about: 'segment' }>, ids: Ids): Promise<Set<number>> {
	switch (rule.about) {
		case 'profile':
			return await ofCustomers(question, ids, (row) => matches(rule, question.profileOf(row)));
		case 'date':
			return await ofCustomers(question, ids, (row) => dateHolds(question, rule, row as CustomerRow));
		case 'vip':
			return await ofCustomers(question, ids, (row) => (row.vip === 1) === rule.is);
		case 'label':
			return await labelled(question, rule, ids);
		case 'number':
			return await ofFeatures(question, rule.number, ids, (row) => holds(rule.compare, numberOf(rule.number, row, question.at)));
		case 'consent':
			return await consenting(question, rule, ids);
		case 'bought':
			return await bought(question, rule, ids);
		case 'order':
			return await ordered(question, rule, ids);
		case 'did':
			return await did(question, rule, ids);
		case 'event':
			return await happened(question, rule, ids);
	}
}

function dateHolds(question: Question, rule: LeafAbout<'date'>, row: CustomerRow): boolean {
	const zone = customerZone(row, question.zoneName);
	const profile = question.profileOf(row);
	const value = valueAt(profile, rule.field) ?? valueAt(profile.attributes, rule.field);
	if (rule.is === 'anniversary') {
		const day = dayOf(value, zone);
		const today = DateTime.fromMillis(question.at, { zone }).startOf('day').toMillis();
		const next = day && nextOccurrence({ of: 'customer', field: rule.field, offsets: [0], time: '00:00', yearly: true, leapDay: 'feb28', onChange: 'stay' }, day, zone, today - 1);
		return next !== undefined && next.dueAt <= question.at + rule.days * DAY_MS;
	}
	const at = value === null || value === undefined || value === '' ? Number.NaN : instantOf(value, zone);
	if (Number.isNaN(at)) return false;
	if (rule.is === 'inTheNext') return at >= question.at && at <= question.at + rule.days * DAY_MS;
	return fits(rule, at, question.at);
}

/** A known instant against "in the last" and "longer ago than" so many days. */
function fits({ is, days }: { is: string; days: number }, at: number, now: number): boolean {
	return is === 'inTheLast' ? at <= now && at >= now - days * DAY_MS : at < now - days * DAY_MS;
}

async function labelled(question: Question, rule: LeafAbout<'label'>, ids: Ids): Promise<Set<number>> {
	const { label } = rule;
	const wanted = new Set(rule.oneOf);
	const fitting = (value: unknown) => wanted.has(value as string) !== rule.not;
	if (label === 'stage') return await ofCustomers(question, ids, ({ stage }) => fitting(stage));
	// Whoever has no figures has no label, and so is not among those who have one of these.
	const rows = await figuresFor(question, label, ids);
	return new Set(ids.filter((id) => fitting(rows.get(id)?.[LABEL_COLUMNS[label]])));
}

/** In the units of the form; undefined: not known of this customer. Recency goes on by itself, so it is counted from the last order, in whole days. */
function numberOf(name: NumberName, row: Partial<FeatureRow>, at: number): number | undefined {
	const { column, money } = NUMBER_COLUMNS[name];
	const value = row[column] as number | null | undefined;
	if (value === null || value === undefined) return undefined;
	return name === 'recency' ? Math.floor((at - value) / DAY_MS) : money ? value / MONEY_SCALE : value;
}

async function consenting(question: Question, rule: LeafAbout<'consent'>, ids: Ids): Promise<Set<number>> {
	const rows = await question.consents(ids);
	return new Set(ids.filter((id) => agreed(rule, rows.get(id) ?? [], question.at) === rule.given));
}

function agreed({ channel, purpose }: LeafAbout<'consent'>, rows: readonly StandingConsent[], at: number): boolean {
	const consents = rows.map((row): Consent => ({ channel: row.channel, purpose: row.purpose, status: row.status, at: row.at, expiresAt: row.expires_at }));
	if (purpose === 'marketing') return consentBlock(channel, purpose, consents, true, at) === null;
	return consentStatus(consents.filter((one) => one.channel === channel && one.purpose === purpose), at) === 'granted';
}

async function bought(question: Question, rule: LeafAbout<'bought'>, ids: Ids): Promise<Set<number>> {
	if (ofAllOrders(rule)) {
		const [figures, priced] = await Promise.all(takenOfOrders(rule, question).map((one) => question.orders.of(one, ids)));
		const measure = (id: number) => (priced === undefined ? (figures.get(id) ?? 0) : (figures.get(id) ?? 0) / (priced.get(id) || Number.NaN));
		const unit = rule.measure === 'orders' ? 1 : MONEY_SCALE;
		return new Set(ids.filter((id) => holds(rule.compare, measure(id) / unit)));
	}
	// Whoever ordered nothing bought nothing of these goods, and nobody ordered them more often than anything.
	const told = (orders: number) => (orders === 0 ? holds(rule.compare, measured(rule.measure, undefined)) : rule.measure === 'orders' ? holdsUpTo(rule.compare, orders) : undefined);
	return await closerLook(await question.orders.ifTaken(mostOfOrders(rule, question), ids), told, ids, async (open) => {
		const rows = byCustomer(await linesBought(question, rule, question.intervalOf(rule.period), open));
		return (id) => holds(rule.compare, measured(rule.measure, rows.get(id)));
	});
}

/**
 * Looks closely only at those of whom a count of all their orders or events does not tell it already.
 * @param counts by customer, who is missing has none; undefined: nothing is known @param told undefined: a closer look is needed
 */
async function closerLook(counts: ReadonlyMap<number, number> | undefined, told: (count: number) => boolean | undefined, ids: Ids, look: (open: number[]) => Promise<(id: number) => boolean>): Promise<Set<number>> {
	const known = new Map(ids.map((id) => [id, counts && told(counts.get(id) ?? 0)]));
	const open = ids.filter((id) => known.get(id) === undefined);
	const fits = open.length > 0 ? await look(open) : () => false;
	return new Set(ids.filter((id) => known.get(id) ?? fits(id)));
}

/** @returns undefined for an average of nothing */
function measured(measure: LeafAbout<'bought'>['measure'], row: Bought | undefined): number | undefined {
	switch (measure) {
		case 'orders':
			return row?.orders ?? 0;
		case 'pieces':
			return row?.pieces ?? 0;
		case 'amount':
			return (row?.amount_e4 ?? 0) / MONEY_SCALE;
		case 'average':
			return row && row.priced > 0 ? row.amount_e4 / row.priced / MONEY_SCALE : undefined;
	}
}

async function ordered(question: Question, rule: LeafAbout<'order'>, ids: Ids): Promise<Set<number>> {
	if (ofAllOrders(rule)) return dated(question, rule, ids, await question.orders.of(takenOfOrders(rule, question)[0], ids));
	const rows = await linesBought(question, rule, question.intervalOf({ kind: 'ever' }), ids);
	return dated(question, rule, ids, new Map(rows.map((row) => [row.customer_id, rule.which === 'first' ? row.first_at : row.last_at])));
}

async function linesBought(question: Question, { products, categories }: { products: string[]; categories: string[] }, interval: Interval, ids: Ids): Promise<Bought[]> {
	const asked = { ids: [...ids], ...interval, currency: await question.currency() };
	const goods = products.length > 0 || categories.length > 0 ? { products, categories } : undefined;
	if (question.isPast) return goods ? await question.tx.all(segmentPlans.goodsBoughtThen, { ...asked, ...goods, at: question.at }) : await question.tx.all(segmentPlans.linesBoughtThen, { ...asked, at: question.at });
	return goods ? await question.tx.all(segmentPlans.goodsBought, { ...asked, ...goods }) : await question.tx.all(segmentPlans.linesBought, asked);
}

async function did(question: Question, rule: LeafAbout<'did'>, ids: Ids): Promise<Set<number>> {
	if (rule.filter.length === 0) {
		const times = await question.events.of(takenOfEvents(rule, question)[0], ids);
		return new Set(ids.filter((id) => holds(rule.compare, times.get(id) ?? 0)));
	}
	return await closerLook(await question.events.ifTaken(mostOfEvents(rule, question), ids), (times) => holdsUpTo(rule.compare, times), ids, async (open) => {
		const found = await occurrences(question, rule, question.intervalOf(rule.period), open);
		return (id) => holds(rule.compare, found.get(id)?.length ?? 0);
	});
}

async function happened(question: Question, rule: LeafAbout<'event'>, ids: Ids): Promise<Set<number>> {
	if (rule.filter.length === 0) return dated(question, rule, ids, await question.events.of(takenOfEvents(rule, question)[0], ids));
	const found = await occurrences(question, rule, question.intervalOf({ kind: 'ever' }), ids);
	const furthest = (at: readonly number[]) => at.reduce((a, b) => (rule.which === 'first' ? Math.min(a, b) : Math.max(a, b)));
	return dated(question, rule, ids, new Map([...found].map(([id, at]) => [id, furthest(at)])));
}

/** When it happened to whom. Conditions on properties are looked at here, as journeys look at them; everything else the database does. */
async function occurrences({ tx }: Question, { eventType, filter }: Pick<LeafAbout<'did'>, 'eventType' | 'filter'>, interval: Interval, ids: Ids): Promise<Map<number, number[]>> {
	const rows = await tx.all(segmentPlans.events, { ids: [...ids], ...interval, type: eventType });
	const fitting = rows.filter(({ properties }) => matchesAll(filter, JSON.parse(properties) as Record<string, unknown>));
	return new Map([...grouped(fitting, ({ customer_id }) => customer_id)].map(([id, ofOne]) => [id, ofOne.map(({ occurred_at }) => occurred_at)]));
}

/** Those whose instant fits; for whom there is none is not in. */
function dated(question: Question, rule: { is: string; days: number }, ids: Ids, at: ReadonlyMap<number, number>): Set<number> {
	return new Set(ids.filter((id) => { const instant = at.get(id); return instant !== undefined && fits(rule, instant, question.at); }));
}

const byCustomer = <T extends { customer_id: number }>(rows: readonly T[]) => new Map(rows.map((row) => [row.customer_id, row]));

async function ofCustomers(question: Question, ids: Ids, test: (row: MarkedCustomer) => boolean): Promise<Set<number>> {
	const rows = await question.marked(ids);
	return new Set(ids.filter((id) => { const row = rows.get(id); return row !== undefined && test(row); }));
}

/** What moves a preference between two refreshes; the other figures follow an order by themselves. */
const MOVERS: Partial<Record<Label | NumberName, Mover>> = { priceTier: 'purchases', favouriteCategory: 'purchases', bestChannel: 'answers', engagement: 'answers', bestHour: 'answers', views: 'answers' };

async function figuresFor(question: Question, figure: Label | NumberName, ids: Ids): Promise<ReadonlyMap<number, Partial<FeatureRow> | undefined>> {
	const mover = MOVERS[figure];
	return mover ? await question.featuresMovedBy(ids, mover) : await question.features(ids);
}

async function ofFeatures(question: Question, figure: NumberName, ids: Ids, test: (row: Partial<FeatureRow>) => boolean): Promise<Set<number>> {
	const rows = await figuresFor(question, figure, ids);
	return new Set(ids.filter((id) => { const row = rows.get(id); return row !== undefined && test(row); }));
}
