import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { TARGET_PARAMETER } from './clickBase';
import { withStore } from './storeAccess';
import { pageLanguage, unsubscribePage } from './unsubscribePage';
import { TOKEN_PARAMETER } from './unsubscribeUrl';
import { PAGE_HEADERS } from './unsubscribeWebhook';

/** A click is counted when it is made: nothing on the way may remember where it led. */
const REDIRECT_HEADERS = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' };

/** Records the click and sends the reader on to the shop; a link that is not the shop's own ends at a page. No execution is started. */
export async function serveClickLink(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const query = context.getQueryData() as Record<string, unknown>;
	const response = context.getResponseObject();
	const answer = await answerTo(context, textOf(query[TOKEN_PARAMETER]), textOf(query[TARGET_PARAMETER]));
	if (answer.target !== undefined) {
		response.status(302).set({ ...REDIRECT_HEADERS, Location: answer.target }).end();
	} else {
		const language = pageLanguage(context.getHeaderData()['accept-language'] as string | undefined);
		response.status(answer.status).set(PAGE_HEADERS).send(unsubscribePage(answer.page, language));
	}
	return { noWebhookResponse: true };
}

type Answer = { target: string } | { target?: undefined; status: number; page: 'bad_click' | 'expired_click' | 'try_later' };

async function answerTo(context: IWebhookFunctions, token: string, target: string): Promise<Answer> {
	try {
		const answer = await withStore(context, async (store) => await store.run('links.click', { token, target }));
		if (answer.ok) return { target: answer.target };
		return answer.reason === 'expired_link' ? { status: 410, page: 'expired_click' } : { status: 400, page: 'bad_click' };
	} catch (error) {
		context.logger.error(`A click link of "${context.getNode().name}" could not reach its customer store: ${(error as Error).message}`);
		return { status: 503, page: 'try_later' };
	}
}

/** A parameter that is given twice is a list, and nobody's link. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
