import { z } from 'zod/v4';
import { JourneyError } from '../core/errors';
import { id, instant, kind, text, word } from '../ingest/fieldTypes';
import { phrase, problemsOf } from '../ingest/problems';
import type { ConsentInput, CustomerInput, EventInput, MessageResultInput, OrderInput, ProductInput, SubscriptionInput } from '../ingest/records';
import { durationMs } from '../policy/duration';
import type { ExpectedOutcome } from './compareOutcome';
import { savedFacts, type SavedFacts } from './afterwards';
import * as saved from './savedTestRecords';

const duration = kind<number>((value) => {
	const ms = typeof value === 'string' ? durationMs(value) : null;
	return ms === null ? { problem: 'is not a duration such as PT1H or P3D' } : { value: ms };
});

/** An instant, or a duration after the test's `clock`: "2026-11-21T11:00:00Z" or "PT1H". */
const moment = kind<{ atMs: number } | { afterMs: number }>((value) => {
	const afterMs = typeof value === 'string' ? durationMs(value) : null;
	if (afterMs !== null) return { value: { afterMs } };
	const read = instant.safeParse(value);
	return read.success ? { value: { atMs: read.data } } : { problem: 'is neither an instant such as 2026-11-21T18:00:00Z nor a duration after the clock such as PT1H' };
});

const step = z.strictObject({
	at: moment,
	event: saved.savedEvent.optional(),
	order: saved.savedOrder.optional(),
	consent: saved.savedConsent.optional(),
	message: saved.savedMessage.optional(),
	subscription: saved.savedSubscription.optional(),
	customer: saved.savedCustomer.optional(),
	product: saved.savedProduct.optional(),
	webhook: saved.savedWebhook.optional(),
	advance: duration.optional(),
});

const expectation = z.strictObject({
	at: moment,
	customer: id,
	channel: word.optional(),
	template: text(200).optional(),
	blocked: text(200).optional(),
});

/**
 * scenario.json, the saved test beside a template (scenarios.md):
 *
 * - `clock`: the instant at which the test begins. Every other `at` is an instant too, or a duration after it ("PT1H").
 * - `store`: what the shop knows then. `customers`, `products`, `orders` (each with its `at`), `consents`.
 * - `policy`: the company policy, as in `policy decide --policy`; without it the one that a new store has.
 * - `steps`, in order of time, each with `at` and one of
 *   `event` | `order` | `consent` | `subscription` | `customer` (what changed of the profile) | `product` (new, or what changed of it) | `message` (a result that the mail system reports) |
 *   `webhook` (what is sent to a webhook of the workflow, `node`) | `advance` (let the time run this long).
 *   Between steps the time runs, and everything falls due exactly at its instant.
 * - `expect`: all that comes of it, and nothing else. `{ at, customer, channel, template }`: a message; `template` is the
 *   name of the node that sends it. `{ at, customer, blocked }`: Contact Policy dropped one, with this reason (its code).
 * - `afterwards`: what the store knows of customers when the test ends (afterwards.ts).
 * - `until`: where the test ends. Default: when nobody waits any more, at most 30 days after the last step or expectation.
 * - `failFor`: addresses that the mail server refuses.
 * - `answers`: what a node that calls out (HTTP Request ...) gives, by node name.
 */
