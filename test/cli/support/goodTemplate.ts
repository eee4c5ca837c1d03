import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = Record<string, unknown>;
interface Node extends Json {
	name: string;
	parameters: Json;
}
export interface Workflow extends Json {
	nodes: Node[];
	connections: Record<string, { main: ({ node: string; type: string; index: number }[] | null)[] }>;
	settings: Json;
	meta: Json;
}

const wire = (...outputs: (string | null)[]) => ({ main: outputs.map((node) => (node === null ? null : [{ node, type: 'main', index: 0 }])) });

/** A small template without a fault; each test breaks one thing. */
export function goodWorkflow(): Workflow {
	const node = (name: string, type: string, parameters: Json = {}, more: Json = {}): Node => ({ id: name, name, type, typeVersion: 1, position: [0, 0], parameters, ...more });
	const ours = (type: string) => `n8n-nodes-customer-journeys.${type}`;
	return {
		name: 'Abandoned cart',
		nodes: [
			node('What it does', 'n8n-nodes-base.stickyNote', { content: '## Abandoned cart\nFor shops.\n1. Choose a sender\n2. Write the letter\n3. Publish' }),
			node('Section', 'n8n-nodes-base.stickyNote', { content: 'Wait for an order' }),
			node('Cart left', ours('journeyTrigger'), { more: { journeyKey: 'abandoned-cart' } }),
			node('Settings', 'n8n-nodes-base.set', { brand: 'Acme' }),
			node('Wait', ours('journeyWait'), { more: { stepKey: 'wait' } }),
			node('May we?', ours('contactPolicy'), { more: { stepKey: 'policy' } }),
			node(
				'Send Email',
				'n8n-nodes-base.emailSend',
				{ toEmail: '={{ $json.customer.email }}', emailFormat: 'text', text: '=Your cart. Stop: {{ $json.policy.unsubscribeUrl }}', options: { appendAttribution: false } },
				{ onError: 'continueErrorOutput' },
			),
			node('Sent', ours('customerData'), { resource: 'message' }),
			node('Failed', ours('customerData'), { resource: 'message', messageResult: 'failed' }),
		],
		connections: {
			'Cart left': wire('Settings'),
			Settings: wire('Wait'),
			Wait: wire('May we?'),
			'May we?': wire('Send Email', null),
			'Send Email': wire('Sent', 'Failed'),
		},
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
		meta: { templateCredsSetupCompleted: false },
	};
}

/** A PNG's signature and header chunk: as much as says how wide it is. */
export function pngHeader(width: number): Buffer {
	const header = Buffer.alloc(33);
	header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	header.writeUInt32BE(13, 8);
	header.write('IHDR', 12, 'ascii');
	header.writeUInt32BE(width, 16);
	header.writeUInt32BE(400, 20);
	return header;
}

export const goodScenario = {
	clock: '2026-11-21T09:00:00Z',
	store: { customers: [{ customer: 'ann', email: 'ann@example.com' }], consents: [{ customer: 'ann', channel: 'email', status: 'granted' }] },
	steps: [{ at: 'PT0S', event: { customer: 'ann', type: 'cart_updated' } }],
	expect: [{ at: 'PT1H', customer: 'ann', channel: 'email', template: 'Send Email' }],
};

export const goodReadme = `# Abandoned cart\n\nReminds a customer of the cart they left, once, when the policy of the shop allows it, and stops at the order. ${'It is for shops that sell by mail. '.repeat(4)}\n`;

/** Writes a template's folder; an absent part is not written. */
export function writeTemplate(folder: string, parts: { workflow?: unknown; readme?: string; scenario?: unknown; cover?: Buffer } = {}): string {
	const whole = { workflow: goodWorkflow() as unknown, readme: goodReadme, scenario: goodScenario as unknown, cover: pngHeader(1200), ...parts };
	mkdirSync(folder, { recursive: true });
	if (whole.workflow !== undefined) writeFileSync(join(folder, 'workflow.json'), typeof whole.workflow === 'string' ? whole.workflow : JSON.stringify(whole.workflow));
	if (whole.readme !== undefined) writeFileSync(join(folder, 'README.md'), whole.readme);
	if (whole.scenario !== undefined) writeFileSync(join(folder, 'scenario.json'), typeof whole.scenario === 'string' ? whole.scenario : JSON.stringify(whole.scenario));
	if (whole.cover !== undefined) writeFileSync(join(folder, 'cover.png'), whole.cover);
	return folder;
}
