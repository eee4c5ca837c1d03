import type { WorkflowJson } from './n8n';

export const ASKED = 'Yes, send me offers by e-mail.';
export const SHOP_PAGE = 'https://shop.example/lamps?colour=blue&size=2';
const ELSEWHERE = 'https://elsewhere.example/';

const ours = (name: string) => `n8n-nodes-customer-journeys.${name}`;

/** A sign-up asks for a consent, and the letter that asks has every link there is. */
export const signUpWorkflow: WorkflowJson = {
	name: 'Sign up',
	settings: { saveDataSuccessExecution: 'all' },
	nodes: [
		{ id: 'sign-up', webhookId: 'sign-up', name: 'Sign-up', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], parameters: { httpMethod: 'POST', path: 'sign-up', authentication: 'headerAuth', responseMode: 'onReceived', options: {} } },
		{ id: 'body', name: 'Body', type: 'n8n-nodes-base.set', typeVersion: 3.4, position: [200, 0], parameters: { mode: 'raw', jsonOutput: '={{ $json.body }}', options: {} } },
		{ id: 'sign-up-policy', webhookId: 'sign-up-policy', name: 'May it go?', type: ours('contactPolicy'), typeVersion: 1, position: [400, 0], parameters: { category: 'consent', messageClass: 'transactional', options: { mailingKey: '={{ $json.letter }}', stepKey: 'sign-up' } } },
		{
			id: 'letter', name: 'Letter', type: 'n8n-nodes-base.emailSend', typeVersion: 2.1, position: [600, 0],
			parameters: {
				fromEmail: 'shop@example.com', toEmail: '={{ $json.customer.email }}', subject: 'Please confirm', emailFormat: 'html', options: { appendAttribution: false },
				html: `=<a id="confirm" href="{{ $json.policy.confirmUrl }}">Yes</a> <a id="unsubscribe" href="{{ $json.policy.unsubscribeUrl }}">No</a> <a id="shop" href="{{ $json.policy.clickBase }}{{ encodeURIComponent('${SHOP_PAGE}') }}">Shop</a> <a id="elsewhere" href="{{ $json.policy.clickBase }}{{ encodeURIComponent('${ELSEWHERE}') }}">Elsewhere</a>`,
			},
		},
	],
	connections: {
		'Sign-up': { main: [[{ node: 'Body', type: 'main', index: 0 }]] },
		Body: { main: [[{ node: 'May it go?', type: 'main', index: 0 }]] },
		'May it go?': { main: [[{ node: 'Letter', type: 'main', index: 0 }], []] },
	},
};

/** The links of a letter, by their ids, as a mail program shows them. */
export function linksOf(html: string): Record<'confirm' | 'unsubscribe' | 'shop' | 'elsewhere', string> {
	return Object.fromEntries([...html.matchAll(/<a id="(\w+)" href="([^"]*)"/g)].map(([, id, href]) => [id, href.replaceAll('&amp;', '&')])) as ReturnType<typeof linksOf>;
}
