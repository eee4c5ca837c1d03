import type { ItemAnswer, UpsertedSubscription, UpsertSubscriptions } from '../customers/contract';
import { noteLateRows, type Late } from '../customers/merge/lateRows';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { lockResolved, resolveCustomers, viaOf, type Resolved } from '../customers/resolve';
import { TimedFields, tooManyAttributes } from '../customers/timedFields';
import { MustRunAgain } from '../core/runAgain';
import { datesChanged } from '../journeys/dates/changed';
import type { CustomerRow } from '../store/plans/customerPlans';
import { inOneOrder } from '../store/inOneOrder';
import { subscriptionPlans, type SubscriptionRow } from '../store/plans/subscriptionPlans';
import { write, type Tx } from '../store/port';
import { storeOwnEvents, type OwnEvent } from './ownEvents';
import type { SubscriptionInput } from './records';
import { onSoundItems } from './soundItems';
import { isSameDate, shopZone, subscriptionDate, type SubscriptionDate } from './subscriptionDates';
import { subscriptionEvents } from './subscriptionEvents';

/**
 * Creates or updates subscriptions. Each field keeps the value with the latest event time (`updatedAt`, else now), so an
 * older report never overwrites a newer one. What changed becomes an event for the journeys (subscriptionEvents.ts).
 */
export const upsertSubscriptions = write(onSoundItems(upsert));

type Known = Omit<SubscriptionRow, 'id'>;

async function upsert(tx: Tx, { items, backfill }: UpsertSubscriptions): Promise<ItemAnswer<UpsertedSubscription>[]> {
	const { whoOf, customers, known } = await pictureOf(tx, items);
	const now = await tx.now();
	const zone = await shopZone(tx);
	const answers: ItemAnswer<UpsertedSubscription>[] = [];
	const changed = new Map<string, Known>();
	const events: OwnEvent[] = [];
	const late: Late<'subscription'>[] = [];
	for (const [index, item] of items.entries()) {
		const who = whoOf.get(index);
		const before = known.get(nameOf(item));
		const ownerId = who?.found ? who.id : before?.customer_id;
		if (who && !who.found) answers.push(refusal(who.why));
		else if (ownerId === undefined) answers.push(ownerless(item));
		else {
			const applied = apply(before, item, { ownerId, owner: customers.get(ownerId), zone }, now);
			if (!applied.ok) {
				answers.push({ ok: false, code: 'bad_input', message: applied.message });
				continue;
			}
			const { row, result } = applied;
			if (applied.dirty) {
				known.set(nameOf(item), row);
				changed.set(nameOf(item), row);
			}
			const via = who && viaOf(who);
			if (result === 'created' || result === 'updated') events.push(...subscriptionEvents(item, before, row, { index, now }).map((event) => ({ ...event, via })));
			if (before === undefined) late.push({ source: item.source, subscription_id: item.subscriptionId, via });
			const owner = customers.get(row.customer_id);
			answers.push({ ok: true, result, subscriptionId: item.subscriptionId, customer: owner && owner.erased_at === null ? customerView(owner) : null, entered: [], exited: [] });
		}
	}
	const saved = await tx.each(subscriptionPlans.save, inOneOrder([...changed.values()], (row) => nameOf({ source: row.source, subscriptionId: row.subscription_id })));
	await noteLateRows(tx, 'subscription', late);
	const reactions = await storeOwnEvents(tx, events, customers, now, backfill === true);
	events.forEach((event, place) => {
		const answer = answers[event.index];
		if (!answer.ok) return;
		answer.entered.push(...reactions[place].entered);
		answer.exited.push(...reactions[place].exited);
	});
	await datesChanged(tx, { subscriptions: saved.map(({ id }) => id) }, now, backfill === true);
	return answers;
}

const nameOf = (item: { source: string; subscriptionId: string }) => `${item.source}\u0000${item.subscriptionId}`;

