import type { CampaignWorld, Shopper } from './campaign';
import type { WorkflowJson } from './n8n';

/** The template with so many messages per run in Contact Policy, so that several executions are needed. */
export function withMessagesPerRun(workflow: WorkflowJson, messagesPerRun: number): WorkflowJson {
	const nodes = workflow.nodes.map((node) => (node.name === 'May letter 1 go?' ? { ...node, parameters: { ...node.parameters, options: { ...(node.parameters.options as object), messagesPerRun } } } : node));
	return { ...workflow, nodes };
}

/** Keys of the store's list of hand-offs that nobody knows the end of, by customer. */
export async function unknownOf(world: CampaignWorld, people: readonly Shopper[]): Promise<Set<string>> {
	const ids = new Set(people.map((one) => one.id));
	return new Set((await world.store.run('policy.unknown', { limit: 1000 })).map((one) => one.customer).filter((id) => ids.has(id)));
}

/**
 * The sum is right after kills: everybody has one mail or none; who has none is listed as unknown; the list is no longer
 * than one run a kill, and holds nobody else but those whose mail went out unreported. Prints the figures.
 * @param options `mailedUnreported`: mails that may have been accepted in the runs that were cut off; default: all of them
 */
export async function checkHandOffs(world: CampaignWorld, people: readonly Shopper[], { kills, perRun, mailedUnreported = kills * perRun }: { kills: number; perRun: number; mailedUnreported?: number }): Promise<void> {
	await world.sink.settle(0, { withinMs: 0 });
	const counts = world.mailCounts(people);
	const mails = world.sink.counts();
	const unknown = await unknownOf(world, people);
	const without = people.filter((one) => !mails.has(one.email));
	const lost = without.filter((one) => !unknown.has(one.id));
	const twice = people.filter((one) => (mails.get(one.email) ?? 0) > 1);
	process.stdout.write(`kill -9, ${kills} times: ${people.length} customers, ${counts[1] ?? 0} with one mail, ${twice.length} with two, ${without.length} with none, ${lost.length} lost, ${unknown.size} listed as unknown (at most ${kills * perRun})\n`);
	expect(twice.map((one) => one.id)).toEqual([]);
	expect(lost.map((one) => one.id)).toEqual([]);
	expect(unknown.size).toBeLessThanOrEqual(kills * perRun);
	// One more a kill: accepted by the mail server, cut off before the answer came.
	expect(unknown.size - without.length).toBeLessThanOrEqual(mailedUnreported + kills);
}
