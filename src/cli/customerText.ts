import type { CustomerRecord } from '../customers/contract';
import type { FiguresOfCustomer } from '../features/figuresOfCustomer';
import type { ExpectedGoods, GoodsOfCustomer } from '../goods/goodsOfCustomer';
import type { ExplainedMessages } from '../policy/why/contract';
import { decisionText } from './decisionText';
import { whyText } from './whyText';
import { counted, instantText, table } from './words';

const SHOWN = 10;

/** `customer` for a person: a heading per thing known, the newest first, at most ten of a kind. */
export function customerText(record: CustomerRecord, figures: FiguresOfCustomer | null, next: GoodsOfCustomer | null, why: ExplainedMessages | null): string {
	const sections = [
		profile(record),
		figuresText(figures),
		nextText('Buys again: products', next?.products ?? []),
		nextText('Buys again: categories', next?.categories ?? []),
		section('Consents', record.consents, ['Channel', 'Purpose', 'Status', 'Since', 'Source'], (row) => [row.channel, row.purpose, row.status, instantText(row.at), row.source ?? '-']),
		section('Do not contact', record.suppressions, ['Channel', 'Reason', 'Since'], (row) => [row.channel, row.reason, instantText(row.at)]),
		section('Orders', record.orders, ['Ordered', 'Order', 'Kind', 'Status', 'Amount'], (row) => [instantText(row.orderedAt), row.orderId, row.kind, row.status, `${row.amount} ${row.currency}`]),
		section('Subscriptions', record.subscriptions, ['Subscription', 'Plan', 'Status', 'Renews or expires', 'Price'], (row) => [row.subscriptionId, row.plan ?? '-', row.status, row.expiresAt === null ? '-' : instantText(row.expiresAt), row.price === null ? '-' : `${row.price} ${row.currency ?? ''}`.trim()]),
		section('Events', record.events, ['When', 'Type', 'Properties'], (row) => [instantText(row.at), row.type, shortJson(row.properties)]),
		section('Journeys', record.journeys, ['Entered', 'Journey', 'Status', 'Step', 'Next'], (row) => [instantText(row.enteredAt), row.journey, row.endReason ? `${row.status}: ${row.endReason}` : row.status, row.step, row.dueAt === null ? '-' : instantText(row.dueAt)]),
		section('Notes', record.notes, ['When', 'Note', 'By'], (row) => [instantText(row.at), oneLine(row.text), row.author ?? '-']),
		section('Tasks', record.tasks, ['Made', 'Task', 'Due', 'For', 'Status'], (row) => [instantText(row.createdAt), oneLine(row.title), row.dueAt === null ? '-' : instantText(row.dueAt), row.assignee ?? '-', row.outcome ? `${row.status}: ${oneLine(row.outcome)}` : row.status]),
		section('Not let in', record.refused, ['When', 'Journey', 'Because'], (row) => [instantText(row.at), row.journey, row.reason]),
		section('Messages', record.messages, ['When', 'Channel', 'Category', 'State', 'Journey', 'Results'], (row) => [instantText(row.at), row.channel, row.category, row.state, row.journey ?? '-', row.results.join(', ')]),
		why ? whyText(why) : section('Decisions', record.decisions, ['When', 'Channel', 'Decision'], (row) => [instantText(row.at), row.channel, decisionText(row, record.customer.timeZone)]),
	];
	return sections.filter((text) => text !== '').join('\n');
}

function profile({ asOf, customer, identities, mergedFrom, revenue }: CustomerRecord): string {
	const name = [customer.firstName, customer.lastName].filter(Boolean).join(' ');
	const lines = [
		`Customer ${customer.id}${name ? `, ${name}` : ''}${customer.vip ? ', VIP' : ''}`,
		`As of ${instantText(asOf)}`,
		`Known by: ${identities.map(({ type, value }) => `${type} ${value}`).join(', ')}`,
		`Stage: ${customer.stage ?? 'not known'}; time zone: ${customer.timeZone ?? 'not known'}; locale: ${customer.locale ?? 'not known'}`,
		`Revenue: ${revenue.length === 0 ? 'none' : revenue.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')}`,
	];
	for (const { customer: id, at, by } of mergedFrom) lines.push(`Merged from: ${id ?? '-'}, ${instantText(at)}${by === null ? '' : ` by ${by}`}`);
	if (Object.keys(customer.attributes).length > 0) lines.push(`Attributes: ${shortJson(customer.attributes)}`);
	return `${lines.join('\n')}\n`;
}

function figuresText(figures: FiguresOfCustomer | null): string {
	const reasons = Object.values(figures?.reasons ?? {});
	if (!figures || reasons.length === 0) return '';
	return `Figures (by what was learned of the shop up to ${instantText(figures.learnedAt)})\n${reasons.map((reason) => `  ${reason}\n`).join('')}`;
}

/** What is not expected is bought once, and is no news. */
function nextText(title: string, goods: readonly ExpectedGoods[]): string {
	const day = (ms: number | null) => (ms === null ? '-' : instantText(ms).slice(0, 10));
	return section(title, goods.filter(({ nextAt }) => nextAt !== null), ['Next', 'Half of such between', 'What', 'Bought', 'Last', 'Not again'], (one) => [day(one.nextAt), `${day(one.nextFrom)} and ${day(one.nextUntil)}`, oneLine(one.name ?? one.id), `${one.purchases} times`, day(one.lastAt), `${Math.round(one.noReturn * 100)} %`], 'later one');
}

function section<T>(title: string, rows: readonly T[], head: string[], cells: (row: T) => string[], beyond = 'older one'): string {
	if (rows.length === 0) return '';
	const more = rows.length > SHOWN ? `... and ${counted(rows.length - SHOWN, beyond)} (--json shows more)\n` : '';
	return `${title}\n${table(head, rows.slice(0, SHOWN).map(cells))}${more}`;
}

const shortJson = (value: unknown) => oneLine(JSON.stringify(value));

function oneLine(words: string): string {
	const text = words.replace(/\s+/g, ' ');
	return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
