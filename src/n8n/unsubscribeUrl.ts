import { NodeHelpers, type IExecuteFunctions } from 'n8n-workflow';
import { JourneyError } from '../core/errors';

const UNSUBSCRIBE_PATH = 'unsubscribe';
export const TOKEN_PARAMETER = 't';
/** Of links that confirm a consent; the node's own webhook serves them beside the others. */
export const CONFIRM_PARAMETER = 'c';

/**
 * Makes links of tokens.
 * @param page address of another page that takes the token as `t`; empty: the node's own webhook
 * @throws JourneyError `bad_input` for an address that is none: before a message is let out, which would then have no link
 */
export function unsubscribeUrl(context: IExecuteFunctions, page: string): (token: string) => string {
	const address = page ? pageAddress(page) : new URL(ownPage(context));
	return (token) => {
		const url = new URL(address);
		url.searchParams.set(TOKEN_PARAMETER, token);
		return url.href;
	};
}

/** Makes confirmation links of tokens; they lead to the node's own page. */
export function confirmUrl(context: IExecuteFunctions): (token: string) => string {
	return (token) => {
		const url = new URL(ownPage(context));
		url.searchParams.set(CONFIRM_PARAMETER, token);
		return url.href;
	};
}

function pageAddress(page: string): URL {
	const url = URL.canParse(page) ? new URL(page) : undefined;
	if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
	throw new JourneyError('bad_input', '"Unsubscribe Page" is no address of a page: write it in full, such as https://your-shop.example/unsubscribe, or leave it empty.', { field: 'Unsubscribe Page' });
}

function ownPage(context: IExecuteFunctions): string {
	return ownWebhook(context, UNSUBSCRIBE_PATH);
}

/** The address of one of the node's own pages in production. */
export function ownWebhook(context: IExecuteFunctions, path: string): string {
	return NodeHelpers.getNodeWebhookUrl(webhookBase(context), String(context.getWorkflow().id), context.getNode(), path, false);
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
