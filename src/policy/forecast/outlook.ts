import { isOff } from '../../journeys/liveJourneys';
import { enrolmentName } from '../../journeys/place';
import { MAILING_PREFIX } from '../mailingPrefix';
import type { WaitSpec } from '../../journeys/waitSpec';
import { loadCustomers } from '../../customers/resolve';
import { forecastPlans } from '../../store/plans/forecastPlans';
import { registryPlans, type StepRow } from '../../store/plans/registryPlans';
import { policyPlans, type DecisionRow } from '../../store/plans/policyPlans';
import { read, type Tx } from '../../store/port';
import { readMeta } from '../../store/storeClock';
import { defaultPolicy } from '../defaultPolicy';
import { PolicyLedger } from '../ledger';
import { COMPANY_POLICY, policyInForce } from '../policies';
import type { ContactRequest } from '../request';
import { readRequest } from '../request';
import { requestOf } from '../storedRequest';
import { ENTRY, type Coming, type CustomerOutlook, type ForecastSetting, type OutlookPage } from './contract';
import { kindOfDecision, kindOfHeld } from './messageKind';

/** How far back it is looked for what came next. */
export const PAST_MS = 90 * 86_400_000;

/** What a forecast starts from: the policy in force and the rules of its nodes. */
export const forecastSetting = read(async (tx): Promise<ForecastSetting> => {
	const now = await tx.now();
	const zone = (await readMeta(tx, 'zone')) ?? 'UTC';
	const policies: Record<string, unknown> = { [COMPANY_POLICY]: (await fileInForce(tx, COMPANY_POLICY)) ?? { ...defaultPolicy, storeZone: zone } };
	const used: ForecastSetting['used'] = {};
	for (const row of await tx.all(forecastPlans.policiesUsed, {})) {
		const name = nameOfVersion(JSON.parse(row.body));
		policies[name] ??= await fileInForce(tx, name);
		// A file given to `policy decide` is no policy of the store: its messages are looked at under the company policy.
		used[row.version] = { policy: policies[name] === undefined ? COMPANY_POLICY : name, ownRules: JSON.parse(row.own_rules) as unknown[] };
	}
	const since = Object.fromEntries((await tx.all(forecastPlans.firstEntries, {})).map((first) => [first.journey_key, first.entered_at]));
	const { first, last } = (await tx.first(forecastPlans.enrolmentsSince, { since: now - PAST_MS })) ?? { first: null, last: null };
	const enrolments = first === null || last === null ? null : { first, last };
	return { now, zone, enrolments, policies, policyVersion: (await policyInForce(tx, [])).version, used, since };
});

async function fileInForce(tx: Tx, name: string): Promise<object | undefined> {
	const row = await tx.first(policyPlans.latest, { name });
	return row && { version: `${name}-${row.version}`, ...(JSON.parse(row.body) as object) };
}

/** `second-brand-4` is a version of the policy `second-brand`. */
function nameOfVersion(file: unknown): string {
	const { version } = file as { version?: unknown };
	return typeof version === 'string' ? version.replace(/-\d+$/, '') : '';
}

interface OutlookRequest {
	/** the last customer of the page before; 0 at first */
	after: number;
	/** entries and mailings are taken from then on, UTC milliseconds */
	since: number;
	limit: number;
	/** how far back the ledger bears on any of the policies, milliseconds */
	lookBackMs: number;
}

