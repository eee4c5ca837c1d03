import { JourneyError } from '../../core/errors';
import { setAsideOf } from '../../ingest/setAside';
import { suppressionHash } from '../../policy/addressHash';
import { consentPlans, customerPlans, suppressionPlans } from '../../store/plans/customerPlans';
import { EXPORTED, exportPlans, exportRows } from '../../store/plans/exportPlans';
import { enrolmentPlans, type EnrolmentRow } from '../../store/plans/enrolmentPlans';
import { orderPlans, type OrderRow } from '../../store/plans/ingestPlans';
import { read, type Row, type Tx } from '../../store/port';
import { readMeta } from '../../store/storeClock';
import type { CustomerRef } from '../identity';
import { loadCustomers } from '../locking';
import { familyOf } from '../merge/family';
import { rowsInBatches } from '../merge/inBatches';
import { loadOwnProfiles } from '../merge/ownProfile';
import { resolveCustomers } from '../resolve';
import { plainRow } from './plainRow';

/** Everything a store holds about one person. */
export interface CustomerExport {
	/** ISO */
	exportedAt: string;
	storeId: string;
	customer: Record<string, unknown>;
	/** What each said of themselves who was merged into the customer. */
	mergedFrom: Record<string, unknown>[];
	/** Texts the customer agreed to, by the hash that `consents` names. */
	wordings: Record<string, string>;
	/** Channels that are closed for one of the customer's addresses. */
	suppressions: Record<string, unknown>[];
	/** A list for each of EXPORTED (exportPlans.ts): identities, consents, orders, events ... */
	[part: string]: unknown;
}

/**
 * Everything of one person as one document (GDPR articles 15 and 20): nothing is left out and nothing cut short.
 * @throws JourneyError `unknown_customer`, `customer_erased`
 */
export const exportCustomer = read(async (tx, { ref }: { ref: CustomerRef }): Promise<CustomerExport> => {
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	if (!who.found) {
		if (who.why === 'customer_erased') throw new JourneyError('customer_erased', 'This customer was erased: nothing about them is left to export.');
		throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store. Check the Customer field.');
	}
	const family = await familyOf(tx, who.id);
	const rows = new Map<string, Row[]>();
	for (const table of Object.keys(EXPORTED)) rows.set(table, (await tx.all(exportRows[table], { ids: family })).sort(inOrder));
	const customer = (await loadCustomers(tx, [who.id])).get(who.id);
	const own = await loadOwnProfiles(tx, family);
	const parts = Object.fromEntries(Object.entries(EXPORTED).map(([table, part]) => [part, (rows.get(table) ?? []).map(plainRow)]));
	return {
		exportedAt: new Date(await tx.now()).toISOString(),
		storeId: tx.storeId,
		customer: plainRow({ ...customer }),
		mergedFrom: family.slice(1).flatMap((id) => (own.has(id) ? [plainRow({ ...own.get(id) })] : [])),
		...parts,
		orders: await withLines(tx, (rows.get('orders') ?? []) as unknown as OrderRow[]),
		messages: await withResults(tx, who.id, rows.get('touch') ?? []),
		journeys: await withVisits(tx, (rows.get('enrolment') ?? []) as unknown as EnrolmentRow[]),
		goingOn: (await rowsInBatches(tx, who.id)).map((row) => plainRow({ ...row })),
		wordings: Object.fromEntries((await tx.all(consentPlans.wordings, { hashes: hashesOf(rows.get('consent') ?? []) })).map(({ hash, text }) => [hash, text])),
		setAside: (await setAsideOf(tx, await tx.all(customerPlans.identitiesOf, { customer_id: who.id }))).map((row) => plainRow({ ...row })),
		suppressions: await suppressionsOf(tx, who.id),
	};
});

/** As they came in, as far as a table tells: by what numbers its rows, else by time, else by name. */
function inOrder(a: Row, b: Row): number {
	for (const column of ['seq', 'id', 'decided_at', 'due_at', 'type', 'value', 'experiment', 'idem_key']) {
		const [x, y] = [a[column], b[column]] as [string | number, string | number];
		if (x !== undefined && x !== y) return x < y ? -1 : 1;
	}
	return 0;
}

const hashesOf = (consents: readonly Row[]) => [...new Set(consents.flatMap((row) => (typeof row.wording_hash === 'string' ? [row.wording_hash] : [])))];

async function withLines(tx: Tx, orders: readonly OrderRow[]): Promise<object[]> {
	const lines = orders.length === 0 ? [] : await tx.all(orderPlans.linesOfMany, { ids: orders.map(({ id }) => id) });
	const byOrder = grouped(lines, (line) => line.order_ref);
	return orders.map((order) => ({ ...plainRow({ ...order }), lines: (byOrder.get(order.id) ?? []).map((line) => plainRow({ ...line })) }));
}

async function withResults(tx: Tx, customerId: number, touches: readonly Row[]): Promise<object[]> {
	const results = grouped(await tx.all(exportPlans.results, { customer_id: customerId }), (row) => row.touch_seq);
	return touches.map((touch) => ({ ...plainRow(touch), results: (results.get(touch.seq as number) ?? []).map(plainRow) }));
}

async function withVisits(tx: Tx, enrolments: readonly EnrolmentRow[]): Promise<object[]> {
	const visits = enrolments.length === 0 ? [] : await tx.all(enrolmentPlans.historyOf, { ids: enrolments.map(({ id }) => id) });
	const byEnrolment = grouped(visits, (visit) => visit.enrolment_id);
	return enrolments.map((enrolment) => ({ ...plainRow({ ...enrolment }), visits: (byEnrolment.get(enrolment.id) ?? []).sort((a, b) => a.visit - b.visit).map((visit) => plainRow({ ...visit })) }));
}

async function suppressionsOf(tx: Tx, customerId: number): Promise<Record<string, unknown>[]> {
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const identities = await tx.all(customerPlans.identitiesOf, { customer_id: customerId });
	const of = new Map(identities.map((identity) => [suppressionHash(secret, identity), identity]));
	const rows = await tx.all(suppressionPlans.byHashes, { keys: [...of.keys()] });
	return rows.map(({ address_hash, ...row }) => ({ address: of.get(address_hash)?.value, ...plainRow({ ...row }) }));
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => number): Map<number, T[]> {
	const groups = new Map<number, T[]>();
	for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
	return groups;
}
