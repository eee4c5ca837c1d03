import { z } from 'zod/v4';
import { duration, eventRule } from './settings';

const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write the time as HH:MM, 00:00 to 23:59');
const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** What a Journey Wait asks for; the due instant is computed where the customer's zone is known, in the store. */
export const waitRequest = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('delay'), length: duration }),
	/** `at`: an instant, or a local date or date-time of the customer ('2027-03-01', '2027-03-01T10:00'); `shift` moves it (negative: before). */
	z.strictObject({
		kind: z.literal('date'),
		at: z.union([z.number().int(), z.string().min(1)]),
		shift: duration.optional(),
		shiftDirection: z.enum(['before', 'after']).default('after'),
		/** used when `at` is a date without a time */
		time: wallTime.default('10:00'),
	}),
	/** The next time it is this o'clock for the customer, on one of these days (none listed: any day). */
	z.strictObject({ kind: z.literal('localTime'), time: wallTime, days: z.array(weekday).default([]) }),
	z.strictObject({
		kind: z.literal('event'),
		events: z.array(eventRule).min(1),
		timeout: duration,
		/** Events count from the arrival at this step, or from the journey's entry (J08). */
		since: z.enum(['arrival', 'entry']).default('arrival'),
		/** The first event decides at once; or the wait holds to the end, and the branch that stands highest in the list wins. */
		pick: z.enum(['first', 'best']).default('first'),
	}),
]);
export type WaitRequest = z.output<typeof waitRequest>;
export type WaitRequestInput = z.input<typeof waitRequest>;

/** Why a wait ended, and so by which output the customer leaves. */
export type WaitOutcome = { by: 'time' } | { by: 'event'; branch: number; event: { type: string; at: string; properties: Record<string, unknown> } };
