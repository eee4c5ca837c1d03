import type { IExecuteFunctions } from 'n8n-workflow';
import { text } from '../../src/n8n/eventFields';
import { rulesOfForm } from '../../src/n8n/segmentForm';
import type { SegmentRef } from '../../src/segments/savedSegments';

/**
 * Which segment the form means; one and the same for all items.
 * @throws JourneyError bad_input naming the field
 */
export function segmentOf(context: IExecuteFunctions): SegmentRef {
	if (context.getNodeParameter('segmentFrom', 0, 'conditions') === 'saved') return { name: text(context.getNodeParameter('segment', 0, '')) };
	return { rules: rulesOf(context) };
}

/** @throws JourneyError bad_input naming the field */
export function rulesOf(context: IExecuteFunctions): unknown {
	return rulesOfForm(context.getNodeParameter('match', 0, 'all'), context.getNodeParameter('conditions', 0, {}), context.getNodeParameter('groups', 0, {}));
}
