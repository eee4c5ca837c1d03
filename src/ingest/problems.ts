import type { z } from 'zod/v4';
import { JourneyError } from '../core/errors';
import { MISSING, NO_CUSTOMER } from './fieldTypes';

/** What is wrong with one field. */
export interface FieldProblem {
	/** '' when the record as a whole is wrong */
	field: string;
	problem: string;
}

/**
 * Reads a record, or says everything that is wrong with it.
 * @param what how the record is called in the sentence: "The event", "Line 3 of the order"
 * @throws JourneyError bad_input; `details.fields` lists the fields
 */
export function readRecord<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
	const result = schema.safeParse(value, { reportInput: true });
	if (result.success) return result.data;
	throw refusal(what, problemsOf(result.error));
}

export function refusal(what: string, problems: FieldProblem[]): JourneyError {
	return new JourneyError('bad_input', `${what} cannot be read: ${problems.map(phrase).join('; ')}.`, {
		fields: problems.map(({ field }) => field).filter((field) => field !== ''),
	});
}

/** "occurredAt is missing" */
export function phrase({ field, problem }: FieldProblem): string {
	return field === '' ? `it ${problem}` : `${field} ${problem}`;
}

/** @param error of a parse with `reportInput`, which tells a missing field from a wrong one */
export function problemsOf(error: z.ZodError): FieldProblem[] {
	return error.issues.flatMap((issue): FieldProblem[] => {
		if (issue.code === 'invalid_type' && issue.path.length === 1 && issue.path[0] === 'ref') return [{ field: '', problem: NO_CUSTOMER }];
		if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ field: fieldName([...issue.path, key]), problem: 'is not a known field' }));
		if (issue.code === 'invalid_type' && (issue.input === undefined || issue.input === null)) return [{ field: fieldName(issue.path), problem: MISSING }];
		if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
			return [{ field: fieldName(issue.path), problem: `must be ${KINDS[issue.expected] ?? issue.expected}` }];
		}
		if (issue.code === 'invalid_key') return issue.issues.map((inner) => ({ field: fieldName(issue.path), problem: inner.message }));
		return [{ field: fieldName(issue.path), problem: issue.message }];
	});
}

/** `ref` is our word for who the record is about; a person knows its parts. */
function fieldName(path: PropertyKey[]): string {
	const [first, ...rest] = path;
	if (first === 'ref') return rest.length === 0 ? '' : rest.map(String).join('.');
	return path.map(String).join('.');
}

const KINDS: Record<string, string> = {
	object: 'an object',
	record: 'an object',
	array: 'a list',
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
};
