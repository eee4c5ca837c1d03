/** What `npm start` puts into its n8n: the shop's webhooks, the abandoned-cart template, and the way to the mail page. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.mjs';

const template = path.join(root, 'templates', 'abandoned-cart', 'workflow.json');
const prefix = 'n8n-nodes-customer-journeys';

/** What happens in the shop comes in here: two webhooks, two Customer Data nodes. */
const shopWorkflow = {
	name: 'Sample shop: what happens in it',
	settings: { saveDataSuccessExecution: 'none' },
	nodes: [...intake('event', 'A cart, a visit', 0), ...intake('order', 'An order', 220)],
	connections: { ...wire('A cart, a visit', 'Track event'), ...wire('An order', 'Record order') },
};

/**
 * Makes the workflows that are not there yet and publishes them; what a person has changed since stays as it is.
 * @param {import('../n8n/rest.mjs').N8nRest} rest
 * @param {number} smtpPort of the mail page
 * @returns {Promise<{ journeyId: string }>}
 */
export async function setUpWorkflows(rest, smtpPort) {
	const smtp = await smtpCredential(rest, smtpPort);
	const present = await rest.workflows();
	const shop = present.find(({ name }) => name === shopWorkflow.name) ?? (await rest.createWorkflow(shopWorkflow));
	const journey = demoJourney(JSON.parse(readFileSync(template, 'utf8')), smtp);
	const saved = present.find(({ name }) => name === journey.name) ?? (await rest.createWorkflow(journey));
	for (const { id } of [saved, shop]) await rest.publish(id);
	return { journeyId: saved.id };
}

async function smtpCredential(rest, port) {
	const name = 'Mail page of npm start';
	const data = { host: '127.0.0.1', port, secure: false, disableStartTls: true, user: '', password: '', hostName: '' };
	const present = (await rest.credentials()).find((credential) => credential.name === name);
	if (!present) return await rest.createCredential(name, 'smtp', data);
	await rest.request('PATCH', `/rest/credentials/${present.id}`, { name, type: 'smtp', data });
	return present;
}

/** The template as it is shipped, but for the person who watches: a minute instead of an hour, and mails to the page. */
function demoJourney(workflow, smtp) {
	const nodes = workflow.nodes.map((node) => {
		if (node.type === 'n8n-nodes-base.emailSend') return { ...node, credentials: { smtp: { id: smtp.id, name: smtp.name } } };
		if (node.type === `${prefix}.journeyTrigger`) return { ...node, parameters: { ...node.parameters, quietFor: 0 } };
		return node;
	});
	const firstWait = nodes.find((node) => node.type === `${prefix}.journeyWait`);
	if (!firstWait) throw new Error(`The template ${template} has no Journey Wait.`);
	firstWait.parameters = { ...firstWait.parameters, ...oneMinute(firstWait.parameters.waitFor) };
	return { ...workflow, name: `${workflow.name} (sample shop, 1 minute)`, nodes };
}

function oneMinute(waitFor) {
	return waitFor === 'event' ? { timeoutAmount: 1, timeoutUnit: 'minutes' } : { amount: 1, unit: 'minutes' };
}

function intake(kind, webhookName, y) {
	const customerData = { event: { name: 'Track event', operation: 'track' }, order: { name: 'Record order', operation: 'record' } }[kind];
	return [
		{
			id: `shop-${kind}-in`,
			webhookId: `shop-${kind}`,
			name: webhookName,
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, y],
			parameters: { httpMethod: 'POST', path: `shop-${kind}`, responseMode: 'lastNode', options: {} },
		},
		{
			id: `shop-${kind}-store`,
			name: customerData.name,
			type: `${prefix}.customerData`,
			typeVersion: 1,
			position: [240, y],
			parameters: { resource: kind, operation: customerData.operation, takeFrom: 'item' },
		},
	];
}

function wire(from, to) {
	return { [from]: { main: [[{ node: to, type: 'main', index: 0 }]] } };
}
