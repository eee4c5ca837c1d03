import { JourneyError } from '../core/errors';
import { memberPlans, startPlans } from '../store/plans/memberPlans';
import { registryPlans } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import { settingsOf } from '../journeys/liveJourneys';
import type { JourneySettings } from '../journeys/settings';
import { definitionOf, definitionText, type Definition } from './savedSegments';
import { segmentOfEntry } from './entrySegment';

const CLEARED_AT_ONCE = 2_000;

/**
 * Listens to a segment from now on for a journey that starts by entering or leaving it. The members that are there then are
 * the baseline and start nobody; so it is when the definition changed, and when no journey was on for a while that listened. A restart
 * changes nothing (journeys.md section 10).
 * @param wasOff the journey comes back after it was switched off
 * @throws JourneyError `unknown_segment`
 */
export async function watchSegment(tx: Tx, settings: JourneySettings, now: number, wasOff: boolean): Promise<void> {
	const name = segmentOfEntry(settings.entry);
	if (name === undefined) return void (await tx.run(startPlans.withdraw, { journey_key: settings.key }));
	const definition = await definitionText(tx, await definitionOf(tx, { name }));
	const watch = await tx.first(memberPlans.watch, { name });
	const others = (await listeners(tx)).some((one) => one.name === name && one.key !== settings.key && one.on);
	if (!watch || watch.definition !== definition || (wasOff && !others)) await tx.run(memberPlans.putWatch, { name, definition, baseline_at: now });
	await askForStart(tx, settings, name, now);
}

/** Those who are inside already are let in once for a journey and a segment, however often it is switched on. */
async function askForStart(tx: Tx, { key, entry }: JourneySettings, name: string, now: number): Promise<void> {
	if (!entry.alreadyInside) return void (await tx.run(startPlans.withdraw, { journey_key: key }));
	const before = await tx.first(startPlans.ofJourney, { journey_key: key });
	if (before?.definition !== name) await tx.run(startPlans.ask, { journey_key: key, definition: name, asked_at: now });
}

/** The journeys that start by a segment. */
async function listeners(tx: Tx): Promise<{ key: string; name: string; on: boolean }[]> {
	return (await tx.all(registryPlans.journeys, {})).flatMap((row) => {
		const name = segmentOfEntry(settingsOf(tx.storeId, row).entry);
		return name === undefined ? [] : [{ key: row.key, name, on: row.off_since === null }];
	});
}

/** Stops listening to segments that no journey starts by any more, and clears away what is left of them, a little at a time. */
export async function clearUnwatched(tx: Tx): Promise<void> {
	const watches = await tx.all(memberPlans.watches, {});
	if (watches.length === 0) return;
	const wanted = new Set((await listeners(tx)).map(({ name }) => name));
	for (const { name } of watches) {
		if (wanted.has(name)) continue;
		if ((await tx.run(memberPlans.clear, { name, limit: CLEARED_AT_ONCE })) < CLEARED_AT_ONCE) await tx.run(memberPlans.unwatch, { name });
		return;
	}
}

/** The definition of a segment that is listened to; undefined where it was removed since. */
export async function attemptDefinition(tx: Tx, name: string): Promise<Definition | undefined> {
	try {
		return await definitionOf(tx, { name });
	} catch (error) {
		if (error instanceof JourneyError) return undefined;
		throw error;
	}
}
