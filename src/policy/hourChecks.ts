import type { Policy } from './policy';
import type { Question } from './question';
import { blackoutUntil, forChannel, nextSendWindow, quietUntil } from './quietHours';
import { holdUntil, type TimedCheck } from './timedCheck';
import { LinesOf } from './traceLines';
import type { CustomerZone } from './zone';
import type { ZoneClock } from './zoneClock';
import { noteOfZone } from './zoneNote';

const linesOfZone = new LinesOf<CustomerZone>();

/** Check 7 for messages of a channel: quiet hours, send windows, blackout dates. */
export function hourChecks(channel: string, { quietHours, sendWindows, blackoutDays }: Policy): TimedCheck[] {
	const quiet = forChannel(quietHours, channel);
	const windows = forChannel(sendWindows, channel);
	return [
		hourCheck('quiet-hours', quiet, (zones, ms) => quietUntil(quiet, zones, ms)),
		hourCheck('send-window', windows, (zones, ms) => nextSendWindow(windows, zones, ms)),
		hourCheck('blackout', blackoutDays, (zones, ms) => blackoutUntil(blackoutDays, zones, ms)),
	];
}

/** @param entries of the policy that may close it */
function hourCheck(check: 'quiet-hours' | 'send-window' | 'blackout', entries: readonly unknown[], openFrom: (zones: readonly ZoneClock[], ms: number) => number): TimedCheck {
	const line = ({ zone }: Question) => linesOfZone.get(zone, check, () => ({ check, outcome: 'passed', note: noteOfZone(zone.candidates.map(({ name }) => name).join(', '), zone.inferred) }));
	if (entries.length === 0) return { line, holdAt: () => null };
	return { line, holdAt: (ms, { zone }) => holdUntil(openFrom(zone.candidates, ms), ms, check, check, 'quiet_discard') };
}
