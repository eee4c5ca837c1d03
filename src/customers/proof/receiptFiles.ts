import { consentStatus } from '../../policy/consent';
import type { MessageLine, ProofFile, Receipt } from './contract';
import { plainText, quote, table, when } from './markdown';

/** What a lawyer reads of consents and messages, and the same as data. */
export function receiptFiles(about: string, storeId: string, receipts: readonly Receipt[], messages: readonly MessageLine[], atMs: number): ProofFile[] {
	const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
	const json = {
		about,
		storeId,
		madeAt: iso(atMs),
		consents: receipts.map((one, index) => ({ receipt: index + 1, ...one, at: iso(one.at), recordedAt: iso(one.recordedAt), expiresAt: iso(one.expiresAt) })),
		messages: messages.map((one) => ({ ...one, at: iso(one.at) })),
	};
	return [
		{ name: 'consents.md', mimeType: 'text/markdown', content: consentsText(about, storeId, receipts, atMs) },
		{ name: 'messages.md', mimeType: 'text/markdown', content: messagesText(about, storeId, messages, atMs) },
		{ name: 'consents-and-messages.json', mimeType: 'application/json', content: `${JSON.stringify(json, null, 2)}\n` },
	];
}

function consentsText(about: string, storeId: string, receipts: readonly Receipt[], atMs: number): string {
	const subjects = [...new Map(receipts.map((one) => [`${one.channel}/${one.purpose}`, one])).values()];
	const standing = subjects.map(({ channel, purpose }) => [channel, purpose, STATUS[consentStatus(receipts.filter((one) => one.channel === channel && one.purpose === purpose), atMs)]]);
	return `# Consents of customer ${plainText(about)}

From the customer store ${storeId}, ${when(atMs)}. Answers are only ever added: an answer is neither changed nor removed by a later one. The latest answer on a channel and purpose holds; a confirmation that is still awaited ends nothing.

## What holds now

${standing.length === 0 ? 'No answer is on record.' : table(['Channel', 'Purpose', 'Now'], standing)}

## Receipts

${receipts.length === 0 ? 'None.' : receipts.map(receiptText).join('\n\n')}
`;
}

const STATUS = { granted: 'granted', denied: 'refused or withdrawn', pending: 'asked, not confirmed', missing: 'none, or expired' };

function receiptText(one: Receipt, index: number): string {
	const lines = [
		`### Receipt ${index + 1}: ${one.channel} / ${one.purpose}: ${STATUS[one.status]}`,
		'',
		table(
			['', ''],
			[
				['Answered', when(one.at)],
				['Recorded', when(one.recordedAt)],
				['Valid until', one.expiresAt === null ? 'a later answer' : when(one.expiresAt)],
				['Given at', plainText(one.source)],
				['Proof', plainText(one.proof)],
				['Wording', plainText(one.wordingId)],
				['Hash of the text', plainText(one.wordingHash)],
			],
		),
	];
	return one.wordingText === null ? lines.join('\n') : [...lines, '', quote(one.wordingText)].join('\n');
}

function messagesText(about: string, storeId: string, messages: readonly MessageLine[], atMs: number): string {
	const rows = messages.map((one) => [when(one.at), one.channel, one.class, plainText(one.category), one.state, one.receipt === null ? '-' : `receipt ${one.receipt}`, plainText(one.policyVersion), plainText(one.key)]);
	return `# Messages to customer ${plainText(about)}

From the customer store ${storeId}, ${when(atMs)}. Each message with the answer that held on its channel and purpose when it was decided; transactional messages ask for none. "handed\\_off": given to the sender; "committed": reported as sent; "released": not sent.

${rows.length === 0 ? 'None.' : table(['When', 'Channel', 'Kind', 'Category', 'State', 'Answer in force', 'Policy', 'Key'], rows)}
`;
}
