import { registryPlans, type JourneyRow } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import type { LiveJourney } from './react';
import { journeySettings, type JourneySettings } from './settings';

/** A journey is off this long after its close function without a new start or heartbeat (journeys.md section 6). */
export const OFF_AFTER_MS = 2 * 60_000;

/** A restart or a kill is never a pause: only a close function that nothing followed switches a journey off. */
export function isOff(offSince: number | null, nowMs: number): boolean {
	return offSince !== null && nowMs - offSince >= OFF_AFTER_MS;
}

const parsed = new Map<string, { text: string; settings: JourneySettings }>();

/** All registered journeys, their settings parsed once per version. */
export async function liveJourneys(tx: Tx, nowMs: number): Promise<LiveJourney[]> {
	const rows = await tx.shopRows(registryPlans.journeys, {});
	return rows.map((row) => ({ settings: settingsOf(tx.storeId, row), version: row.settings_version, on: !isOff(row.off_since, nowMs) }));
}

/** A journey's settings, parsed once per version. */
export function settingsOf(storeId: string, row: JourneyRow): JourneySettings {
	const name = `${storeId}/${row.key}`;
	const known = parsed.get(name);
	if (known?.text === row.settings) return known.settings;
	const settings = journeySettings.parse(JSON.parse(row.settings));
	parsed.set(name, { text: row.settings, settings });
	return settings;
}
