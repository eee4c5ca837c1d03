import { Assignments } from '../experiments/assignments';
import { exposeTo, GLOBAL_CONTROL, inControlGroup, journeyControl, type ControlGroup } from '../experiments/controlGroups';
import { companyControlPercent } from '../policy/companyControl';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import type { JourneySettings } from './settings';

/** Who is left alone, by a journey or by the whole company, so that the others can be compared with them (journeys.md, J07, J19). */
export class ControlArms {
	private constructor(
		private readonly companyPercent: number,
		private readonly assignments: Assignments | undefined,
		private readonly nowMs: number,
	) {}

	/** @param customerIds locked by the caller */
	static async load(tx: Tx, wanted: readonly { settings: JourneySettings }[], customerIds: readonly number[], nowMs: number): Promise<ControlArms> {
		const companyPercent = wanted.length > 0 ? await companyControlPercent(tx) : 0;
		const needed = companyPercent > 0 || wanted.some(({ settings }) => settings.controlPercent > 0);
		return new ControlArms(companyPercent, needed && wanted.length > 0 ? await Assignments.load(tx, customerIds) : undefined, nowMs);
	}

	/**
	 * Whether a customer who enters is in a control group. Where it stays outside of the canvas, both arms meet the difference
	 * as they enter; where it walks along, Contact Policy notes it with the message (contact-policy.md check 12).
	 */
	holds(settings: JourneySettings, customer: CustomerRow): boolean {
		const { assignments } = this;
		if (!assignments) return false;
		const groups: ControlGroup[] = [
			{ experiment: GLOBAL_CONTROL, percent: this.companyPercent },
			{ experiment: journeyControl(settings.key), percent: settings.controlPercent },
		].filter(({ percent }) => percent > 0);
		const held = groups.filter((group) => inControlGroup(group, customer, assignments));
		if (settings.controlMembers === 'outside') for (const group of groups) exposeTo(group, customer.id, held.includes(group), assignments, this.nowMs);
		return held.length > 0;
	}

	async save(): Promise<void> {
		await this.assignments?.save();
	}
}
