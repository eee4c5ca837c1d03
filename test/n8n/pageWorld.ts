import type { INode, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { PassItem } from '../../src/policy/contract';
import { processRegistry, StoreRegistry, type StoreHandle } from '../../src/n8n/storeRegistry';
import { openStore } from '../../src/store/open';
import { freshSqliteFile } from '../support/stores';

/** What Contact Policy writes on an item that leaves by Send. */
export interface Tokens {
	clickToken: string | null;
	unsubscribeToken: string;
	confirmToken: string;
}

/** The default store of this process with one customer in it, as the pages of Contact Policy find it. */
export class PageWorld {
	private constructor(
		readonly store: StoreHandle,
		private readonly server: { away: boolean },
	) {}

	static async open(): Promise<PageWorld> {
		const file = freshSqliteFile();
		const server = { away: false };
		(globalThis as Record<symbol, unknown>)[Symbol.for('n8n-nodes-customer-journeys.stores.1')] = new StoreRegistry({
			open: async () => {
				if (server.away) throw new Error('away');
				return await openStore({ kind: 'file', file }, { thread: false, testClock: { mode: 'frozen', atMs: Date.parse('2026-11-21T12:00:00Z') } });
			},
		});
		const world = new PageWorld(processRegistry().lease({ kind: 'embedded', name: 'default' }), server);
		await world.store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' } }] });
		return world;
	}

	/** From now on the store cannot be opened. */
	async goAway(): Promise<void> {
		await processRegistry().closeAll();
		this.server.away = true;
	}

	/** Has a message to the customer leave by Send. */
	async send(more: Partial<PassItem> = {}): Promise<Tokens> {
		const item: PassItem = { index: 0, customer: { customerId: 'anna' }, mailingKey: 'm', released: false, channel: 'email', category: 'promo', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {}, ...more };
		const [answer] = await this.store.run('policy.pass', { workflowId: 'w', stepKey: 's', nodeName: 'n', nodeRules: [], messagesPerRun: 100, onSecondHandOff: 'block', batch: null, dryRun: false, items: [item] });
		return (answer as unknown as { policy: Tokens }).policy;
	}
}

/** What a browser gets of a page. @param request what n8n knows of the request besides */
export async function visit(serve: (context: IWebhookFunctions) => Promise<IWebhookResponseData>, query: Record<string, unknown>, request: { method?: 'GET' | 'POST'; language?: string; webhookName?: string } = {}) {
	const answer = { status: 0, headers: {} as Record<string, string>, body: '' };
	const response = {
		status: (code: number) => ((answer.status = code), response),
		set: (headers: Record<string, string>) => ((answer.headers = headers), response),
		send: (body: string) => ((answer.body = body), response),
		end: () => response,
	};
	const context = {
		getRequestObject: () => ({ method: request.method ?? 'GET' }),
		getResponseObject: () => response,
		getQueryData: () => query,
		getWebhookName: () => request.webhookName,
		getHeaderData: () => ({ 'accept-language': request.language }),
		getNode: () => ({ name: 'Policy' }) as INode,
		logger: { error: () => undefined },
	} as unknown as IWebhookFunctions;
	const result = await serve(context);
	return { ...answer, result, location: answer.headers.Location, title: /<h1>(.*)<\/h1>/.exec(answer.body)?.[1] };
}
