import { JourneyError } from '../../core/errors';
import { loadCustomers, resolveCustomers } from '../../customers/resolve';
import { consentPlans, customerPlans, type CustomerRow } from '../../store/plans/customerPlans';
import { decisionHistoryPlans, decisionPlans, touchPlans } from '../../store/plans/policyPlans';
import { read, type Tx } from '../../store/port';
import { suppressionsOf } from '../closedAddress';
import type { Policy } from '../policy';
import { policiesUsedAs } from '../policyUsed';
import { askedMessages, knownAt, type AskedMessage } from './askedMessages';
import type { ExplainedMessages, ExplainMessages } from './contract';
import { explainMessage } from './explainMessage';
import type { CustomerPast } from './pastFacts';
import { explanationText } from './text';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** The longest window of a rule, and a day for calendars. */
const LOOK_BACK_MS = 367 * DAY_MS;
/** Messages explained at most, the newest. */
const SHOWN = 200;

/**
 * Why each message to one customer was sent, held or dropped, and the smallest change that would have sent it: the pure
 * decision is made again at its own instant, on the ledger of that instant, with one thing changed.
 * @throws JourneyError `unknown_customer`
 */
export const explainMessages = read(async (tx, { ref, days = DEFAULT_DAYS, at }: ExplainMessages): Promise<ExplainedMessages> => {
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	const customer = who.found ? (await loadCustomers(tx, [who.id])).get(who.id) : undefined;
	if (!customer) throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store. Check the spelling, or import the customer first.');
	const asOf = at ?? (await tx.now());
	const since = asOf - days * DAY_MS;
	const past = await pastOf(tx, customer, since);
	const wanted = past.messages
		.flatMap((message) => knownAt(message, asOf) ?? [])
		.filter((message) => lastAnswer(message).atMs >= since || isHeld(message))
		.sort((a, b) => lastAnswer(b).atMs - lastAnswer(a).atMs || (a.key < b.key ? -1 : 1))
		.slice(0, SHOWN);
	const policies = await policiesOf(tx, wanted);
	const messages = wanted.map((message) => explainMessage(message, past, policies));
	const view = { asOf, since, customer: customer.key, timeZone: customer.time_zone, messages };
	return { ...view, text: explanationText(view) };
});

const lastAnswer = (message: AskedMessage) => message.answers[message.answers.length - 1];
const isHeld = (message: AskedMessage) => lastAnswer(message).decision.decision === 'delay' && message.calledOffAtMs === null;

async function pastOf(tx: Tx, customer: CustomerRow, since: number): Promise<CustomerPast> {
	const own = { customer_id: customer.id };
	const identities = await tx.all(customerPlans.identitiesOf, own);
	const closed = await suppressionsOf(tx, identities, async () => new Map([[customer.id, customer]]));
	const held = await tx.all(decisionPlans.held, { ids: [customer.id] });
	const decided = await tx.all(decisionPlans.since, { ...own, since, limit: 5 * SHOWN });
	const rows = [...new Map([...decided, ...held].map((row) => [row.idem_key, row])).values()];
	return {
		customer,
		addresses: Object.fromEntries(identities.map(({ type, value }) => [type, value])),
		consents: await tx.all(consentPlans.ofMany, { ids: [customer.id] }),
		suppressions: closed.get(customer.id) ?? [],
		touches: await tx.all(touchPlans.ofCustomerSince, { ...own, since: since - LOOK_BACK_MS }),
		failures: await tx.all(touchPlans.failuresOf, own),
		messages: askedMessages(rows, await tx.all(decisionHistoryPlans.ofCustomer, { ...own, since: 0 })),
	};
}

/** By version. */
async function policiesOf(tx: Tx, messages: readonly AskedMessage[]): Promise<Map<string, Policy[]>> {
	const versions = new Set(messages.map((message) => lastAnswer(message).decision.policyVersion));
	const policies = new Map<string, Policy[]>();
	for (const version of versions) policies.set(version, await policiesUsedAs(tx, version));
	return policies;
}
