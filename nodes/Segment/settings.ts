import type { IExecuteFunctions } from 'n8n-workflow';
import { text } from '../../src/n8n/eventFields';
import { rulesOfForm } from '../../src/n8n/segmentForm';
import type { SegmentRef } from '../../src/segments/savedSegments';

/**
 * Which segment the form means for an item; a run through the members begins by its first one.
 * @throws JourneyError bad_input naming the field
 */
export function segmentOf(context: IExecuteFunctions, index = 0): SegmentRef {
	if (context.getNodeParameter('segmentFrom', index, 'conditions') === 'saved') return { name: text(context.getNodeParameter('segment', index, '')) };
	return { rules: rulesOf(context, index) };
}

/** The parameters that say which segment is meant. */
export const SEGMENT_FIELDS = ['segmentFrom', 'segment', 'match', 'conditions', 'groups'];

/** @throws JourneyError bad_input naming the field */
export function rulesOf(context: IExecuteFunctions, index = 0): unknown {
	return rulesOfForm(context.getNodeParameter('match', index, 'all'), context.getNodeParameter('conditions', index, {}), context.getNodeParameter('groups', index, {}));
}
