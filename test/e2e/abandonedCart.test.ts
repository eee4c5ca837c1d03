import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CampaignWorld, DAY, HOUR, MINUTE, shoppers, type Shopper } from './support/campaign';
import { checkHandOffs } from './support/handOffs';
import type { WorkflowJson } from './support/n8n';

const PER_RUN = 20;

/** Stands between Contact Policy and Send Email: a page that answers at once, or keeps n8n waiting while `closed`. */
class Gate {
	closed = false;
	reached = 0;
	private constructor(private readonly server: Server) {}

	static async open(): Promise<Gate> {
		const server = createServer((_request, response) => {
			gate.reached += 1;
			const answer = setInterval(() => {
				if (gate.closed) return;
				clearInterval(answer);
				response.end('{}');
			}, 50);
		});
		const gate = new Gate(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return gate;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	async close(): Promise<void> {
		this.closed = false;
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** The template with a gate in the first letter's way; the gate's branch lies above the letter's, so n8n runs it first. */
function withGate(workflow: WorkflowJson, url: string): WorkflowJson {
	const nodes = workflow.nodes.map((node) => (node.name === 'May letter 1 go?' ? { ...node, parameters: { ...node.parameters, options: { ...(node.parameters.options as object), messagesPerRun: PER_RUN } } } : node));
	const policy = workflow.nodes.find((node) => node.name === 'May letter 1 go?') as unknown as { position: [number, number] };
	const gate = { id: 'gate', name: 'Gate', type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, position: [policy.position[0] + 200, policy.position[1] - 900], executeOnce: true, parameters: { url, options: {} } };
	const connections = structuredClone(workflow.connections) as Record<string, { main: { node: string; type: string; index: number }[][] }>;
	connections['May letter 1 go?']!.main[0]!.unshift({ node: 'Gate', type: 'main', index: 0 });
	return { ...workflow, nodes: [...nodes, gate], connections };
}

let gate: Gate;
let world: CampaignWorld;

beforeAll(async () => {
	gate = await Gate.open();
	world = await CampaignWorld.open('abandoned-cart', { change: (template) => withGate(template, gate.url) });
});
afterAll(async () => {
	await gate?.close();
	await world?.close();
});

/** Carts are left, the debounce passes, everybody stands at the first wait. */
async function standAtFirstWait(people: readonly Shopper[], round: string): Promise<void> {
	await world.leaveCarts(people, round);
	await world.advance(11 * MINUTE);
	await world.until(`${people.length} stand at the first wait`, async () => (await world.waitingAt('wait-for-order')) === people.length);
	await world.quiet();
}

/** After a kill: n8n is up again and the lease of what it had in its hands is over. */
async function upAgain(): Promise<void> {
	await world.n8n.up();
	await world.advance(2 * MINUTE);
}

test('200 carts, 80 orders: the other 120 get one mail each, less those without consent and those over the cap', async () => {
	const people = shoppers('a', 200);
	const buyers = people.slice(0, 80);
	const mute = people.slice(80, 100);
	const tired = people.slice(100, 110);
	const bad = people[150] as Shopper;
	await world.know(people, (one) => !mute.includes(one));
	const { now } = await world.store.run('store.info', {});
	await world.store.run('messages.record', {
		items: tired.flatMap((one) => [1, 2, 3].map((days) => ({ ref: { customerId: one.id }, channel: 'email', result: 'sent' as const, at: now - days * DAY }))),
	});
	world.sink.refused.add(bad.email);

	await standAtFirstWait(people, 'first');
	await world.leaveCarts(people, 'first');
	expect(await world.waitingAt('wait-for-order')).toBe(200);

	await world.n8n.kill();
	await world.n8n.up();
	await world.n8n.rest.unpublish(world.journeyId);
	await world.n8n.rest.publish(world.journeyId);
	await world.leaveCarts(people, 'first');
	await world.order(buyers);
	expect(await world.waitingAt('wait-for-order')).toBe(120);

	await world.advance(HOUR);
	await world.until('89 mails have come', () => world.sink.mails.length >= 89);
	await world.sink.settle(89, { withinMs: 1_000 });
	await world.quiet();

	const lucky = people.slice(110).filter((one) => one !== bad);
	expect(world.mailCounts(lucky)).toEqual({ 1: 89 });
	expect(world.mailCounts([...buyers, ...mute, ...tired, bad])).toEqual({ 0: 111 });
	expect(world.sink.mails).toHaveLength(89);
	expect(await world.store.run('policy.unknown', { limit: 1000 })).toEqual([]);
	const failed = await world.store.run('customers.record', { ref: { customerId: bad.id } });
	expect(failed.messages).toMatchObject([{ state: 'released', results: ['failed'] }]);
	expect(world.sink.mails[0]?.html).toMatch(/href="http[^"]+\/webhook\/[^"]+"/);
});

test('kill -9 between Contact Policy and Send Email: only the interrupted hand-off is left open, and it is listed', async () => {
	const people = shoppers('b', 60);
	await world.know(people);
	await standAtFirstWait(people, 'second');
	gate.closed = true;
	const reached = gate.reached;
	await world.advance(HOUR);
	await world.until('an execution stands between Contact Policy and Send Email', () => gate.reached > reached);
	await world.n8n.kill();
	expect(world.mailCounts(people)).toEqual({ 0: 60 });
	gate.closed = false;
	await upAgain();
	await world.until('everybody outside the hand-off has a mail', () => (world.mailCounts(people)[1] ?? 0) >= 60 - PER_RUN);
	await world.quiet();
	await checkHandOffs(world, people, { kills: 1, perRun: PER_RUN, mailedUnreported: 0 });
});

test('kill -9 half-way through Send Email: nobody gets two, the rest of the run is listed', async () => {
	const people = shoppers('c', 60);
	await world.know(people);
	await standAtFirstWait(people, 'third');
	const before = world.sink.mails.length;
	let held = false;
	world.sink.beforeAccept = async () => {
		if (world.sink.mails.length - before < PER_RUN / 2) return;
		held = true;
		while (held) await pause(20);
	};
	await world.advance(HOUR);
	await world.until('half of a run has been accepted', () => held);
	await world.n8n.kill();
	world.sink.beforeAccept = () => {};
	held = false;
	await upAgain();
	await world.until('everybody outside the hand-off has a mail', () => (world.mailCounts(people)[1] ?? 0) >= 60 - PER_RUN);
	await world.quiet();
	await checkHandOffs(world, people, { kills: 1, perRun: PER_RUN, mailedUnreported: PER_RUN / 2 });
});
