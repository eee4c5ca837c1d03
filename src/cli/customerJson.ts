import type { CustomerRecord } from '../customers/contract';
import type { ExplainedMessages } from '../policy/why/contract';
import { formatAmountE4 } from '../core/money';
import { plainRow } from '../customers/export/plainRow';
import type { FiguresOfCustomer } from '../features/figuresOfCustomer';
import type { ExpectedGoods, GoodsOfCustomer } from '../goods/goodsOfCustomer';
import { decisionText, traceJson } from './decisionText';
import { iso } from './words';
import { whyJson } from './whyJson';

/** The document of `customer --json`: instants as ISO, money as decimal strings with currency. */
export function customerJson(record: CustomerRecord, figures: FiguresOfCustomer | null, next: GoodsOfCustomer | null, why: ExplainedMessages | null): Record<string, unknown> {
	return {
		asOf: iso(record.asOf),
		customer: record.customer,
		mergedFrom: record.mergedFrom.map((row) => ({ ...row, at: iso(row.at) })),
		identities: record.identities,
		consents: record.consents.map((row) => ({ ...row, at: iso(row.at), expiresAt: iso(row.expiresAt) })),
		suppressions: record.suppressions.map((row) => ({ ...row, at: iso(row.at) })),
		revenue: record.revenue,
		orders: record.orders.map((order) => ({ ...order, orderedAt: iso(order.orderedAt) })),
		figures: figures && { ...plainRow({ ...figures.figures }), currency: figures.currency, learnedAt: iso(figures.learnedAt), expected: figures.expected.map(({ days, orders, revenueE4 }) => ({ days, orders: Math.round(orders * 10_000) / 10_000, revenue: formatAmountE4(Math.round(revenueE4 / 100) * 100) })), reasons: figures.reasons },
		nextPurchases: next && { products: next.products.map(({ id, ...one }) => ({ product: id, ...nextJson(one) })), categories: next.categories.map(({ id, name: _name, category: _category, ...one }) => ({ category: id, ...nextJson(one) })) },
		subscriptions: record.subscriptions.map((row) => ({ ...row, startsAt: iso(row.startsAt), expiresAt: iso(row.expiresAt) })),
		events: record.events.map((event) => ({ ...event, at: iso(event.at) })),
		journeys: record.journeys.map((journey) => ({
			...journey,
			enteredAt: iso(journey.enteredAt),
			endedAt: iso(journey.endedAt),
			dueAt: iso(journey.dueAt),
			goalAt: iso(journey.goalAt),
			goalReversedAt: iso(journey.goalReversedAt),
		})),
		refused: record.refused.map((row) => ({ ...row, at: iso(row.at) })),
		notes: record.notes.map((note) => ({ ...note, at: iso(note.at) })),
		tasks: record.tasks.map((task) => ({ ...task, dueAt: iso(task.dueAt), createdAt: iso(task.createdAt), takenAt: iso(task.takenAt), doneAt: iso(task.doneAt) })),
		messages: record.messages.map((message) => ({ ...message, at: iso(message.at) })),
		decisions: record.decisions.map(({ trace, ...decision }) => ({
			...decision,
			at: iso(decision.at),
			until: iso(decision.until),
			...(why && { text: decisionText({ ...decision, trace }, record.customer.timeZone), trace: traceJson(trace) }),
		})),
		...(why && { why: whyJson(why) }),
	};
}

function nextJson<T extends Pick<ExpectedGoods, 'lastAt' | 'nextAt' | 'nextFrom' | 'nextUntil' | 'noReturn'>>(one: T) {
	return { ...one, lastAt: iso(one.lastAt), nextAt: iso(one.nextAt), nextFrom: iso(one.nextFrom), nextUntil: iso(one.nextUntil), noReturn: Math.round(one.noReturn * 10_000) / 10_000 };
}
