import { timed, until } from './benchN8n.mjs';

/** Longer than the minute within which n8n keeps waits in memory, and long enough to park everybody. */
const WAIT_MS = 150_000;
const CALLS_AT_A_TIME = 10;
const ENDED = new Set(['success', 'error', 'crashed', 'canceled']);

const workflow = (resumeAt) => ({
	name: "n8n's own Wait",
	settings: { saveDataSuccessExecution: 'none' },
	nodes: [
		{ id: 'enter', webhookId: 'bench-enter', name: 'Enter', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], parameters: { httpMethod: 'POST', path: 'bench-enter', options: {} } },
		{ id: 'wait', webhookId: 'bench-wait', name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1, position: [200, 0], parameters: { resume: 'specificTime', dateTime: new Date(resumeAt).toISOString() } },
		{ id: 'done', name: 'Done', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [400, 0], parameters: {} },
	],
	connections: { Enter: { main: [[{ node: 'Wait', type: 'main', index: 0 }]] }, Wait: { main: [[{ node: 'Done', type: 'main', index: 0 }]] } },
});

/** One webhook call and one execution for each customer, all of which wait until the same instant. */
export async function ownWait(n8n, executions) {
	const resumeAt = Date.now() + WAIT_MS;
	const id = await n8n.publish(workflow(resumeAt));
	const parked = await timed(executions, async () => {
		await call(n8n, executions);
		await until('all executions wait', () => n8n.executions(id).waiting === executions);
	});
	if (Date.now() > resumeAt) throw new Error(`It took n8n ${Math.round(parked.seconds)} s to park ${executions} executions; give it fewer.`);
	await until('the waits are over', () => Date.now() >= resumeAt);
	const released = await timed(executions, () => until('all executions have ended', () => Object.keys(n8n.executions(id)).every((status) => ENDED.has(status))));
	n8n.mustBeDone(id);
	await n8n.rest.unpublish(id);
	return { parked, released };
}

async function call(n8n, executions) {
	let next = 0;
	const caller = async () => {
		while (next < executions) {
			const customer = `c${next++}`;
			const { status } = await n8n.rest.webhook('bench-enter', { customer: { id: customer, email: `${customer}@example.com` }, cart_id: `cart-${customer}`, total: '40.00', currency: 'EUR' });
			if (status !== 200) throw new Error(`n8n answered ${status}.`);
		}
	};
	await Promise.all(Array.from({ length: CALLS_AT_A_TIME }, caller));
}
