import { DateTime } from 'luxon';
import { matchesAll } from '../../src/journeys/conditions';
import { isGroup, type Comparison, type Group, type Leaf, type Period, type Rule } from '../../src/segments/rules';
import { DAY } from '../support/eachStore';

/** A customer as the test made them; instants in UTC milliseconds, amounts in units of the currency. */
export interface Person {
	id: string;
	country?: string;
	createdAt: number;
	birthDate?: string;
	attributes: Record<string, unknown>;
	orders: { at: number; currency: string; status: string; lines: { product: string; category: string; quantity: number; amount: number }[] }[];
	events: { type: string; at: number; properties: Record<string, unknown> }[];
	consents: { channel: string; status: 'granted' | 'denied'; at: number; expiresAt?: number }[];
	figures?: { rfmGroup: string | null; pAlive: number | null; lastOrderAt: number | null; revenue: number | null };
}

export interface Shop {
	zone: string;
	currency: string;
	now: number;
	saved: Record<string, Group>;
}

/** Who is in, worked out person by person from the plain lists: no SQL, no shared code but the conditions of journeys. */
export function membersByLooking(people: readonly Person[], rules: Group, shop: Shop): string[] {
	return people.filter((person) => holds(rules, person, shop)).map(({ id }) => id).sort();
}

function holds(rule: Rule, person: Person, shop: Shop): boolean {
	if (!isGroup(rule)) return conditionHolds(rule, person, shop);
	const answers = rule.rules.map((one) => holds(one, person, shop));
	return rule.match === 'all' ? !answers.includes(false) : rule.match === 'any' ? answers.includes(true) : !answers.includes(true);
}

function conditionHolds(rule: Leaf, person: Person, shop: Shop): boolean {
	switch (rule.about) {
		case 'profile':
			return matchesAll([rule], { id: person.id, country: person.country ?? null, vip: false, attributes: person.attributes });
		case 'date': {
			const written = rule.field === 'birthDate' ? person.birthDate : rule.field === 'createdAt' ? new Date(person.createdAt).toISOString() : undefined;
			if (written === undefined) return false;
			if (rule.is === 'anniversary') return daysUntilItComesRound(written, shop) <= rule.days;
			const at = DateTime.fromISO(written, { zone: shop.zone }).toMillis();
			return rule.is === 'inTheNext' ? at >= shop.now && at <= shop.now + rule.days * DAY : rule.is === 'inTheLast' ? at <= shop.now && at >= shop.now - rule.days * DAY : at < shop.now - rule.days * DAY;
		}
		case 'bought': {
			const orders = ordersOf(person, rule, shop).filter(({ at }) => inPeriod(at, rule.period, shop));
			const ours = orders.filter(({ currency }) => currency === shop.currency);
			const amount = ours.reduce((sum, one) => sum + (one.status === 'refunded' ? 0 : one.lines.reduce((inner, line) => inner + line.amount, 0)), 0);
			const pieces = orders.reduce((sum, one) => sum + one.lines.reduce((inner, line) => inner + line.quantity, 0), 0);
			if (rule.measure === 'average') return ours.length > 0 && compares(rule.compare, amount / ours.length);
			return compares(rule.compare, { orders: orders.length, pieces, amount }[rule.measure]);
		}
		case 'order':
			return nearOrFar(rule, ordersOf(person, rule, shop).map(({ at }) => at), shop);
		case 'did':
			return compares(rule.compare, eventsOf(person, rule, shop).filter((at) => inPeriod(at, rule.period, shop)).length);
		case 'event':
			return nearOrFar(rule, eventsOf(person, rule, shop), shop);
		case 'label':
			return rule.oneOf.includes(String(rule.label === 'rfmGroup' ? person.figures?.rfmGroup : undefined)) !== rule.not;
		case 'number': {
			const { pAlive, lastOrderAt, revenue } = person.figures ?? { pAlive: null, lastOrderAt: null, revenue: null };
			const value = rule.number === 'pAlive' ? pAlive : rule.number === 'monetary' ? revenue : lastOrderAt === null ? null : Math.floor((shop.now - lastOrderAt) / DAY);
			return value !== null && compares(rule.compare, value);
		}
		case 'vip':
			return !rule.is;
		case 'consent': {
			const rows = person.consents.filter(({ channel, at }) => channel === rule.channel && at <= shop.now).sort((a, b) => a.at - b.at || (a.status === 'granted' ? -1 : 1));
			const last = rows[rows.length - 1];
			return (last?.status === 'granted' && !(last.expiresAt !== undefined && last.expiresAt <= shop.now)) === rule.given;
		}
		case 'segment':
			return holds(shop.saved[rule.name], person, shop) === rule.inside;
	}
}

function ordersOf(person: Person, { products, categories }: { products: string[]; categories: string[] }, shop: Shop): Person['orders'] {
	const anything = products.length === 0 && categories.length === 0;
	return person.orders
		.filter(({ at, status }) => at <= shop.now && status !== 'cancelled')
		.map((order) => (anything ? order : { ...order, lines: order.lines.filter((line) => products.includes(line.product) || products.includes(`Name of ${line.product}`) || categories.includes(line.category)) }))
		.filter(({ lines }) => lines.length > 0);
}

function eventsOf(person: Person, { eventType, filter }: Extract<Leaf, { about: 'did' | 'event' }>, shop: Shop): number[] {
	return person.events.filter(({ type, at, properties }) => type === eventType && at <= shop.now && matchesAll(filter, properties)).map(({ at }) => at);
}

function nearOrFar(rule: { which: 'first' | 'last'; is: string; days: number }, instants: readonly number[], shop: Shop): boolean {
	if (instants.length === 0) return false;
	const at = rule.which === 'first' ? Math.min(...instants) : Math.max(...instants);
	return (at >= shop.now - rule.days * DAY) === (rule.is === 'inTheLast');
}

function inPeriod(at: number, period: Period, shop: Shop): boolean {
	if (period.kind === 'ever') return true;
	if (period.kind === 'inTheLast') return at >= shop.now - period.days * DAY;
	if (period.kind === 'longerAgo') return at < shop.now - period.days * DAY;
	const day = DateTime.fromMillis(at, { zone: shop.zone }).toISODate() as string;
	return day >= period.from && day <= period.to;
}

function daysUntilItComesRound(written: string, shop: Shop): number {
	const [month, day] = written.slice(5, 10).split('-').map(Number);
	const today = DateTime.fromMillis(shop.now, { zone: shop.zone }).startOf('day');
	for (let year = today.year; ; year++) {
		const next = DateTime.fromObject({ year, month, day: Math.min(day, DateTime.fromObject({ year, month }).daysInMonth as number) }, { zone: shop.zone });
		if (next >= today) return (next.toMillis() - shop.now) / DAY;
	}
}

function compares({ is, value }: Comparison, actual: number): boolean {
	const [left, right] = [Math.round(actual * 10_000), Math.round(value * 10_000)];
	return { atLeast: left >= right, atMost: left <= right, exactly: left === right, moreThan: left > right, lessThan: left < right }[is];
}
