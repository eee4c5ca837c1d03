import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '../../../src/store/open';
import { moveStore } from '../../../src/store/moveStore';
import type { Store } from '../../../src/store/Store';
import type { FreshPostgres } from '../../support/stores';
import { MailSink } from './mailSink';
import { TestN8n, type WorkflowJson } from './n8n';
import { projectRoot } from './scripts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const STORE = 'Shop store';
const SHOP_KEY = { name: 'x-shop-key', value: 'e2e' };

export interface Shopper {
	id: string;
	email: string;
	cart: string;
}

/** Shoppers of one campaign: `a17` with cart `cart-a17`. */
export function shoppers(prefix: string, count: number): Shopper[] {
	return Array.from({ length: count }, (_, n) => ({ id: `${prefix}${n}`, email: `${prefix}${n}@example.com`, cart: `cart-${prefix}${n}` }));
}

const ANSWER_WITHIN_MS = 20_000;

/**
 * The abandoned-cart template on a real n8n with a store whose clock the test moves, and a mail server that counts.
 * The store stands beside n8n's process: both open the same file, as the command line does.
 */
export class CampaignWorld {
	readonly seen = new Map<string, number>();
	private readonly published: string[] = [];

	private constructor(
		readonly n8n: TestN8n,
		readonly sink: MailSink,
		public store: Store,
		readonly journeyId: string,
		private readonly credentials: Credentials,
	) {}

