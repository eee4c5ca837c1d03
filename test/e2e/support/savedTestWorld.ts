import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../../../src/replay/compareOutcome';
import { queryOfLink } from '../../../src/replay/letterLinks';
import { recordOf } from '../../../src/replay/recordOf';
import { fillStore } from '../../../src/replay/replayStore';
import type { CustomerRecord } from '../../../src/customers/contract';
import type { CustomerRef } from '../../../src/customers/identity';
import type { SavedTestWorld } from '../../../src/replay/runSavedTest';
import type { SavedStep, SavedTest } from '../../../src/replay/savedTest';
import type { SavedWebhook } from '../../../src/replay/savedTestRecords';
import { tellStore } from '../../../src/replay/tellStore';
import { unsubscribeTokenOf } from '../../../src/replay/unsubscribeToken';
import { openStore } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import { MailSink } from './mailSink';
import type { TestN8n, WorkflowJson } from './n8n';
import { BASIC, filledForm, HEADER, posted, readyToRun, type Chosen } from './savedTestRequests';

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
		private readonly workflow: WorkflowJson,
	) {
		this.atMs = test.clockMs;
	}

	/** @param slug of the template; its customers live in a store of that name, so that one n8n serves all templates */
	static async open(n8n: TestN8n, slug: string, workflow: WorkflowJson, test: SavedTest): Promise<RealWorld> {
		const sink = await MailSink.start();
		for (const address of test.failFor) sink.refused.add(address.toLowerCase());
		const store = await openStore({ kind: 'file', file: n8n.storeFile(slug) }, { testClock: { mode: 'frozen', atMs: test.clockMs } });
		await fillStore(store, test);
		const credentials = await Promise.all([
			n8n.rest.createCredential('Mail', 'smtp', sink.credential()),
			n8n.rest.createCredential('Shop', 'httpHeaderAuth', HEADER),
			n8n.rest.createCredential('Sender', 'httpBasicAuth', BASIC),
			n8n.rest.createCredential(slug, 'customerStoreApi', { type: 'embedded', storeName: slug }),
		]);
		const [smtp, httpHeaderAuth, httpBasicAuth, customerStoreApi] = credentials.map(({ id, name }) => ({ id, name })) as [Chosen, Chosen, Chosen, Chosen];
		const { id } = await n8n.rest.createWorkflow(readyToRun(workflow, { smtp, httpHeaderAuth, httpBasicAuth, customerStoreApi }));
		await n8n.rest.publish(id);
		const world = new RealWorld(n8n, sink, store, test, id, workflow);
		if (workflow.nodes.some(({ type }) => type.endsWith('.journeyTrigger'))) {
			await world.until('the journey is registered', async () => (await store.run('journeys.waiting', {})).some((row) => row.on && row.step === 'entry'));
		}
		await world.datesScheduled();
		return world;
	}

	async apply(step: SavedStep): Promise<void> {
		if (step.kind === 'webhook') await this.send(step.webhook);
		else await tellStore(this.store, step);
		await this.datesScheduled();
	}

	record(ref: CustomerRef): Promise<CustomerRecord | null> {
		return recordOf(this.store, ref);
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
		const names = new Set([...this.test.store.customers.flatMap(({ ref }) => ref.customerId ?? []), ...this.test.expect.map(({ customer }) => customer)]);
		for (const customerId of names) {
			const known = await recordOf(this.store, { customerId });
			if (!known) continue;
			const { customer, decisions } = known;
			for (const { at, decision, reason, channel } of decisions) {
				// What the end of a journey took back has left by no output.
				if (decision === 'drop' && reason !== 'cancelled') this.blocked.push({ atMs: at, customer: customer.id, blocked: String(reason), channel });
			}
		}
		return (await this.n8n.rest.executions(this.workflowId)).filter(({ status }) => status !== 'success').map(({ id, status }) => `Execution ${id} ended as ${status}`);
	}

	async close(): Promise<void> {
		await this.n8n.rest.unpublish(this.workflowId);
		await this.sink.stop();
		await this.store.close();
	}

	/** Publishing answers before n8n listens, so a strange address is tried again for a while. */
	private async send({ node, body, query, unsubscribeLinkOf, link }: SavedWebhook): Promise<void> {
		const found = this.workflow.nodes.find(({ name }) => name === node);
		if (!found) throw new Error(`No node "${node}"`);
		const token: Record<string, string> = unsubscribeLinkOf === undefined ? {} : { t: await unsubscribeTokenOf(this.store, unsubscribeLinkOf) };
		const followed = link === undefined ? {} : queryOfLink(await this.lastLetterTo(link.customer), link);
		const form = found.type === 'n8n-nodes-base.formTrigger';
		const path = String(form ? (found.parameters.options as { path: string }).path : found.parameters.path);
		const url = `${this.n8n.url}/${form ? 'form' : 'webhook'}/${path}?${new URLSearchParams({ ...query, ...token, ...followed }).toString()}`;
		await this.until(`"${node}" takes something in`, async () => ![401, 403, 404].includes((await fetch(url, form ? filledForm(body as Record<string, string>) : posted(found, body))).status));
		// A page answers in the middle of its execution, a form at its beginning.
		await this.until('what was sent is worked off', async () => (await this.n8n.rest.executions(this.workflowId)).every(({ status }) => status !== 'running' && status !== 'new'));
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

	/** Nothing is due any more, no date either, and every batch that n8n had in its hands is settled. */
	private async settle(): Promise<void> {
		await this.until('nothing is due', async () => {
			// Dates first: whoever has just come in by one is among those who wait by then.
			if (((await this.nextDue(0)) ?? Infinity) <= this.atMs) return false;
			const rows = await this.store.run('journeys.waiting', {});
			return rows.every((row) => row.inRelease === 0 && (row.nextDueAt === null || row.nextDueAt > this.atMs));
		});
		for (const { subject, recipients } of this.sink.mails.slice(this.mailsSeen)) {
			const [, template = '?'] = /^\[\[(.*?)\]\]/.exec(subject) ?? [];
			for (const address of recipients) {
				const customer = await this.customerOf(address);
				// A letter to the shop's own people is no message to a customer.
				if (customer !== undefined) this.mailed.push({ atMs: this.atMs, customer, channel: 'email', template });
			}
		}
		this.mailsSeen = this.sink.mails.length;
	}

	/** Mails name an address; tests know customers by their id. */
	private async customerOf(address: string): Promise<string | undefined> {
		return (await this.store.run('customers.get', { refs: [{ email: address.toLowerCase() }] }))[0]?.id;
	}

	private async lastLetterTo(customer: string): Promise<string | undefined> {
		const [known] = await this.store.run('customers.get', { refs: [{ customerId: customer }] });
		return this.sink.mails.findLast(({ recipients }) => recipients.some((address) => address.toLowerCase() === known?.email))?.html;
	}

	/** Dates of everybody who is there already are put on the schedule page by page, by the trigger in n8n. */
	private async datesScheduled(): Promise<void> {
		await this.until('dates are on the schedule', async () => !(await this.store.run('journeys.nextDue', { after: 0 })).filling);
	}

	private async nextDue(after = this.atMs): Promise<number | null> {
		return (await this.store.run('journeys.nextDue', { after })).at;
	}

	private async until(what: string, reached: () => Promise<boolean>): Promise<void> {
		for (const end = Date.now() + PATIENCE_MS; !(await reached()); await pause(50)) {
			if (Date.now() < end) continue;
			const waiting = JSON.stringify(await this.store.run('journeys.waiting', {}));
			throw new Error(`At ${new Date(this.atMs).toISOString()}: waited in vain until ${what}. ${waiting}\n${this.n8n.lastWords(15)}`);
		}
	}
}
