import { waitPlans, type WaitKey, type WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';

/** A wait's change of place: a new one has no `from`, one that ends has no `to`. */
export interface WaitMove {
	from?: WaitKey;
	to?: WaitRow;
}

/**
 * Writes waits anew. What is no longer where it was read is not written: in PostgreSQL a release takes due waits without
 * their customers' locks, and whoever takes a wait has won it (store.md, Release). Written again it would be released twice.
 * @returns what was not written because of that
 */
export async function moveWaits(tx: Tx, moves: readonly WaitMove[]): Promise<WaitRow[]> {
	const won = new Set((await tx.each(waitPlans.take, moves.flatMap(({ from }) => (from ? [keyOf(from)] : [])))).map(nameOf));
	const isLost = ({ from }: WaitMove) => from !== undefined && !won.has(nameOf(from));
	await tx.each(waitPlans.insert, moves.flatMap((move) => (move.to && !isLost(move) ? [move.to] : [])));
	return moves.flatMap((move) => (move.to && isLost(move) ? [move.to] : []));
}

const keyOf = ({ step_id, due_at, enrolment_id, visit }: WaitKey): WaitKey => ({ step_id, due_at, enrolment_id, visit });

const nameOf = (key: WaitKey) => `${key.step_id}/${key.due_at}/${key.enrolment_id}/${key.visit}`;
