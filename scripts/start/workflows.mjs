/** What `npm start` puts into its n8n: the abandoned-cart template, a way in for orders, and their credentials. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.mjs';

const template = path.join(root, 'templates', 'abandoned-cart', 'workflow.json');
const ours = 'n8n-nodes-customer-journeys';

/** The template takes carts in; what is bought comes in here. */
const ordersWorkflow = {
	name: 'Sample shop: orders come in',
	settings: { saveDataSuccessExecution: 'none' },
	nodes: [
		{
			id: 'sample-shop-orders-in',
			webhookId: 'sample-shop-orders',
			name: 'An order',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			parameters: { httpMethod: 'POST', path: 'sample-shop-orders', authentication: 'headerAuth', responseMode: 'lastNode', options: {} },
		},
		{
			id: 'sample-shop-orders-store',
			name: 'Record order',
			type: `${ours}.customerData`,
			typeVersion: 1,
			position: [240, 0],
			parameters: { resource: 'order', operation: 'record', takeFrom: 'item' },
		},
	],
	connections: { 'An order': { main: [[{ node: 'Record order', type: 'main', index: 0 }]] } },
};

/**
 * Makes the workflows that are not there yet and publishes them; what a person has changed since stays as it is.
 * @param {import('../n8n/rest.mjs').N8nRest} rest
 * @param {number} smtpPort of the mail page
 * @returns {Promise<{ journeyId: string, send: (what: 'cart' | 'order', body: object) => Promise<{ status: number, body: unknown }> }>}
 */
export async function setUpWorkflows(rest, smtpPort) {
	const journey = JSON.parse(readFileSync(template, 'utf8'));
	const key = { name: 'x-shop-key', value: randomBytes(16).toString('hex') };
	const credentials = {
		smtp: await credential(rest, 'Mail page of npm start', 'smtp', { host: '127.0.0.1', port: smtpPort, secure: false, disableStartTls: true, user: '', password: '', hostName: '' }),
		httpHeaderAuth: await credential(rest, 'Sample shop of npm start', 'httpHeaderAuth', key),
	};
	const present = await rest.workflows();
	const ids = [];
	for (const workflow of [withCredentials(forDemo(journey), credentials), withCredentials(ordersWorkflow, credentials)]) {
		const { id } = present.find(({ name }) => name === workflow.name) ?? (await rest.createWorkflow(workflow));
		await rest.publish(id);
		ids.push(id);
	}
	const paths = { cart: webhookPath(journey), order: webhookPath(ordersWorkflow) };
	return { journeyId: ids[0], send: (what, body) => rest.webhook(paths[what], body, { [key.name]: key.value }) };
}

/** The credential of that name with these data, made or brought up to date. */
async function credential(rest, name, type, data) {
	const present = (await rest.credentials()).find((one) => one.name === name);
	if (!present) return await rest.createCredential(name, type, data);
	await rest.request('PATCH', `/rest/credentials/${present.id}`, { name, type, data });
	return present;
}

/** The template as it is shipped, but a minute instead of an hour, for the person who watches. */
function forDemo(workflow) {
	const firstWait = workflow.nodes.find(({ type }) => type === `${ours}.journeyWait`);
	const nodes = workflow.nodes.map((node) => {
		if (node === firstWait) return { ...node, parameters: { ...node.parameters, ...oneMinute(node.parameters.waitFor) } };
		if (node.type === `${ours}.journeyTrigger`) return { ...node, parameters: { ...node.parameters, quietFor: 0 } };
		return node;
	});
	return { ...workflow, name: `${workflow.name} (sample shop, 1 minute)`, nodes };
}

function oneMinute(waitFor) {
	return waitFor === 'event' ? { timeoutAmount: 1, timeoutUnit: 'minutes' } : { amount: 1, unit: 'minutes' };
}

function withCredentials(workflow, { smtp, httpHeaderAuth }) {
	const chosen = (type, { id, name }) => ({ [type]: { id, name } });
	const nodes = workflow.nodes.map((node) => {
		if (node.type === 'n8n-nodes-base.emailSend') return { ...node, credentials: chosen('smtp', smtp) };
		if (node.type === 'n8n-nodes-base.webhook') return { ...node, credentials: chosen('httpHeaderAuth', httpHeaderAuth) };
		return node;
	});
	return { ...workflow, nodes };
}

function webhookPath({ name, nodes }) {
	const node = nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
	if (!node) throw new Error(`The workflow "${name}" has no webhook to send to.`);
	return node.parameters.path;
}
