import { z } from 'zod/v4';
import { text } from '../ingest/fieldTypes';
import { readRecord } from '../ingest/problems';
import { CONTROL, type Experiment } from './assign';

/** A larger share than half would be no control group. */
const MOST_CONTROL_PERCENT = 50;

export const experimentForm = z
	.strictObject({
		key: text(200),
		salt: z.string().max(200, 'is longer than 200 characters').default(''),
		controlPercent: z.number('must be a number').min(0, 'must be 0 to 50').max(MOST_CONTROL_PERCENT, 'must be 0 to 50').default(0),
		arms: z
			.array(
				z.strictObject({
					name: text(100).refine((name) => name.toLowerCase() !== CONTROL, { error: 'is "Control", which the control group is called: choose another name' }),
					weight: z.number('must be a number').gt(0, 'must be more than 0').max(1_000_000, 'must be at most 1000000'),
				}),
			)
			.min(1, 'is empty: add a variant')
			.max(20, 'has more than 20 variants'),
	})
	.superRefine(({ arms }, context) => {
		arms.forEach(({ name }, index) => {
			if (arms.findIndex((other) => other.name === name) !== index) context.issues.push({ code: 'custom', path: ['arms', index, 'name'], message: 'is used by another variant too: names must differ', input: name });
		});
	});

/** @throws JourneyError bad_input naming the field */
export function readExperiment(raw: unknown): Experiment {
	return readRecord(experimentForm, raw, 'The experiment');
}
