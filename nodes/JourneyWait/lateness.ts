import type { INode } from 'n8n-workflow';
import type { ClaimBatch } from '../../src/journeys/contract';
import { optionOfStep } from '../../src/n8n/journeyContext';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 6;

/** What the node does with customers who are late; undefined: they go on. */
export function lateness(node: INode): ClaimBatch['late'] {
	const choice = optionOfStep(node, 'late');
	if (choice !== 'output' && choice !== 'exit') return undefined;
	const hours = Number(optionOfStep(node, 'lateAfter') ?? DEFAULT_HOURS);
	return { afterMs: Math.round((Number.isFinite(hours) ? hours : DEFAULT_HOURS) * HOUR_MS), action: choice === 'output' ? 'mark' : 'exit' };
}
