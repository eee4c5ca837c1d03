import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../../../src/replay/compareOutcome';
import { refuseRefusals } from '../../../src/replay/refusals';
import { fillStore } from '../../../src/replay/replayStore';
import type { SavedTestWorld } from '../../../src/replay/runSavedTest';
import type { SavedStep, SavedTest } from '../../../src/replay/savedTest';
import { openStore } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import { MailSink } from './mailSink';
import { TestN8n, type WorkflowJson } from './n8n';

/** Longer than any step of a journey takes on a busy machine. */
const PATIENCE_MS = 60_000;

/**
 * A saved test in a real n8n: the packed nodes, n8n's own Send Email, a mail server, and a store whose clock stands still
 * until the test moves it. n8n's loops look at the store by themselves, in real time.
 */
export class RealWorld implements SavedTestWorld {
	readonly driver = {
		now: () => this.atMs,
		advanceTo: (instantMs: number) => this.advanceTo(instantMs),
		runOut: (untilMs: number) => this.runOut(untilMs),
		settle: () => this.settle(),
	};
	private readonly mailed: Outcome[] = [];
	private blocked: Outcome[] = [];
	private mailsSeen = 0;
	private atMs: number;

	private constructor(
		private readonly n8n: TestN8n,
		private readonly sink: MailSink,
		private readonly store: Store,
		private readonly test: SavedTest,
		private readonly workflowId: string,
	) {
		this.atMs = test.clockMs;
	}

	static async open(name: string, workflow: WorkflowJson, test: SavedTest): Promise<RealWorld> {
		const n8n = await TestN8n.start(name);
		const sink = await MailSink.start();
		for (const address of test.failFor) sink.refused.add(address.toLowerCase());
		const store = await openStore({ kind: 'file', file: n8n.storeFile() }, { testClock: { mode: 'frozen', atMs: test.clockMs } });
		await fillStore(store, test);
		const smtp = await n8n.rest.createCredential('Mail', 'smtp', sink.credential());
		const httpHeaderAuth = await n8n.rest.createCredential('Shop', 'httpHeaderAuth', { name: 'x-shop-key', value: 'e2e' });
		const { id } = await n8n.rest.createWorkflow(readyToRun(workflow, { 'n8n-nodes-base.emailSend': { smtp }, 'n8n-nodes-base.webhook': { httpHeaderAuth } }));
		await n8n.rest.publish(id);
		const world = new RealWorld(n8n, sink, store, test, id);
		await world.until('the journey is registered', async () => (await store.run('journeys.waiting', {})).some((row) => row.on && row.step === 'entry'));
		return world;
	}

	async apply(step: SavedStep): Promise<void> {
		const what = `The ${step.kind} at ${new Date(step.atMs).toISOString()}`;
		if (step.kind === 'event') refuseRefusals(what, await this.store.run('events.track', { items: [step.event] }));
		if (step.kind === 'order') refuseRefusals(what, await this.store.run('orders.record', { items: [step.order] }));
		if (step.kind === 'consent') refuseRefusals(what, await this.store.run('consents.set', { items: [step.consent] }));
		if (step.kind === 'message') refuseRefusals(what, await this.store.run('messages.record', { items: [step.message] }));
	}

	outcome(): readonly Outcome[] {
		return [...this.mailed, ...this.blocked];
	}

	failures(): readonly string[] {
		return [];
	}

	/** Reads what the policy decided, and whether n8n lists failed executions of the workflow. */
	async look(): Promise<string[]> {
		this.blocked = [];
		for (const { ref } of this.test.store.customers) {
			const { customer, decisions } = await this.store.run('customers.record', { ref });
			for (const { at, decision, reason, channel } of decisions) {
				if (decision === 'drop') this.blocked.push({ atMs: at, customer: customer.id, blocked: String(reason), channel });
			}
		}
		return (await this.n8n.rest.executions(this.workflowId)).filter(({ status }) => status !== 'success').map(({ id, status }) => `Execution ${id} ended as ${status}`);
	}

	async close(): Promise<void> {
		await this.n8n.remove();
		await this.sink.stop();
		await this.store.close();
	}

	private async advanceTo(instantMs: number): Promise<void> {
		for (let due = await this.nextDue(); due !== null && due <= instantMs; due = await this.nextDue()) await this.moveTo(due);
		if (this.atMs < instantMs) await this.moveTo(instantMs);
	}

	private async runOut(untilMs: number): Promise<boolean> {
		for (let due = await this.nextDue(); due !== null; due = await this.nextDue()) {
			if (due > untilMs) return false;
			await this.moveTo(due);
		}
		return true;
	}

	private async moveTo(instantMs: number): Promise<void> {
		this.atMs = instantMs;
		await this.store.run('clock.set', { atMs: instantMs });
		await this.settle();
	}

	/** Nothing is due any more, and every batch that n8n had in its hands is settled. */
	private async settle(): Promise<void> {
		await this.until('nothing is due', async () => (await this.store.run('journeys.waiting', {})).every((row) => row.inRelease === 0 && (row.nextDueAt === null || row.nextDueAt > this.atMs)));
		for (const { subject, recipients } of this.sink.mails.slice(this.mailsSeen)) {
			const [, template = '?'] = /^\[\[(.*?)\]\]/.exec(subject) ?? [];
			for (const address of recipients) this.mailed.push({ atMs: this.atMs, customer: this.customerOf(address), channel: 'email', template });
		}
		this.mailsSeen = this.sink.mails.length;
	}

	private customerOf(address: string): string {
		return this.test.store.customers.find(({ ref }) => ref.email === address.toLowerCase())?.ref.customerId ?? address;
	}

	private async nextDue(): Promise<number | null> {
		return (await this.store.run('journeys.nextDue', { after: this.atMs })).at;
	}

	private async until(what: string, reached: () => Promise<boolean>): Promise<void> {
		for (const end = Date.now() + PATIENCE_MS; !(await reached()); await pause(50)) {
			if (Date.now() < end) continue;
			const waiting = JSON.stringify(await this.store.run('journeys.waiting', {}));
			throw new Error(`At ${new Date(this.atMs).toISOString()}: waited in vain until ${what}. ${waiting}\n${this.n8n.lastWords(15)}`);
		}
	}
}

/** The template with its credentials chosen, and each letter's subject naming the node that sent it. */
function readyToRun(workflow: WorkflowJson, credentials: Record<string, Record<string, { id: string; name: string }>>): WorkflowJson {
	const nodes = workflow.nodes.map((node) => {
		const own = credentials[node.type];
		const chosen = own ? { ...node, credentials: Object.fromEntries(Object.entries(own).map(([type, { id, name }]) => [type, { id, name }])) } : node;
		if (node.type !== 'n8n-nodes-base.emailSend') return chosen;
		const subject = String(node.parameters.subject).replace(/^(=?)/, `$1[[${node.name}]] `);
		return { ...chosen, parameters: { ...node.parameters, subject } };
	});
	return { ...workflow, nodes };
}
