import type { Store } from '../../store/Store';
import { canonicalJson } from '../../core/hash';
import { COMPANY_POLICY } from '../policies';
import { compileStricter, zoneClock, type Policy } from '../policy';
import type { Forecast, ForecastSetting } from './contract';
import { Departures } from './departures';
import { PAST_MS } from './outlook';
import { PAST_WEEKS, simulateCustomer, type Simulation } from './simulate';
import { Tally } from './tally';

const DAY_MS = 86_400_000;
/** Customers, and enrolments of the past, that are read at a time: what bounds the memory. */
const PAGE = 1_000;
/** So many pages of the past at most: of more enrolments, pages that lie evenly among them. */
const PAST_PAGES = 100;

export interface ForecastOptions {
	days: number;
	/** Draws are made from it alone: the same store and seed give the same forecast. */
	seed: string;
	/** customers looked at so far */
	progress?(customers: number): void;
}

/**
 * What the next days want to send, and what of it the contact policy lets go: every customer who waits or was active lately
 * is walked through the days with the decision that Contact Policy makes, on their real ledger. Page by page, so that any
 * number of customers fits; the store is only read.
 */
export async function forecast(store: Pick<Store, 'run'>, { days, seed, progress }: ForecastOptions): Promise<Forecast> {
	const setting = await store.run('forecast.setting', {});
	const { now, policyVersion } = setting;
	const until = now + days * DAY_MS;
	const departures = new Departures(seed);
	await learn(store, departures, setting);
	const policyOf = policies(setting);
	const lookBackMs = Math.max(...[null, ...Object.keys(setting.used)].map((version) => policyOf(version).lookBackMs));
	const unforeseen = new Map<string, { journey: string; step: string; customers: number }>();
	const simulation: Simulation = {
		now,
		until,
		seed,
		since: setting.since,
		departures,
		tally: new Tally(zoneClock(setting.zone)),
		policyOf,
		unforeseen(journey, step) {
			const name = JSON.stringify([journey, step]);
			const place = unforeseen.get(name) ?? { journey, step, customers: 0 };
			unforeseen.set(name, place);
			place.customers += 1;
		},
		drawn: { entries: 0, mailings: 0 },
	};
	const basis = { customers: 0, waiting: 0, held: 0, frozen: 0 };
	for (let after: number | null = 0; after !== null; ) {
		const page: Awaited<ReturnType<typeof store.run<'forecast.outlook'>>> = await store.run('forecast.outlook', { after, since: now - PAST_WEEKS * 7 * DAY_MS, limit: PAGE, lookBackMs });
		for (const customer of page.customers) {
			basis.waiting += customer.coming.filter(({ kind }) => kind === 'waiting').length;
			basis.held += customer.coming.filter(({ kind }) => kind === 'held').length;
			simulateCustomer(customer, simulation);
		}
		basis.customers += page.customers.length;
		basis.frozen += page.frozen;
		progress?.(basis.customers);
		after = page.after;
	}
	const { perDay, journeys, pairsOfJourneys } = simulation.tally;
	const sum = (field: 'demand' | 'sendable' | 'sent' | 'held' | 'dropped') => perDay.reduce((total, row) => total + row[field], 0);
	return {
		asOf: now,
		until,
		days,
		zone: setting.zone,
		policyVersion,
		basis: { ...basis, ...simulation.drawn, unforeseen: [...unforeseen.values()].sort((a, b) => b.customers - a.customers) },
		totals: { demand: sum('demand'), sendable: sum('sendable'), sent: sum('sent'), held: sum('held'), dropped: sum('dropped') },
		perDay,
		journeys,
		displaced: pairsOfJourneys,
	};
}

async function learn(store: Pick<Store, 'run'>, departures: Departures, { enrolments, now }: ForecastSetting): Promise<void> {
	if (enrolments === null) return;
	const { first, last } = enrolments;
	const apart = Math.max(PAGE, Math.ceil((last - first + 1) / PAST_PAGES));
	for (let before = last + 1; before > first; before -= apart) {
		const page = await store.run('forecast.past', { first: Math.max(first, before - apart), before, since: now - PAST_MS, limit: PAGE });
		departures.add(page.departures, page.open);
	}
}

/** The policies of today, with the rules that a node had when it last asked. */
function policies({ policies: files, used }: ForecastSetting): (version: string | null) => Policy {
	const compiled = new Map<string, Policy>();
	return (version) => {
		const { policy, ownRules } = (version !== null && Object.hasOwn(used, version) ? used[version] : undefined) ?? { policy: COMPANY_POLICY, ownRules: [] };
		const name = canonicalJson([policy, ownRules]);
		const known = compiled.get(name) ?? compileStricter(files[policy], ownRules);
		compiled.set(name, known);
		return known;
	};
}
