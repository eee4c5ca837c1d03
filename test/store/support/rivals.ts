import type { StoreLocation } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import { storeChild } from './storeChild';

/** What the rivals of a run were told, all together. */
export interface Rivalry {
	calls: number;
	send: number;
	held: number;
	blocked: number;
	reported: number;
}

const DAY = 86_400_000;
const ZONES = ['UTC', 'Europe/Moscow', 'America/New_York', 'Asia/Kathmandu'];

/** Customers who may be written to by e-mail and SMS, each in a zone of their own. */
export async function knowCustomers(store: Store, names: readonly string[]): Promise<void> {
	const { now } = await store.run('store.settings', {});
	await store.run('customers.upsert', { items: names.map((customerId, n) => ({ ref: { customerId, email: `${customerId}@example.com`, phone: `+79160${String(100_000 + n)}` }, timeZone: ZONES[n % ZONES.length] })) });
	await store.run('consents.set', {
		items: names.flatMap((customerId) => ['email', 'sms'].map((channel) => ({ ref: { customerId }, channel, purpose: 'marketing', status: 'granted' as const, at: now - DAY }))),
	});
}

/** Processes that start at the same moment. @returns what they were told, and every error that one of them met */
export async function letCompete(location: StoreLocation, processes: number, options: Record<string, unknown>): Promise<{ told: Rivalry; errors: unknown[] }> {
	const children = Array.from({ length: processes }, (_, n) => storeChild(location, 'compete', { name: `p${n}`, movesClock: options.seconds !== undefined && n === 0, ...options, seed: (options.seed as number) * 31 + n }));
	await Promise.all(children.map((child) => child.line((line) => line.ready === true)));
	for (const child of children) child.go();
	await Promise.all(children.map((child) => child.end()));
	const last = children.map((child) => child.lines.at(-1) as unknown as Rivalry & { error?: string });
	const sum = (key: keyof Rivalry) => last.reduce((total, line) => total + (line[key] ?? 0), 0);
	return {
		told: { calls: sum('calls'), send: sum('send'), held: sum('held'), blocked: sum('blocked'), reported: sum('reported') },
		errors: last.flatMap((line) => (line.error === undefined ? [] : [line.error])),
	};
}
