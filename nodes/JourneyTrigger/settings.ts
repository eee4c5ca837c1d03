import type { ITriggerFunctions } from 'n8n-workflow';
import { journeySettings, type JourneySettings } from '../../src/journeys/settings';
import { toNodeError } from '../../src/n8n/errors';
import { readConditions, readEvent, readEvents, text } from '../../src/n8n/eventFields';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';
import { entryOf } from './startSettings';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const LABELS: FormLabels = {
	'entry.eventType': 'Start When This Happens',
	'entry.filter': 'Only When',
	'entry.ready.times': 'Times',
	'entry.ready.amount': 'Amount',
	'entry.ready.withinDays': 'Within Days',
	'entry.ready': 'Ready When',
	'entry.date.field': 'Field With the Date',
	'entry.date.offsets': 'When',
	'entry.date.time': 'At What Time',
	'entry.date': 'Date',
	'entry.entryKey': 'Field',
	'entry.debounceMs': 'Hold Until Quiet For',
	'audience.consentChannel': 'Consent Needed to Enter',
	audience: 'Only Customers Whose',
	'reEntry.length': 'Not Again For',
	'reEntry.max': 'At Most at the Same Time',
	reEntry: 'Entering Again',
	whileActive: 'If It Happens Again Meanwhile',
	'exits.eventType': 'Leave the Journey When: Event Type',
	exits: 'Leave the Journey When',
	'goal.rule.eventType': 'Goal: Event Type',
	'goal.windowMs': 'Goal: Within Days',
	'goal.from': 'Goal: Days Count From',
	goal: 'Goal',
	key: 'Journey Key',
	name: 'Journey Name',
	maxTriggerAgeMs: 'Oldest Event (Hours)',
	guardMs: 'Ignore Repeats (Minutes)',
	controlMembers: 'Control Group Members',
	entriesPerHour: 'Entries per Hour at Most',
	atMostJourneys: 'In So Many Journeys at Most',
	priority: 'Priority Among Journeys',
	'whenResumed.afterMs': 'Overdue for Too Long (Hours)',
	whenResumed: 'After Being Switched Off',
	'removedSteps.to': 'Step to Wait At',
	removedSteps: 'If a Step Is Removed',
	maxVisits: 'Most Steps of a Customer',
	controlPercent: 'Control Group (%)',
};

type Form = Record<string, unknown>;
type ReadParameter = (name: string) => unknown;

/**
 * The journey as its form describes it.
 * @throws NodeOperationError naming the field that cannot be used
 */
export function readSettings(context: ITriggerFunctions): JourneySettings {
	const { id, name } = context.getWorkflow();
	try {
		return settingsOf((parameter) => context.getNodeParameter(parameter), String(id), name ?? String(id));
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

/** @throws JourneyError bad_input naming the field */
export function settingsOf(parameter: ReadParameter, workflowId: string, workflowName: string): JourneySettings {
	const options = parameter('options') as Form;
	return readForm(
		journeySettings,
		{
			key: text(options.journeyKey) || workflowId,
			name: text(options.journeyName) || workflowName,
			entry: entryOf(parameter, options),
			audience: audience(parameter),
			reEntry: reEntry(parameter),
			whileActive: parameter('whileActive'),
			exits: readEvents(parameter('exits')),
			goal: goal(parameter('goal') as Form),
			...(options.maxAgeHours === undefined ? {} : { maxTriggerAgeMs: Math.round(Number(options.maxAgeHours) * 60 * MINUTE_MS) }),
			...(options.controlPercent === undefined ? {} : { controlPercent: Number(options.controlPercent) }),
			...(options.controlMembers === undefined ? {} : { controlMembers: options.controlMembers }),
			...(options.entriesPerHour === undefined ? {} : { entriesPerHour: Number(options.entriesPerHour) }),
			...(options.atMostJourneys === undefined ? {} : { atMostJourneys: Number(options.atMostJourneys) }),
			...(options.priority === undefined ? {} : { priority: Number(options.priority) }),
			whenResumed: options.whenResumed === 'expire' ? { mode: 'expire', afterMs: Math.round(Number(options.expireAfterHours ?? 24) * 60 * MINUTE_MS) } : { mode: options.whenResumed ?? 'overdue' },
			removedSteps: options.removedSteps === 'move' ? { action: 'move', to: text(options.moveTo) } : { action: options.removedSteps ?? 'hold' },
			...(options.maxVisits === undefined ? {} : { maxVisits: options.maxVisits }),
			...(options.guardMinutes === undefined ? {} : { guardMs: Math.round(Number(options.guardMinutes) * MINUTE_MS) }),
		},
		LABELS,
	);
}

function audience(parameter: ReadParameter) {
	const consentChannel = text(parameter('consentChannel'));
	return { consentChannel: consentChannel || undefined, conditions: readConditions(parameter('audience')) };
}

function reEntry(parameter: ReadParameter) {
	const mode = parameter('reEntry');
	if (mode === 'parallel') return { mode, max: parameter('parallelMax') };
	if (mode !== 'cooldown') return { mode };
	return { mode, length: { amount: parameter('cooldownAmount'), unit: parameter('cooldownUnit') }, from: parameter('cooldownFrom') };
}

/** A goal without an event is no goal. */
function goal(form: Form) {
	const line = form.goal as Form | undefined;
	if (!line || text(line.eventType) === '') return undefined;
	return { rule: readEvent(line), windowMs: Math.round(Number(line.withinDays) * DAY_MS), from: line.from ?? 'entry', valueField: text(line.valueField) || undefined };
}
