import type { WorkflowJson } from './n8n';

export const HEADER = { name: 'x-shop-key', value: 'e2e' };
export const BASIC = { user: 'sender', password: 'e2e' };
const SECRETS = { [HEADER.name]: HEADER.value };
const SIGNED_IN = { authorization: `Basic ${Buffer.from(`${BASIC.user}:${BASIC.password}`).toString('base64')}` };

/** A call of a webhook, with every password that a template may ask for. */
export function posted({ parameters }: WorkflowJson['nodes'][number], body: unknown): RequestInit {
	const method = String(parameters.httpMethod ?? 'GET');
	const text = typeof body === 'string';
	return { method, headers: { ...SECRETS, ...SIGNED_IN, 'content-type': text ? 'text/plain' : 'application/json' }, body: method === 'GET' ? undefined : text ? body : JSON.stringify(body) };
}

/** n8n's form page sends its fields by their place. */
export function filledForm(fields: Record<string, string>): RequestInit {
	const data = new FormData();
	Object.values(fields).forEach((value, index) => data.append(`field-${index}`, value));
	return { method: 'POST', headers: SIGNED_IN, body: data };
}

/** A credential as a node names it. */
export interface Chosen {
	id: string;
	name: string;
}

const WANTS: Readonly<Record<string, readonly string[]>> = {
	'n8n-nodes-base.emailSend': ['smtp'],
	'n8n-nodes-base.webhook': ['httpHeaderAuth', 'httpBasicAuth'],
	'n8n-nodes-base.formTrigger': ['httpBasicAuth'],
};

/** The template with its credentials chosen, and each letter's subject naming the node that sent it. */
export function readyToRun(workflow: WorkflowJson, credentials: Readonly<Record<string, Chosen>>): WorkflowJson {
	const nodes = workflow.nodes.map((node) => {
		const wanted = node.type.startsWith('n8n-nodes-customer-journeys.') ? ['customerStoreApi'] : (WANTS[node.type] ?? []);
		const chosen = wanted.length > 0 ? { ...node, credentials: Object.fromEntries(wanted.map((type) => [type, credentials[type]])) } : node;
		if (node.type !== 'n8n-nodes-base.emailSend') return chosen;
		const subject = String(node.parameters.subject).replace(/^(=?)/, `$1[[${node.name}]] `);
		return { ...chosen, parameters: { ...node.parameters, subject } };
	});
	return { ...workflow, nodes };
}
