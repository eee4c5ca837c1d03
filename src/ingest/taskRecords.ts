import { z } from 'zod/v4';
import { customerRef } from './records';
import { id, instant, text } from './fieldTypes';

/** Notes and tasks, as they come in. Parsing the output again changes nothing. Instants are milliseconds UTC. */

const journey = text(255).optional();
const person = text(200).optional();

export const noteInput = z.strictObject({
	ref: customerRef,
	text: text(10_000),
	author: person,
	/** absent: now */
	at: instant.optional(),
	/** The same key again is the same note. Absent: each one is new. */
	key: id.optional(),
	journey,
});
export type NoteInput = z.output<typeof noteInput>;

export const taskInput = z.strictObject({
	ref: customerRef,
	title: text(200),
	details: text(10_000).optional(),
	dueAt: instant.optional(),
	/** who shall do it */
	assignee: person,
	/** The same key again is the same task. Absent: each one is new. */
	key: id.optional(),
	journey,
});
export type TaskInput = z.output<typeof taskInput>;

export const takeTaskInput = z.strictObject({ key: id, assignee: person });
export type TakeTaskInput = z.output<typeof takeTaskInput>;

export const finishTaskInput = z.strictObject({ key: id, outcome: text(2_000).optional(), assignee: person });
export type FinishTaskInput = z.output<typeof finishTaskInput>;
