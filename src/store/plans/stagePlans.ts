import { both } from '../plan';

/** Stages that time alone may change. */
export const stagePlans = {
	due: both<{ now: number; limit: number }, { customer_id: number; stage_check_at: number }>('SELECT customer_id, stage_check_at FROM feature WHERE stage_check_at IS NOT NULL AND stage_check_at <= :now ORDER BY stage_check_at LIMIT :limit'),
	/** Only a journey that starts by stages makes anybody look; without one the daily refresh does. */
	next: both<{ after: number }, { at: number }>(`SELECT stage_check_at AS at FROM feature WHERE stage_check_at IS NOT NULL AND stage_check_at > :after AND EXISTS (SELECT 1 FROM journey WHERE off_since IS NULL AND settings LIKE '%"stage_changed"%') ORDER BY stage_check_at LIMIT 1`),
	/** How many customers each stage has, and how many of them are VIPs. */
	counts: both<Record<string, never>, { stage: string; customers: number; vips: number }>('SELECT stage, COUNT(*) AS customers, SUM(CASE WHEN vip = 1 THEN 1 ELSE 0 END) AS vips FROM feature WHERE stage IS NOT NULL GROUP BY stage ORDER BY stage'),
	/** Looked at later: by the next refresh. */
	putOff: both<{ customer_id: number }>('UPDATE feature SET stage_check_at = NULL WHERE customer_id = :customer_id'),
};
