import { CONTROL, isDrawn } from './assign';
import type { Assignments } from './assignments';

/** Customers who are left alone so that the others can be compared with them (measurement.md). */
export interface ControlGroup {
	/** {@link GLOBAL_CONTROL} or {@link journeyControl}. */
	experiment: string;
	/** 0 to 50; 0: there is no such group, whoever was in it is let go. */
	percent: number;
}

/** The control group of everything that is marketing; its share is a field of the company policy. */
export const GLOBAL_CONTROL = 'global-control';
/** The other arm of a control group. */
const TREATED = 'treated';

/** The control group of one journey; its share is a setting of Journey Trigger. */
export const journeyControl = (journeyKey: string): string => `journey-control/${journeyKey}`;

/**
 * Whether a customer is in a control group: in the arm they were exposed to, whatever the share is now; else as drawn.
 * @param customer number and text key
 */
export function inControlGroup({ experiment, percent }: ControlGroup, customer: { id: number; key: string }, assignments: Assignments): boolean {
	if (percent <= 0) return false;
	const known = assignments.armOf(customer.id, experiment);
	return known === undefined ? isDrawn({ key: experiment, salt: '', controlPercent: percent }, customer.key) : known === CONTROL;
}

/** Notes that a customer has met a control group: a message went out, or would have (contact-policy.md check 12). */
export function exposeTo({ experiment }: ControlGroup, customerId: number, held: boolean, assignments: Assignments, nowMs: number): void {
	if (assignments.armOf(customerId, experiment) === undefined) assignments.assign(customerId, experiment, held ? CONTROL : TREATED, nowMs);
	assignments.expose(customerId, experiment, nowMs);
}
