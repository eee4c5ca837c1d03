import { CONTROL } from '../experiments/assign';
import { dueAt } from './dueAt';
import { judgeEntry } from './entry';
import type { LiveJourney, Reaction, Subject } from './react';
import type { JourneyEvent } from './rules';
import type { Scene } from './scene';
import type { JourneySettings } from './settings';
import { OPEN, type Enrolment, type JourneySlice, type Wait } from './slice';
import type { WaitRequest } from './waitRequest';

const DAY_MS = 86_400_000;
/** Without a goal nothing says how long the others are on the journey. */
const GHOST_MS = 30 * DAY_MS;

export interface AdmitOptions {
	/** A person asked for it: the audience does not matter. */
	anybody?: boolean;
}

/** Lets a customer enter a journey by an event, or says why not (journeys.md section 2). */
export function admit(scene: Scene, journey: LiveJourney, subject: Subject, event: JourneyEvent, reaction: Reaction, options: AdmitOptions = {}): void {
	const { slice, nowMs } = scene;
	const { settings } = journey;
	const { customer, zone } = subject;
	const refuse = (reason: string) => reaction.refused.push({ journey: settings.key, reason });
	if (!journey.on) return void refuse('journey_off');
	const enrolments = slice.of(customer.id, settings.key);
	endGhosts(slice, settings, enrolments, nowMs);
	const verdict = judgeEntry(settings, event, subject, enrolments, nowMs, options);
	if ('refused' in verdict) return void refuse(verdict.refused);
	if ('refresh' in verdict) return refresh(slice, settings, verdict.refresh, event, zone, nowMs);
	const full = scene.limits.refusal(journey, customer.id, slice);
	if (full) return void refuse(full);
	if (verdict.restart) {
		slice.end(verdict.restart, 'exited', 'restarted', nowMs);
		reaction.ended.push(verdict.restart);
	}
	const held = scene.controls.holds(settings, customer);
	const entered = slice.enter(
		{ journey_key: settings.key, journey_version: journey.version, customer_id: customer.id, entry_key: verdict.entryKey, generation: verdict.generation, variant: held ? CONTROL : null },
		entryEvent(event),
		{ now: nowMs, dueAt: nowMs + settings.entry.debounceMs, ghost: held && settings.controlMembers === 'outside' },
	);
	// What happened since the event is stored already where the event came in late (J22). No message has left yet.
	if (settings.goal?.from === 'entry') entered.goalTouched = true;
	scene.limits.entered(journey);
	reaction.entered.push(settings.key);
}

/** Who is left outside the canvas comes to no end of it: they are in the journey for as long as their goal counts. */
function endGhosts(slice: JourneySlice, settings: JourneySettings, enrolments: readonly Enrolment[], nowMs: number): void {
	if (settings.controlMembers !== 'outside') return;
	const until = settings.goal?.windowMs ?? GHOST_MS;
	for (const one of enrolments) {
		if (one.variant === CONTROL && one.status === 'active' && slice.waitsOf(one).length === 0 && nowMs > one.entered_at + until) slice.end(one, 'completed', 'completed', nowMs);
	}
}

/** The newest event wins by event time; a held entry is held again, a wait that restarts on entry starts again (J05). */
function refresh(slice: JourneySlice, settings: JourneySettings, enrolment: Enrolment, event: JourneyEvent, zone: string, nowMs: number): void {
	if (!OPEN.has(enrolment.status) || (enrolment.entryEvent && Date.parse(enrolment.entryEvent.at) > event.at)) return;
	enrolment.entryEvent = entryEvent(event);
	enrolment.dirty = true;
	for (const wait of slice.waitsOf(enrolment)) {
		if (wait.spec.kind === 'entry') restart(wait, nowMs, nowMs + settings.entry.debounceMs);
		else if (wait.spec.kind !== 'policy' && wait.spec.restartsOnEntry && wait.spec.outcome.by === 'time') {
			const due = dueAt(wait.spec.request, nowMs, zone);
			if (wait.spec.kind === 'event') wait.spec = { ...wait.spec, since: countsFromEntry(wait.spec.request) ? wait.spec.since : nowMs, deadline: due };
			restart(wait, nowMs, due);
		}
	}
}

const countsFromEntry = (request: WaitRequest) => request.kind === 'event' && request.since === 'entry';

function restart(wait: Wait, nowMs: number, dueAtMs: number): void {
	wait.parkedAt = nowMs;
	wait.dueAt = dueAtMs;
	wait.changed = true;
}

function entryEvent(event: JourneyEvent): NonNullable<Enrolment['entryEvent']> {
	return { type: event.type, at: new Date(event.at).toISOString(), properties: event.properties };
}
