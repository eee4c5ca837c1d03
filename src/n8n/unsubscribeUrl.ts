import { NodeHelpers, type IExecuteFunctions } from 'n8n-workflow';

export const UNSUBSCRIBE_PATH = 'unsubscribe';
export const TOKEN_PARAMETER = 't';

/**
 * Makes links of tokens.
 * @param page address of another page that takes the token as `t`; empty: the node's own webhook
 */
export function unsubscribeUrl(context: IExecuteFunctions, page: string): (token: string) => string {
	const address = page || NodeHelpers.getNodeWebhookUrl(webhookBase(context), String(context.getWorkflow().id), context.getNode(), UNSUBSCRIBE_PATH, false);
	return (token) => {
		const url = new URL(address);
		url.searchParams.set(TOKEN_PARAMETER, token);
		return url.href;
	};
}

/**
 * Where this n8n takes production webhooks, such as `https://n8n.example/webhook`. An execution is told the address of its
 * own waiting webhook, `<base>/webhook-waiting/<execution>`, which has the same base.
 */
function webhookBase(context: IExecuteFunctions, env: NodeJS.ProcessEnv = process.env): string {
	const resume = new URL(String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0)));
	const path = resume.pathname.split('/').slice(0, -2).join('/');
	return `${resume.origin}${path}/${env.N8N_ENDPOINT_WEBHOOK ?? 'webhook'}`;
}
