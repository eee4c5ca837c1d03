import { DAY_MS, DEEDS_DAYS } from '../preferences/contract';
import { deedKindOf } from '../preferences/deedTypes';
import { deedEntryPlans, type DeedRow } from '../store/plans/preferencePlans';
import type { Tx } from '../store/port';
import { Texts, type Bucket, type BucketShape } from './bucket';
import { clustered, numbered, type Whom } from './clustered';

/**
 * What customers answer and look at (deedTypes.ts). `at` UTC milliseconds, `kind` as columns name it, `channel` a place in the
 * texts, of which '' says none, `message` tells the customer's messages apart: 0 none, 1 the first that was answered, and so on.
 */
export const DEEDS: BucketShape = { tables: { deeds: ['at', 'kind', 'channel', 'message'] }, coded: { table: 'deeds', column: 'channel' } };

/** Longer than a refresh takes: what counts at its instant is still read at its end. */
const LEEWAY_DAYS = 14;

/** @param since UTC milliseconds; nothing older is read. Default: as far back as preferences look */
export async function readDeeds(tx: Tx, whom: Whom, since?: number): Promise<Bucket> {
	const from = since ?? (await tx.now()) - (DEEDS_DAYS + LEEWAY_DAYS) * DAY_MS;
	const found = await ('ids' in whom ? tx.all(deedEntryPlans.some, { ...whom, since: from }) : tx.all(deedEntryPlans.range, { ...whom, since: from }));
	const rows = found.map((row) => ({ ...saidOf(row), customer_id: row.customer_id, at: row.occurred_at, kind: deedKindOf(row.type) }));
	// Of several at one instant the same one is always the first.
	rows.sort((a, b) => a.customer_id - b.customer_id || a.at - b.at || a.kind - b.kind || (a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : a.message < b.message ? -1 : 1));
	const { numbers, placeOf } = numbered([...new Set(rows.map((row) => row.customer_id))].map((id) => ({ id })));
	const channels = new Texts(['']);
	let [customer, messages] = [-1, new Texts([''])];
	const messageOf = (row: (typeof rows)[number]) => {
		if (row.customer_id !== customer) [customer, messages] = [row.customer_id, new Texts([''])];
		return messages.codeOf(row.message);
	};
	const deeds = clustered(numbers.length, rows, (row) => placeOf(row.customer_id), { at: (row) => row.at, kind: (row) => row.kind, channel: (row) => channels.codeOf(row.channel), message: messageOf });
	return { numbers, tables: { deeds: deeds.table }, texts: channels.all };
}

/** What an answer says of its message. */
function saidOf({ properties }: DeedRow): { channel: string; message: string } {
	const { channel, message_key: message } = properties === null ? ({} as Record<string, unknown>) : (JSON.parse(properties) as Record<string, unknown>);
	return { channel: typeof channel === 'string' ? channel : '', message: typeof message === 'string' ? message : '' };
}