interface Picture {
	whoOf: ReadonlyMap<number, Resolved>;
	customers: ReadonlyMap<number, CustomerRow>;
	known: Map<string, Known>;
}

/** Who the subscriptions are of, and what is known of them, with the customers locked before the subscriptions. */
async function pictureOf(tx: Tx, items: readonly SubscriptionInput[]): Promise<Picture> {
	const named = items.flatMap((item, index) => (item.ref ? [{ ref: item.ref, index }] : []));
	const keys = [...new Map(items.map((item) => [nameOf(item), { source: item.source, subscription_id: item.subscriptionId }])).values()];
	const owners = (await tx.each(subscriptionPlans.owners, keys)).map((row) => row.customer_id);
	const found = await resolveCustomers(tx, named.map((one) => one.ref), { create: true, along: async () => owners });
	const { resolved, customers } = await lockResolved(tx, found, owners);
	const rows = await tx.each(subscriptionPlans.lockByIds, keys);
	if (rows.some((row) => !customers.has(row.customer_id))) throw new MustRunAgain('A subscription got its customer while the locks were waited for');
	return {
		whoOf: new Map(named.map((one, place) => [one.index, resolved[place]])),
		customers,
		known: new Map(rows.map(({ id: _id, ...row }) => [nameOf({ source: row.source, subscriptionId: row.subscription_id }), row])),
	};
}

type Applied = { ok: true; row: Known; result: UpsertedSubscription['result']; dirty: boolean } | { ok: false; message: string };

interface Whose {
	ownerId: number;
	owner: CustomerRow | undefined;
	/** of the shop */
	zone: string;
}

function apply(before: Known | undefined, item: SubscriptionInput, { ownerId, owner, zone }: Whose, now: number): Applied {
	const row: Known = before
		? { ...before }
		: { source: item.source, subscription_id: item.subscriptionId, customer_id: ownerId, product_id: null, plan: null, status: 'active', starts_at: null, expires_at: null, starts_on: null, expires_on: null, price_e4: null, currency: null, attributes: '{}', field_times: '{}', updated_at: now };
	const fields = new TimedFields(row, item.updatedAt ?? now, item.updatedAt !== undefined);
	const take = <K extends keyof Known>(column: K, value: Known[K] | undefined) => {
		if (value !== undefined && fields.takes(column, row[column] === value)) row[column] = value;
	};
	const takeDate = (name: 'starts' | 'expires', date: SubscriptionDate | undefined) => {
		const [at, on] = [`${name}_at`, `${name}_on`] as const;
		if (date && fields.takes(at, isSameDate({ at: row[at], on: row[on] }, date))) Object.assign(row, { [at]: date.at, [on]: date.on });
	};
	take('customer_id', item.ref && ownerId);
	take('product_id', item.productId);
	take('plan', item.plan);
	take('status', item.status ?? (before ? undefined : 'active'));
	takeDate('starts', subscriptionDate(item.startsAt, item.startsOn, owner, zone));
	takeDate('expires', subscriptionDate(item.expiresAt, item.expiresOn, owner, zone));
	take('price_e4', item.priceE4);
	take('currency', item.currency);
	fields.takeAttributes(item.attributes ?? {});
	const columns = fields.columns();
	if (!columns.ok) return { ok: false, message: tooManyAttributes("the subscription's", columns.sizeKiB) };
	row.attributes = columns.attributes;
	row.field_times = columns.field_times;
	if (fields.changed) row.updated_at = now;
	const result = before === undefined ? 'created' : fields.changed ? 'updated' : fields.outdated ? 'older' : 'unchanged';
	return { ok: true, row, result, dirty: before === undefined || fields.changed || fields.dirty };
}

function ownerless(item: SubscriptionInput): ItemAnswer<never> {
	return { ok: false, code: 'unknown_subscription', message: `No subscription "${item.subscriptionId.slice(0, 60)}" of the source "${item.source}" is in the store, and the item names no customer. Say whose it is, or check the subscription id and its source.` };
}
