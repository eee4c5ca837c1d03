import type { IExecuteFunctions } from 'n8n-workflow';
import { JourneyError } from '../../core/errors';
import { checkCall, type SignatureKey } from '../../ingest/mailSignatures/checkCall';
import type { OneTimeToken } from '../../ingest/mailSignatures/mailgun';
import type { SignedCall } from '../../ingest/mailSignatures/signedCall';
import { isObject } from '../../ingest/shapes/foreign';
import type { StoreHandle } from '../storeRegistry';

/** Where n8n's Webhook node puts the text of a call with its option *Raw Body*. */
const RAW = 'data';
const TOKENS_AT_ONCE = 1_000;

/**
 * Checks the signatures of all items of a run before anything is taken in.
 * @param keyOf how the item's sender signs; undefined: it is not checked. May throw for this item alone
 * @param nowMs by the store's clock, UTC milliseconds
 * @returns throws for an item whose signature does not fit
 */
export async function signatureChecks(context: IExecuteFunctions, store: StoreHandle, keyOf: (index: number) => SignatureKey | undefined, nowMs: number): Promise<(index: number) => void> {
	const problems = new Map<number, unknown>();
	const tokens: { index: number; token: OneTimeToken }[] = [];
	for (const [index] of context.getInputData().entries()) {
		try {
			const key = keyOf(index);
			const token = key && checkCall(await callOf(context, index), key, nowMs);
			if (token) tokens.push({ index, token });
		} catch (error) {
			problems.set(index, error);
		}
	}
	for (let from = 0; from < tokens.length; from += TOKENS_AT_ONCE) {
		const piece = tokens.slice(from, from + TOKENS_AT_ONCE);
		const usable = await store.run('messages.useTokens', { tokens: piece.map(({ token }) => token) });
		piece.forEach(({ index }, place) => {
			if (!usable[place]) problems.set(index, new JourneyError('bad_signature', 'The signature of Mailgun was used for another report before: somebody sent a copy of it. Nothing of it was recorded.'));
		});
	}
	return (index) => {
		if (problems.has(index)) throw problems.get(index);
	};
}

async function callOf(context: IExecuteFunctions, index: number): Promise<SignedCall> {
	const { json, binary } = context.getInputData()[index];
	const raw = binary?.[RAW] ? await context.helpers.getBinaryDataBuffer(index, RAW) : undefined;
	return isObject(json.headers) ? { headers: json.headers, body: json.body, raw } : { headers: {}, body: json, raw };
}
