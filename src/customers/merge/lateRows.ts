import { latePlans, type LateKeys } from '../../store/plans/mergePlans';
import type { Tx } from '../../store/port';

/** @param via who the identity belonged to before a merge, through which the row came; absent for what is the customer's own */
export type Late<T extends keyof LateKeys> = LateKeys[T] & { via: number | undefined };

/** Notes rows that were just written and came through an identity that a merge had brought: an unmerge gives them to whom they came through. */
export async function noteLateRows<T extends keyof LateKeys>(tx: Tx, table: T, rows: readonly Late<T>[]): Promise<void> {
	const late = rows.filter((row) => row.via !== undefined).map(({ via, ...row }) => ({ ...(row as unknown as LateKeys[T]), origin_id: via as number }));
	if (late.length > 0) await tx.each(latePlans[table], late);
}
