import type { WorkflowExecuteMode } from 'n8n-workflow';

/**
 * Whether a run moves real customers or only shows what would happen (journeys.md section 9, J35, J36).
 *
 * | n8n's mode | here | why |
 * | --- | --- | --- |
 * | trigger, webhook | live | production |
 * | integrated, internal | live | a production workflow calls this one; n8n gives a sub-workflow of a test run `integrated` as well |
 * | error | live | an error workflow runs because production failed |
 * | retry | live | a person repeats a failed production run; parking and messages are guarded by enrolment, step and visit, so whoever got through stays through |
 * | cli | live | `n8n execute --id` is how operators run a workflow for real |
 * | chat, agent | live | a published chat or agent acts for a real visitor |
 * | manual | test | the editor, with pinned or test data |
 * | evaluation | test | n8n's evaluations repeat recorded data to judge an answer, not to act on it |
 */
const MODES: Record<WorkflowExecuteMode, 'live' | 'test'> = {
	trigger: 'live',
	webhook: 'live',
	integrated: 'live',
	internal: 'live',
	error: 'live',
	retry: 'live',
	cli: 'live',
	chat: 'live',
	agent: 'live',
	manual: 'test',
	evaluation: 'test',
};

/** A mode that a later n8n adds acts on nobody until it is decided here. */
export function isTestRun(mode: WorkflowExecuteMode): boolean {
	return (MODES[mode] ?? 'test') === 'test';
}
