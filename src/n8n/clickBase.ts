import type { IExecuteFunctions } from 'n8n-workflow';
import { ownWebhook, TOKEN_PARAMETER } from './unsubscribeUrl';

const CLICK_PATH = 'click';
export const TARGET_PARAMETER = 'u';

/** What stands before an address in a letter: `{{ $json.policy.clickBase }}` and then the address, encoded. */
export function clickBase(context: IExecuteFunctions, token: string): string {
	const url = new URL(ownWebhook(context, CLICK_PATH));
	url.searchParams.set(TOKEN_PARAMETER, token);
	return `${url.href}&${TARGET_PARAMETER}=`;
}
