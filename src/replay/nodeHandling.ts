/**
 * What a replay does with a node of n8n: run it as it is, put a stand-in in its place that records and touches
 * nothing, or refuse the workflow.
 */
export type Handling = 'run' | 'standIn' | 'refuse';

/** Nodes of n8n that only look at their items. Everything else of n8n or of other packages may leave the machine. */
const PURE = new Set([
	'aggregate', 'code', 'compareDatasets', 'compression', 'convertToFile', 'crypto', 'dateTime', 'executionData', 'extractFromFile',
	'filter', 'html', 'htmlExtract', 'iCal', 'if', 'itemLists', 'limit', 'markdown', 'merge', 'moveBinaryData', 'noOp', 'removeDuplicates',
	'renameKeys', 'respondToWebhook', 'set', 'sort', 'splitInBatches', 'splitOut', 'stickyNote', 'stopAndError', 'summarize', 'switch', 'timeSaved', 'xml',
]); // prettier-ignore

/** Triggers of n8n that need nothing from outside: the schedule is kept in virtual time, the button is never pressed. */
const PURE_TRIGGERS = new Set(['manualTrigger', 'scheduleTrigger', 'executeWorkflowTrigger', 'errorTrigger']);

/** These wait on the real clock or need n8n's database: a stand-in would lie about what happens. */
const REFUSED = new Set(['wait', 'form', 'executeWorkflow', 'function', 'functionItem', 'interval', 'cron']);

export function handling(type: string): Handling {
	const [packageName, name] = splitType(type);
	if (packageName !== 'n8n-nodes-base') return 'standIn';
	if (PURE.has(name) || PURE_TRIGGERS.has(name)) return 'run';
	return REFUSED.has(name) ? 'refuse' : 'standIn';
}

/** `n8n-nodes-base.emailSend` -> `['n8n-nodes-base', 'emailSend']`; scoped packages keep their scope. */
export function splitType(type: string): [packageName: string, name: string] {
	const dot = type.lastIndexOf('.');
	return [type.slice(0, Math.max(dot, 0)), type.slice(dot + 1)];
}
