import type { Store } from '../../../src/store/Store';

/** A journey on the canvas: Journey Trigger, an hour's wait, Contact Policy, and nothing after. */
export class Journey {
	constructor(
		private readonly test: { store: Store },
		private readonly key: string,
		private readonly priority = 50,
		private readonly nodeRules: unknown[] = [],
		private readonly policyName?: string,
	) {}

	private get store(): Store {
		return this.test.store;
	}

	private get place() {
		return { workflowId: `w-${this.key}`, workflowName: this.key };
	}

	async switchOn(): Promise<void> {
		await this.store.run('journeys.register', {
			settings: { key: this.key, name: this.key, entry: { eventType: this.key, entryKey: { kind: 'event' } }, exits: [{ eventType: 'order' }] },
			...this.place, nodeId: 't', activation: 'activate',
		});
		for (const [stepKey, kind] of [['wait', 'wait'], ['policy', 'policy']] as const) await this.store.run('journeys.registerStep', { workflowId: this.place.workflowId, stepKey, nodeId: stepKey, nodeName: stepKey, kind });
	}

	async switchOff(): Promise<void> {
		await this.store.run('journeys.close', { workflowId: this.place.workflowId, nodeId: 't', stepKey: 'entry', journeyKey: this.key });
	}

	/** These customers enter, and stand in the wait. */
	async enter(...ids: string[]): Promise<void> {
		const { now } = await this.store.run('store.info', {});
		await this.store.run('events.track', { items: ids.map((id) => ({ ref: { customerId: id }, type: this.key, occurredAt: now, source: 't', properties: {} })) });
		await this.release('entry', async (items) => {
			await this.store.run('journeys.park', { workflowId: this.place.workflowId, stepKey: 'wait', nodeName: 'wait', parkings: items.map(({ journey }, index) => ({ index, journey, own: {}, wait: { kind: 'delay' as const, length: { amount: 1, unit: 'hours' as const } } })) });
		});
	}

	/** Who is due goes on to Contact Policy, and through it as far as it lets them. */
	async goOn(): Promise<void> {
		await this.release('wait', async (items) => {
			await this.pass(items.map(({ journey, customer }) => ({ customer: { customerId: customer.id }, journey, released: false })), null);
		});
		await this.release('policy', async (items, batch) => {
			await this.pass(items.map(({ journey, customer }) => ({ customer: { customerId: customer.id }, journey, released: true })), batch);
		});
	}

	private async pass(items: object[], batch: { id: number; epoch: number } | null): Promise<void> {
		await this.store.run('policy.pass', {
			workflowId: this.place.workflowId, stepKey: 'policy', nodeName: 'policy', nodeRules: this.nodeRules, ...(this.policyName === undefined ? {} : { policyName: this.policyName }), messagesPerRun: 100, onSecondHandOff: 'block', batch, dryRun: false,
			items: items.map((item, index) => ({ index, channel: 'email', category: 'promo', class: 'marketing', priority: this.priority, tags: [], onBlock: 'delay', fallbackChannels: [], own: {}, ...item })) as never,
		});
	}

	private async release(stepKey: string, use: (items: { journey: never; customer: { id: string } }[], batch: { id: number; epoch: number }) => Promise<void>): Promise<void> {
		const { batch } = await this.store.run('journeys.takeBatch', { workflowId: this.place.workflowId, stepKey });
		if (!batch) return;
		const { items } = await this.store.run('journeys.claimBatch', { ...batch, workflowId: this.place.workflowId, stepKey, skipMovedOn: true });
		await use(items as never, batch);
		await this.store.run('journeys.settleBatch', { ...batch, outcome: 'success' });
	}
}
