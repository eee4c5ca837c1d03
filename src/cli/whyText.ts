import type { ExplainedMessage, ExplainedMessages } from '../policy/why/contract';
import { traceText } from './decisionText';
import { instantText } from './words';

/** Ways to have sent a message that are shown to a person; --json shows more. */
const OPTIONS = 3;

/** `customer --why` for a person: a heading per message, what it was told before, the checks, and what would have sent it. */
export function whyText({ messages }: ExplainedMessages): string {
	if (messages.length === 0) return 'Why\nNo message was asked for in this time.\n';
	return `Why\n${messages.map(messageText).join('')}`;
}

function messageText(message: ExplainedMessage): string {
	const { decidedAt, channel, category, journey, text, trace, heldBefore, counterfactual } = message;
	const what = `${channel}${category ? ` (${category})` : ''}${journey === null ? '' : ` in ${journey}`}`;
	const before = heldBefore.map((hold) => `before, ${instantText(hold.at)}: ${hold.text}`);
	const changes = counterfactual === null ? [] : counterfactual.options.length === 0 ? [counterfactual.text] : counterfactual.options.slice(0, OPTIONS).map((option) => option.text);
	const lines = [...before, ...traceText(trace), ...changes.map((line, place) => (place === 0 ? line : `Or: ${line.charAt(0).toLowerCase()}${line.slice(1)}`))];
	return `  ${instantText(decidedAt)}, ${what}: ${text}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
