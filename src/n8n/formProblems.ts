import type { z } from 'zod/v4';
import { JourneyError } from '../core/errors';

/** Labels of a form by the path of the setting they fill, such as `goal.windowMs`; the longest fitting one is named. */
export type FormLabels = Readonly<Record<string, string>>;

/**
 * Reads what a form says, or names the field and what is wrong with it.
 * @throws JourneyError bad_input
 */
export function readForm<S extends z.ZodType>(schema: S, value: unknown, labels: FormLabels): z.output<S> {
	const result = schema.safeParse(value, { reportInput: true });
	if (result.success) return result.data;
	const [first] = result.error.issues;
	const path = (first?.path ?? []).map(String);
	const label = labelOf(path, labels);
	throw new JourneyError('bad_input', `"${label}" ${first ? problem(first) : 'cannot be used'}.`, { field: label });
}

function labelOf(path: string[], labels: FormLabels): string {
	// List places are left out: a form names the list.
	const words = path.filter((word) => !/^\d+$/.test(word));
	for (let length = words.length; length > 0; length--) {
		const label = labels[words.slice(0, length).join('.')];
		if (label) return label;
	}
	return words.join('.') || 'This form';
}

function problem(issue: z.core.$ZodIssue): string {
	const empty = issue.input === undefined || issue.input === null || issue.input === '';
	if (empty) return 'is empty: fill it in';
	if (issue.code === 'too_big' && issue.origin === 'string') return `is too long: at most ${issue.maximum} characters`;
	if (issue.code === 'too_big' && issue.origin === 'array') return `has too many: at most ${issue.maximum}`;
	if (issue.code === 'too_small') return `must be ${issue.minimum} or more`;
	if (issue.code === 'too_big') return `must be ${issue.maximum} or less`;
	if (issue.code === 'invalid_type') return `must be a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
	if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
	return `is wrong: ${issue.message}`;
}