const scenario = z.strictObject({
	$schema: z.string().optional(),
	name: text(200).optional(),
	description: text(2_000).optional(),
	clock: instant,
	store: z.strictObject({
		customers: z.array(saved.savedCustomer).default([]),
		products: z.array(saved.savedProduct).default([]),
		orders: z.array(saved.savedOrder.extend({ at: instant })).default([]),
		consents: z.array(saved.savedConsent.extend({ at: instant.optional() })).default([]),
		subscriptions: z.array(saved.savedSubscription).default([]),
	}),
	policy: z.record(z.string(), z.unknown()).optional(),
	steps: z.array(step).default([]),
	expect: z.array(expectation),
	afterwards: z.array(savedFacts).default([]),
	until: moment.optional(),
	failFor: z.array(text(320)).default([]),
	answers: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

export type SavedStep = { atMs: number } & (
	| { kind: 'event'; event: EventInput }
	| { kind: 'order'; order: OrderInput }
	| { kind: 'consent'; consent: ConsentInput }
	| { kind: 'message'; message: MessageResultInput }
	| { kind: 'subscription'; subscription: SubscriptionInput }
	| { kind: 'customer'; customer: CustomerInput }
	| { kind: 'product'; product: ProductInput }
	| { kind: 'webhook'; webhook: saved.SavedWebhook }
	| { kind: 'advance'; advanceMs: number }
);

/** A saved test, read: instants in ms, records as src/ingest takes them. */
export interface SavedTest {
	name?: string;
	clockMs: number;
	store: { customers: CustomerInput[]; products: ProductInput[]; orders: OrderInput[]; consents: ConsentInput[]; subscriptions: SubscriptionInput[] };
	/** as written; src/policy/schema.ts reads it */
	policy?: Record<string, unknown>;
	steps: SavedStep[];
	expect: ExpectedOutcome[];
	afterwards: SavedFacts[];
	untilMs?: number;
	failFor: string[];
	answers: Record<string, Record<string, unknown>>;
}

/**
 * @param json what scenario.json holds
 * @param file for the sentence, such as "abandoned-cart/scenario.json"
 * @throws JourneyError `bad_file` naming every field that is wrong
 */
export function readSavedTest(json: unknown, file = 'The saved test'): SavedTest {
	const read = scenario.safeParse(json, { reportInput: true });
	if (!read.success) throw refusal(file, problemsOf(read.error).map(phrase));
	const { clock, store, steps, expect, afterwards, until, name, policy, failFor, answers } = read.data;
	const at = (when: z.output<typeof moment>): number => ('atMs' in when ? when.atMs : clock + when.afterMs);
	const test: SavedTest = {
		name,
		clockMs: clock,
		store: {
			customers: store.customers.map((one) => saved.toCustomer(one, clock)),
			products: store.products.map(saved.toProduct),
			orders: store.orders.map(({ at: atMs, ...order }) => saved.toOrder(order, atMs)),
			consents: store.consents.map(({ at: atMs, ...consent }) => saved.toConsent(consent, atMs ?? clock)),
			subscriptions: store.subscriptions.map((one) => saved.toSubscription(one, clock)),
		},
		policy,
		steps: steps.map((one, index) => stepOf(one, at(one.at), file, index)),
		expect: expect.map((one, index) => expectationOf(one, at(one.at), file, index)),
		afterwards,
		untilMs: until && at(until),
		failFor,
		answers,
	};
	checkOrder(test, file);
	return test;
}

function stepOf({ at: _at, ...one }: z.output<typeof step>, atMs: number, file: string, index: number): SavedStep {
	const kinds = Object.keys(one).filter((key) => one[key as keyof typeof one] !== undefined);
	if (kinds.length !== 1) {
		throw refusal(file, [`steps.${index} must have exactly one of event, order, consent, subscription, customer, product, message, webhook and advance; it has ${kinds.join(' and ') || 'none'}`]);
	}
	if (one.event) return { atMs, kind: 'event', event: saved.toEvent(one.event, atMs) };
	if (one.order) return { atMs, kind: 'order', order: saved.toOrder(one.order, atMs) };
	if (one.consent) return { atMs, kind: 'consent', consent: saved.toConsent(one.consent, atMs) };
	if (one.message) return { atMs, kind: 'message', message: saved.toMessageResult(one.message, atMs) };
	if (one.subscription) return { atMs, kind: 'subscription', subscription: saved.toSubscription(one.subscription, atMs) };
	if (one.customer) return { atMs, kind: 'customer', customer: saved.changedCustomer(one.customer, atMs) };
	if (one.product) return { atMs, kind: 'product', product: saved.toProduct(one.product) };
	if (one.webhook) return { atMs, kind: 'webhook', webhook: one.webhook };
	return { atMs, kind: 'advance', advanceMs: one.advance! };
}

function expectationOf({ customer, channel, template, blocked }: z.output<typeof expectation>, atMs: number, file: string, index: number): ExpectedOutcome {
	if (blocked !== undefined && template === undefined) return { atMs, customer, blocked, ...(channel === undefined ? {} : { channel }) };
	if (blocked === undefined && template !== undefined && channel !== undefined) return { atMs, customer, channel, template };
	throw refusal(file, [`expect.${index} must have either channel and template (a message), or blocked (a reason)`]);
}

/** A test that is written out of order is easily misread, so it is refused. */
function checkOrder({ clockMs, steps, expect, untilMs }: SavedTest, file: string): void {
	let lastMs = clockMs;
	for (const [index, one] of steps.entries()) {
		if (one.atMs < lastMs) throw refusal(file, [`steps.${index} lies before ${index === 0 ? 'the clock' : 'the end of the step before it'}`]);
		lastMs = one.atMs + (one.kind === 'advance' ? one.advanceMs : 0);
	}
	for (const [index, { atMs }] of expect.entries()) {
		if (atMs < clockMs) throw refusal(file, [`expect.${index} lies before the clock`]);
		if (untilMs !== undefined && atMs > untilMs) throw refusal(file, [`expect.${index} lies after until`]);
	}
	if (untilMs !== undefined && untilMs < lastMs) throw refusal(file, ['until lies before the end of the last step']);
}

function refusal(file: string, problems: string[]): JourneyError {
	return new JourneyError('bad_file', `${file} cannot be read: ${problems.join('; ')}.`, { problems });
}
