import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { confirmPage, type ConfirmState } from './confirmPage';
import { withStore } from './storeAccess';
import { pageLanguage, unsubscribePage, type PageLanguage, type UnsubscribeState } from './unsubscribePage';
import { CONFIRM_PARAMETER, TOKEN_PARAMETER } from './unsubscribeUrl';
import { wakeLoops } from './wake';

const STATUS: Record<UnsubscribeState, number> = { ask: 200, done: 200, bad_link: 400, expired_link: 410, unknown_customer: 200, try_later: 503, bad_click: 400, expired_click: 410 };

const CONFIRM_STATUS: Record<ConfirmState, number> = { ask: 200, done: 200, withdrawn: 409, bad_link: 400, expired_link: 410, unknown_customer: 410, try_later: 503 };

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
 * GET shows a page with a button, so that a mail scanner that follows links unsubscribes and subscribes nobody; POST acts: the
 * button, or a mail program's one click (RFC 8058, `List-Unsubscribe=One-Click`). No execution is started.
 */
export async function serveUnsubscribePage(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const act = context.getRequestObject().method === 'POST';
	const { [TOKEN_PARAMETER]: token, [CONFIRM_PARAMETER]: confirmation } = context.getQueryData() as Record<string, unknown>;
	const language = pageLanguage(context.getHeaderData()['accept-language'] as string | undefined);
	const { status, page } = typeof confirmation === 'string' ? await confirming(context, confirmation, act, language) : await unsubscribing(context, typeof token === 'string' ? token : '', act, language);
	context.getResponseObject().status(status).set(PAGE_HEADERS).send(page);
	return { noWebhookResponse: true };
}

interface Served {
	status: number;
	page: string;
}

async function unsubscribing(context: IWebhookFunctions, token: string, withdraw: boolean, language: PageLanguage): Promise<Served> {
	const { state, channel, purpose } = await answerTo(context, token, withdraw);
	return { status: STATUS[state], page: unsubscribePage(state, language, channel, purpose) };
}

async function confirming(context: IWebhookFunctions, token: string, confirm: boolean, language: PageLanguage): Promise<Served> {
	try {
		return await withStore(context, async (store): Promise<Served> => {
			const answer = await store.run('links.confirm', { token, confirm });
			if (!answer.ok) return { status: CONFIRM_STATUS[answer.reason], page: confirmPage(answer.reason, language) };
			// The yes may start a journey.
			if (confirm) wakeLoops((await store.store()).storeId);
			return { status: 200, page: confirmPage(confirm ? 'done' : 'ask', language, answer.channel, answer.purpose) };
		});
	} catch (error) {
		context.logger.error(`The confirmation page of "${context.getNode().name}" could not reach its customer store: ${(error as Error).message}`);
		return { status: CONFIRM_STATUS.try_later, page: confirmPage('try_later', language) };
	}
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
