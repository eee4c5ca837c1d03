import { both } from '../plan';

/** Stages that time alone may change. */
export const stagePlans = {
	due: both<{ now: number; limit: number }, { customer_id: number; stage_check_at: number }>('SELECT customer_id, stage_check_at FROM feature WHERE stage_check_at IS NOT NULL AND stage_check_at <= :now ORDER BY stage_check_at LIMIT :limit'),
	next: both<{ after: number }, { at: number }>('SELECT stage_check_at AS at FROM feature WHERE stage_check_at IS NOT NULL AND stage_check_at > :after ORDER BY stage_check_at LIMIT 1'),
	/** Looked at later: by the next refresh. */
	putOff: both<{ customer_id: number }>('UPDATE feature SET stage_check_at = NULL WHERE customer_id = :customer_id'),
};
