import { datePlans } from '../../store/plans/datePlans';
import type { Tx } from '../../store/port';
import { readMeta } from '../../store/storeClock';
import type { JourneySettings } from '../settings';

const CLEARED_AT_ONCE = 2_000;

/**
 * Watches the date of a journey from now on: what came near before is the baseline and starts nobody, and so it is when
 * the definition changed or the journey was off (journeys.md section 10). A restart changes nothing.
 * @param wasOff the journey comes back after it was switched off
 */
export async function watchDate(tx: Tx, { key, entry }: JourneySettings, now: number, wasOff: boolean): Promise<void> {
	const definition = entry.date && JSON.stringify(entry.date);
	let known = false;
	for (const row of (await tx.all(datePlans.watches, {})).filter((one) => one.journey_key === key && one.retired_at === null)) {
		if (row.definition !== definition) await tx.run(datePlans.retire, { id: row.id, now });
		else {
			known = true;
			if (wasOff) await tx.run(datePlans.setBaseline, { id: row.id, baseline_at: now });
		}
	}
	if (entry.date && definition && !known) {
		await tx.run(datePlans.addWatch, { journey_key: key, subject: entry.date.of, definition, zone: (await readMeta(tx, 'zone')) ?? 'UTC', baseline_at: now, inside_before: entry.date.alreadyInside ? now : null });
	}
}

/** Clears away what is left of definitions that nobody uses any more, a little with every sign of life. */
export async function clearRetired(tx: Tx): Promise<void> {
	for (const row of await tx.all(datePlans.watches, {})) {
		if (row.retired_at === null) continue;
		if ((await tx.run(datePlans.clear, { watch_id: row.id, limit: CLEARED_AT_ONCE })) < CLEARED_AT_ONCE) await tx.run(datePlans.removeWatch, { id: row.id });
		return;
	}
}