	/**
	 * @param options `change` alters the template before it is published; `postgres` keeps the store there, through a Customer
	 *   Store credential in every node, instead of in n8n's own folder; `named` keeps it in that folder, with a credential too;
	 *   `env` is n8n's
	 */
	static async open(name: string, { change = (same) => same, postgres, named = false, env }: { change?: (workflow: WorkflowJson) => WorkflowJson; postgres?: FreshPostgres; named?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<CampaignWorld> {
		const n8n = await TestN8n.start(name, env);
		const sink = await MailSink.start();
		// Half past nine on a Monday in UTC: the default policy's night is over.
		const location = postgres ? ({ kind: 'postgres', url: postgres.connectionString, schema: postgres.schema } as const) : ({ kind: 'file', file: n8n.storeFile() } as const);
		const store = await openStore(location, { testClock: { mode: 'offset', offsetMs: Date.parse('2027-03-01T09:30:00Z') - Date.now() } });
		const ours = postgres || named ? { customerStoreApi: await n8n.rest.createCredential(STORE, 'customerStoreApi', postgres ? storeCredential(postgres) : { type: 'embedded', storeName: 'default' }) } : {};
		const credentials = {
			...Object.fromEntries(['journeyTrigger', 'journeyWait', 'contactPolicy', 'customerData', 'bundleRecommendation'].map((type) => [`n8n-nodes-customer-journeys.${type}`, ours])),
			'n8n-nodes-base.emailSend': { smtp: await n8n.rest.createCredential('Mail', 'smtp', sink.credential()) },
			'n8n-nodes-base.webhook': { httpHeaderAuth: await n8n.rest.createCredential('Shop', 'httpHeaderAuth', SHOP_KEY) },
		};
		const template = JSON.parse(readFileSync(path.join(projectRoot, 'templates', 'abandoned-cart', 'workflow.json'), 'utf8')) as WorkflowJson;
		const { id } = await n8n.rest.createWorkflow(withCredentials(change(template), credentials));
		const world = new CampaignWorld(n8n, sink, store, id, credentials);
		await world.publish(ordersWorkflow);
		await n8n.rest.publish(id);
		world.published.push(id);
		await world.until('the journey is registered', async () => (await store.run('journeys.waiting', {})).some((row) => row.on && row.step === 'entry'));
		return world;
	}

	/** Another workflow of the same shop, with its store and its mail server. @returns its id */
	async publish(workflow: WorkflowJson): Promise<string> {
		const { id } = await this.n8n.rest.createWorkflow(withCredentials(workflow, this.credentials));
		await this.n8n.rest.publish(id);
		this.published.push(id);
		return id;
	}

	/** Puts the shoppers into the store; `consent` says who agreed to e-mail. */
	async know(people: readonly Shopper[], consent: (shopper: Shopper) => boolean = () => true): Promise<void> {
		await this.store.run('customers.upsert', { items: people.map((one) => ({ ref: { customerId: one.id, email: one.email }, firstName: one.id, timeZone: 'UTC' })) });
		const { now } = await this.store.run('store.info', {});
		await this.store.run('consents.set', {
			items: people.filter(consent).map((one) => ({ ref: { customerId: one.id }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: now - DAY })),
		});
	}

	/** The shop moves to PostgreSQL as docs/operations.md says; between the start of n8n and the change of the credential, `meanwhile` happens. */
	async moveToPostgres(to: FreshPostgres, meanwhile: () => Promise<void>): Promise<void> {
		await this.n8n.down();
		await this.store.close();
		const location = { kind: 'postgres', url: to.connectionString, schema: to.schema } as const;
		await moveStore({ kind: 'file', file: this.n8n.storeFile() }, location);
		this.store = await openStore(location);
		await this.n8n.up();
		await meanwhile();
		const { rest } = this.n8n;
		const { id, name } = this.credentials['n8n-nodes-customer-journeys.customerData']!.customerStoreApi!;
		await rest.request('PATCH', `/rest/credentials/${id}`, { id, name, type: 'customerStoreApi', data: storeCredential(to) });
		for (const workflow of this.published) {
			await rest.unpublish(workflow);
			await rest.publish(workflow);
		}
	}

	/** Posts each shopper's cart to the template's webhook; again with the same `round` is the very same event. */
	async leaveCarts(people: readonly Shopper[], round: string): Promise<void> {
		const { now } = await this.store.run('store.info', {});
		for (const one of people) {
			const name = `${round}/${one.cart}`;
			const at = this.seen.get(name) ?? now;
			this.seen.set(name, at);
			await this.post('shop-events', {
				customer_id: one.id, event: 'cart_updated', event_id: name, occurred_at: new Date(at).toISOString(),
				properties: { cart_id: one.cart, total: '40.00', currency: 'EUR', items: [{ product_id: 'p1', name: 'Lantern <b>', quantity: 1, price: '40.00' }] },
			});
		}
	}

	async order(people: readonly Shopper[]): Promise<void> {
		const { now } = await this.store.run('store.info', {});
		for (const one of people) {
			await this.post('orders', {
				customer_id: one.id, order_id: `order-${one.cart}`, cart_id: one.cart, ordered_at: new Date(now).toISOString(), currency: 'EUR', total: '40.00', status: 'paid',
				lines: [{ product_id: 'p1', name: 'Lantern', quantity: 1, price: '40.00' }],
			});
		}
	}

	async advance(byMs: number): Promise<void> {
		await this.store.run('clock.advance', { byMs });
	}

	async waitingAt(step: string): Promise<number> {
		const rows = await this.store.run('journeys.waiting', { journey: 'abandoned-cart' });
		return rows.filter((row) => row.step === step).reduce((sum, row) => sum + row.waiting, 0);
	}

	/** Nothing is on its way through n8n any more: every batch is settled. */
	async quiet(): Promise<void> {
		await this.until('every batch is settled', async () => (await this.store.run('journeys.waiting', {})).every((row) => row.inRelease === 0));
	}

	async until(what: string, reached: () => Promise<boolean> | boolean, withinMs = 90_000): Promise<void> {
		for (const end = Date.now() + withinMs; !(await reached()); await pause(50)) {
			if (Date.now() > end) {
				const waiting = JSON.stringify(await this.store.run('journeys.waiting', {}), null, 1);
				throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}. Mails: ${this.sink.mails.length}. Waiting: ${waiting}\n${this.n8n.lastWords(15)}`);
			}
		}
	}

	/** How many mails each of these shoppers got, as { count: shoppers }. */
	mailCounts(people: readonly Shopper[]): Record<number, number> {
		const counts = this.sink.counts();
		const result: Record<number, number> = {};
		for (const one of people) {
			const count = counts.get(one.email) ?? 0;
			result[count] = (result[count] ?? 0) + 1;
		}
		return result;
	}

	async close(): Promise<void> {
		await this.n8n.remove();
		await this.sink.stop();
		await this.store.close();
	}

	/**
	 * As a shop does: what was not answered is sent once more, and the store takes it for what it is, the very same. In queue mode
	 * n8n now and then leaves a request open whose run a worker ended within a few milliseconds.
	 */
	async post(path: string, body: object, attempts = 3): Promise<void> {
		const request = fetch(`${this.n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', [SHOP_KEY.name]: SHOP_KEY.value },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
		});
		try {
			const response = await request;
			if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
			await response.arrayBuffer();
		} catch (error) {
			if ((error as Error).name !== 'TimeoutError' || attempts <= 1) throw error;
			await this.post(path, body, attempts - 1);
		}
	}
}

const ordersWorkflow: WorkflowJson = {
	name: 'Orders come in',
	settings: { saveDataSuccessExecution: 'none' },
	nodes: [
		{ id: 'orders-in', webhookId: 'orders-in', name: 'An order', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], parameters: { httpMethod: 'POST', path: 'orders', authentication: 'headerAuth', responseMode: 'lastNode', options: {} } },
		{ id: 'orders-store', name: 'Record order', type: 'n8n-nodes-customer-journeys.customerData', typeVersion: 1, position: [240, 0], parameters: { resource: 'order', operation: 'record', takeFrom: 'item' } },
	],
	connections: { 'An order': { main: [[{ node: 'Record order', type: 'main', index: 0 }]] } },
};

function storeCredential({ connectionString, schema }: FreshPostgres): Record<string, unknown> {
	const { hostname, port, pathname, username, password } = new URL(connectionString);
	return { type: 'postgres', host: hostname, port: Number(port), database: pathname.slice(1), user: decodeURIComponent(username), password: decodeURIComponent(password), ssl: 'disable', schema };
}

type Credentials = Record<string, Record<string, { id: string; name: string }>>;

function withCredentials(workflow: WorkflowJson, credentials: Credentials): WorkflowJson {
	const pick = (node: WorkflowJson['nodes'][number]) => {
		const own = credentials[node.type];
		return own ? { ...node, credentials: Object.fromEntries(Object.entries(own).map(([type, { id, name }]) => [type, { id, name }])) } : node;
	};
	return { ...workflow, nodes: workflow.nodes.map(pick) };
}
