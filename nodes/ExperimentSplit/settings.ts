import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { CONTROL, type Experiment } from '../../src/experiments/assign';
import { experimentForm } from '../../src/experiments/schema';
import { text } from '../../src/n8n/eventFields';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';
import { optionOfStep } from '../../src/n8n/journeyContext';

const LABELS: FormLabels = {
	key: 'Experiment Key',
	salt: 'Shuffle Word',
	controlPercent: 'Control Group (%)',
	'arms.name': 'Variants: Name',
	'arms.weight': 'Variants: Share',
	arms: 'Variants',
};

/**
 * The experiment as the form describes it.
 * @throws JourneyError bad_input naming the field
 */
export function experimentOf(context: IExecuteFunctions): Experiment {
	const node = context.getNode();
	const variants = context.getNodeParameter('variants.variants', 0, []) as IDataObject[];
	return readForm(
		experimentForm,
		{
			key: text(optionOfStep(node, 'experimentKey')) || node.id,
			salt: text(optionOfStep(node, 'salt')),
			controlPercent: Number(context.getNodeParameter('controlPercent', 0)),
			arms: variants.map(({ name, weight }) => ({ name: text(name), weight: Number(weight) })),
		},
		LABELS,
	);
}

/** Names of the outputs in their order; the control group's is {@link CONTROL}. */
export function outputNames({ arms, controlPercent }: Experiment): string[] {
	return [...arms.map(({ name }) => name), ...(controlPercent > 0 ? [CONTROL] : [])];
}

/** Which output a test run takes; undefined: as drawn. */
export function testVariant(context: IExecuteFunctions, names: readonly string[]): string | undefined {
	const wanted = text(optionOfStep(context.getNode(), 'testVariant')).toLowerCase();
	return wanted === '' ? undefined : names.find((name) => name.toLowerCase() === wanted);
}