/** One page of customers who wait or were active lately, with all that is coming to them. Writes and locks nothing. */
export const forecastOutlook = read(async (tx, { after, since, limit, lookBackMs }: OutlookRequest): Promise<OutlookPage> => {
	const ids = (await tx.all(forecastPlans.customersAfter, { after, since, limit })).map(({ id }) => id);
	if (ids.length === 0) return { customers: [], frozen: 0, after: null };
	const now = await tx.now();
	const rows = await loadCustomers(tx, ids);
	const ledger = await PolicyLedger.load(tx, rows, [], { ...(await policyInForce(tx, [])), lookBackMs }, now);
	const { coming, frozen } = await comingTo(tx, ids, since, now);
	const customers = ids.flatMap((id): CustomerOutlook[] => {
		const row = rows.get(id);
		const own = coming.get(id);
		if (!row || row.erased_at !== null || !own) return [];
		const facts = ledger.facts(id, nobodysRequest(row.key), now, { secondHandOff: 'same_answer' });
		// Control groups and the pace of channels are not foretold.
		return [{ key: row.key, facts: { ...facts, pending: [], sameStep: undefined, prior: undefined, inHoldout: false, channelFreeAtMs: undefined }, coming: own }];
	});
	return { customers, frozen, after: ids.length < limit ? null : ids[ids.length - 1] };
});

const nobodysRequest = (customer: string): ContactRequest => readRequest({ key: 'forecast', customer, channel: 'email' });

async function comingTo(tx: Tx, ids: number[], since: number, now: number): Promise<{ coming: Map<number, Coming[]>; frozen: number }> {
	const on = new Set((await tx.all(registryPlans.journeys, {})).filter((journey) => !isOff(journey.off_since, now)).map(({ key }) => key));
	const steps = new Map((await tx.all(registryPlans.steps, {})).map((step) => [step.id, step]));
	const coming = new Map<number, Coming[]>();
	const add = (customerId: number, one: Coming) => coming.set(customerId, [...(coming.get(customerId) ?? []), one]);
	const decisions = await tx.all(forecastPlans.decisionsSince, { ids, since });
	const answers = new Map(decisions.filter((row) => row.decision === 'delay').map((row) => [`${row.enrolment}/${requestOf(row).visit ?? 0}`, row]));
	let frozen = 0;
	const waits = await tx.all(forecastPlans.waitsOf, { ids });
	for (const wait of waits.sort((a, b) => a.due_at - b.due_at || a.enrolment_id - b.enrolment_id)) {
		const step = steps.get(wait.step_id);
		const isMailing = step?.journey_key.startsWith(MAILING_PREFIX);
		if (!step || (!isMailing && !on.has(step.journey_key))) frozen += 1;
		else add(wait.customer_id, comingOfWait(wait, step, answers.get(`${enrolmentName(tx.storeId, wait.enrolment_id)}/${wait.visit}`)));
	}
	for (const entry of await tx.all(forecastPlans.entriesOf, { ids, since })) {
		if (on.has(entry.journey_key)) add(entry.customer_id, { kind: 'entered', at: entry.entered_at, journey: entry.journey_key, seed: String(entry.id) });
	}
	for (const row of decisions) {
		const message = row.enrolment === null && row.asked_at >= since ? kindOfDecision(row) : null;
		if (message && row.customer_id !== null) add(row.customer_id, { kind: 'mailing', at: row.asked_at, seed: row.idem_key, message });
	}
	return { coming, frozen };
}

function comingOfWait(wait: { due_at: number; parked_at: number; enrolment_id: number; visit: number; spec: string }, step: StepRow, answer: DecisionRow | undefined): Coming {
	const spec = JSON.parse(wait.spec) as WaitSpec;
	const seed = `${wait.enrolment_id}/${wait.visit}`;
	if (spec.kind === 'policy') {
		const journey = step.journey_key.startsWith(MAILING_PREFIX) ? null : step.journey_key;
		const askedAt = answer?.asked_at ?? wait.parked_at;
		return { kind: 'held', at: wait.due_at, askedAt, channel: answer?.channel, journey, step: step.step_key, seed, message: kindOfHeld(spec.request, journey, step.step_key, askedAt, answer?.policy_version ?? null) };
	}
	return { kind: 'waiting', at: wait.due_at, journey: step.journey_key, step: spec.kind === 'entry' ? ENTRY : step.step_key, seed };
}
