import { attempt } from '../core/attempt';
import { derivedKey } from '../customers/creation';
import { identitiesOf, type CustomerRef } from '../customers/identity';
import { customerView } from '../customers/profile';
import { idsOf, lockCustomers, resolveCustomers, type Resolved } from '../customers/resolve';
import { refused } from '../journeys/park';
import { enrolmentId, enrolmentName, loadEnrolments } from '../journeys/place';
import { OPEN } from '../journeys/slice';
import type { CustomerRow } from '../store/plans/customerPlans';
import { assignmentPlans } from '../store/plans/experimentPlans';
import type { EnrolmentRow } from '../store/plans/enrolmentPlans';
import { write, type Tx } from '../store/port';
import { CONTROL, drawArm, type Experiment } from './assign';
import { Assignments } from './assignments';
import type { SplitAnswer, SplitItem, SplitRequest } from './contract';
import { journeyControl } from './controlGroups';
import { readExperiment } from './schema';

/**
 * Sends customers into the arms of an experiment. Whoever has met it stays in the same arm, whatever becomes of the shares,
 * while that arm is there (J29); all others go where the hash draws them.
 * @throws JourneyError `bad_input` for an experiment that cannot be read
 */
export const splitCustomers = write(async (tx, { experiment: raw, dryRun, items }: SplitRequest): Promise<SplitAnswer[]> => {
	const experiment = readExperiment(raw);
	const subjects = await subjectsOf(tx, items, dryRun);
	const assignments = await Assignments.load(tx, subjects.flatMap(({ customer }) => (customer ? [customer.id] : [])));
	const now = await tx.now();
	const variants = new Map<number, { id: number; variant: string }>();
	const answers = subjects.map((subject): SplitAnswer => {
		const { item, customer, enrolment, problem } = subject;
		if (problem) return problem;
		const before = customer && assignments.armOf(customer.id, experiment.key);
		const arm = before !== undefined && before !== null && isThere(experiment, before) ? before : drawArm(experiment, customer?.key ?? keyOf(item.customer));
		const place = enrolment && item.journey ? { ...item.journey, variant: arm } : (item.journey ?? null);
		// Who entered in a control group goes the same ways, but tells nothing about this experiment.
		const outside = enrolment !== null && ((enrolment.variant === CONTROL && before !== CONTROL) || assignments.armOf(enrolment.customer_id, journeyControl(enrolment.journey_key)) === CONTROL);
		if (customer && !dryRun && !outside) {
			assignments.assign(customer.id, experiment.key, arm, now);
			assignments.expose(customer.id, experiment.key, now);
			if (enrolment && enrolment.variant !== arm) variants.set(enrolment.id, { id: enrolment.id, variant: arm });
		}
		return { index: item.index, result: 'arm', arm, first: before === undefined || before === null, customer: customer && customerView(customer), journey: outside ? (item.journey ?? null) : place };
	});
	if (!dryRun) {
		await assignments.save();
		if (variants.size > 0) await tx.each(assignmentPlans.setVariant, [...variants.values()]);
	}
	return answers;
});

interface Subject {
	item: SplitItem;
	/** null: nobody the store knows; drawn all the same, kept nowhere */
	customer: CustomerRow | null;
	enrolment: EnrolmentRow | null;
	problem?: SplitAnswer;
}

/** Finds and locks the customers: by their enrolment on a journey, else by who the item says they are. */
async function subjectsOf(tx: Tx, items: readonly SplitItem[], dryRun: boolean): Promise<Subject[]> {
	const ids = items.map((item) => (item.journey && !dryRun ? attempt(() => enrolmentId(tx, (item.journey as { enrolment: string }).enrolment)) : undefined));
	const before = await loadEnrolments(tx, ids.flatMap((id) => (id?.ok ? [id.value] : [])));
	const looked = items.flatMap((item, place) => (ids[place] ? [] : [{ place, ref: item.customer }]));
	const resolved = await resolveCustomers(tx, looked.map(({ ref }) => ref), { create: false, keep: false });
	const found = new Map<number, Resolved>(looked.map(({ place }, index) => [place, resolved[index]]));
	const customers = await lockCustomers(tx, [...[...before.values()].map((row) => row.customer_id), ...idsOf(resolved)]);
	const enrolments = tx.soleWriter ? before : await loadEnrolments(tx, [...before.keys()]);
	return items.map((item, place): Subject => {
		const nobody = { item, customer: null, enrolment: null };
		const ended = (reason: string): Subject => ({ ...nobody, problem: { index: item.index, result: 'ended', reason } });
		const id = ids[place];
		if (!id) {
			const who = found.get(place) as Resolved;
			const customer = who.found ? (customers.get(who.id) ?? null) : null;
			return (!who.found && who.why === 'customer_erased') || (customer !== null && customer.erased_at !== null) ? ended('erased') : { ...nobody, customer };
		}
		if (!id.ok) return { ...nobody, problem: refused(item.index, id.error) as SplitAnswer };
		const enrolment = enrolments.get(id.value);
		const customer = enrolment && customers.get(enrolment.customer_id);
		if (!enrolment || !customer) return ended('unknown_enrolment');
		if (customer.erased_at !== null) return ended('erased');
		if (!OPEN.has(enrolment.status)) return ended(enrolment.end_reason ?? enrolment.status);
		return { item: { ...item, journey: { ...(item.journey as NonNullable<SplitItem['journey']>), enrolment: enrolmentName(tx.storeId, enrolment.id) } }, customer, enrolment };
	});
}

function isThere({ arms, controlPercent }: Experiment, arm: string): boolean {
	return arm === CONTROL ? controlPercent > 0 : arms.some(({ name }) => name === arm);
}

/** The key that somebody would get in the store, so that they are drawn alike before and after. */
function keyOf(ref: CustomerRef): string {
	const [first] = identitiesOf(ref);
	return ref.customerId ?? (first ? derivedKey(first) : '');
}
