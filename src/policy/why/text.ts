import { DateTime } from 'luxon';
import type { ExplainedMessage, ExplainedMessages } from './contract';

/** Other ways named beside the smallest change. */
const OTHERS = 2;

/** The explanation of all messages for a letter to a colleague or an answer in a chat: plain sentences, the newest message first. */
export function explanationText({ asOf, since, customer, timeZone, messages }: Omit<ExplainedMessages, 'text'>): string {
	const days = Math.round((asOf - since) / 86_400_000);
	if (messages.length === 0) return `Customer ${customer}: no message was asked for in the last ${days} days.`;
	const counts = (['sent', 'held', 'dropped'] as const).map((outcome) => `${messages.filter((message) => message.outcome === outcome).length} ${outcome}`);
	const head = `Customer ${customer}, messages of the last ${days} days: ${counts.join(', ')}.`;
	return [head, ...messages.map((message) => paragraph(message, timeZone ?? 'UTC'))].join('\n\n');
}

function paragraph(message: ExplainedMessage, zone: string): string {
	const { channel, category, journey, askedAt, heldBefore, text, counterfactual } = message;
	const what = `${dateWords(askedAt, zone)}, ${channel}${category ? ` (${category})` : ''}${journey === null ? '' : ` in the journey "${journey}"`}:`;
	const before = heldBefore.map((hold) => `${hold.text} Then it was looked at again.`);
	const others = (counterfactual?.options ?? []).slice(1, 1 + OTHERS).map((option) => `Or: ${lowerFirst(option.text)}`);
	return [what, ...before, text, ...(counterfactual ? [counterfactual.text, ...others] : [])].join(' ');
}

function dateWords(ms: number, zone: string): string {
	const time = DateTime.fromMillis(ms, { zone, locale: 'en-GB' });
	return time.toFormat('cccc d LLLL yyyy, H:mm');
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
