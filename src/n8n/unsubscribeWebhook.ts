import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { withStore } from './storeAccess';
import { pageLanguage, unsubscribePage, type UnsubscribeState } from './unsubscribePage';
import { TOKEN_PARAMETER } from './unsubscribeUrl';
import { wakeLoops } from './wake';

const STATUS: Record<UnsubscribeState, number> = { ask: 200, done: 200, bad_link: 400, expired_link: 410, unknown_customer: 200, try_later: 503, bad_click: 400, expired_click: 410 };

export const PAGE_HEADERS = {
	'Content-Type': 'text/html; charset=utf-8',
	'Cache-Control': 'no-store',
	'Referrer-Policy': 'no-referrer',
	'X-Content-Type-Options': 'nosniff',
	'X-Robots-Tag': 'noindex',
	'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

interface Answer {
	state: UnsubscribeState;
	channel?: string;
	purpose?: string;
}

/**
 * GET shows a page with a button, so that a mail scanner that follows links unsubscribes nobody; POST withdraws: the button, or
 * a mail program's one click (RFC 8058, `List-Unsubscribe=One-Click`). No execution is started.
 */
export async function serveUnsubscribePage(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const withdraw = context.getRequestObject().method === 'POST';
	const { [TOKEN_PARAMETER]: token } = context.getQueryData() as Record<string, unknown>;
	const { state, channel, purpose } = await answerTo(context, typeof token === 'string' ? token : '', withdraw);
	const language = pageLanguage(context.getHeaderData()['accept-language'] as string | undefined);
	context.getResponseObject().status(STATUS[state]).set(PAGE_HEADERS).send(unsubscribePage(state, language, channel, purpose));
	return { noWebhookResponse: true };
}

async function answerTo(context: IWebhookFunctions, token: string, withdraw: boolean): Promise<Answer> {
	try {
		return await withStore(context, async (store): Promise<Answer> => {
			const answer = await store.run('links.unsubscribe', { token, withdraw });
			if (!answer.ok) return { state: answer.reason };
			// What was held for this customer is blocked now.
			if (withdraw) wakeLoops((await store.store()).storeId);
			return { state: withdraw ? 'done' : 'ask', channel: answer.channel, purpose: answer.purpose };
		});
	} catch (error) {
		context.logger.error(`The unsubscribe page of "${context.getNode().name}" could not reach its customer store: ${(error as Error).message}`);
		return { state: 'try_later' };
	}
}
