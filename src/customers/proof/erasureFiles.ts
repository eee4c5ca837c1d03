import { plainCell } from '../../core/plainCell';
import type { ErasureEntry, ProofFile } from './contract';
import { plainText, table, when } from './markdown';

/** What was destroyed, by the counts of the certificate. */
const CATEGORIES: readonly [count: string, english: string, russian: string][] = [
	['identities', 'identifiers and addresses (e-mail, phone, ids of other systems), name, birth date, language, time zone, attributes', 'идентификаторы и адреса (эл. почта, телефон, идентификаторы в других системах), имя, дата рождения, язык, часовой пояс, иные сведения'],
	['merged', 'profiles of customers who were merged into this one', 'профили объединённых с ним клиентов'],
	['events', 'content of events', 'содержание событий'],
	['subscriptions', 'ids and attributes of subscriptions', 'идентификаторы и сведения подписок'],
	['consents', 'source, wording and proof of consents', 'источник, формулировка и подтверждение согласий'],
	['journeys', 'journeys (ended)', 'сценарии (завершены)'],
	['waits', 'waiting messages and items', 'ожидающие сообщения и данные'],
	['decisions', 'content of decisions about messages', 'содержание решений о сообщениях'],
	['reservations', 'reserved messages (called off)', 'зарезервированные сообщения (отменены)'],
	['notes', 'notes', 'заметки'],
	['tasks', 'content of tasks', 'содержание задач'],
];

/**
 * The act of destruction and the extract of the journal, which 152-FZ asks for together (order 179 of Roskomnadzor of
 * 2022-10-28, points 3 to 6). Neither holds personal data: what only the operator knows is left to be written in by hand.
 */
export function erasureFiles(storeId: string, entry: ErasureEntry): ProofFile[] {
	const destroyed = CATEGORIES.filter(([count]) => (entry.counts[count] ?? 0) > 0);
	return [
		{ name: 'erasure-act.md', mimeType: 'text/markdown', content: act(storeId, entry, destroyed) },
		{ name: 'erasure-journal.csv', mimeType: 'text/csv', content: journal(storeId, entry, destroyed) },
		{ name: 'erasure.json', mimeType: 'application/json', content: `${JSON.stringify({ storeId, ...entry, erasedAt: new Date(entry.erasedAt).toISOString() }, null, 2)}\n` },
	];
}

const BLANK = '\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_';

function act(storeId: string, entry: ErasureEntry, destroyed: typeof CATEGORIES): string {
	return `# Act of destruction of personal data no. ${entry.number} / Акт об уничтожении персональных данных № ${entry.number}

${table(
	['', ''],
	[
		['Operator, address / Оператор, адрес', BLANK],
		['Processor by assignment, if any / Лицо, обрабатывающее данные по поручению', BLANK],
		['Data subject / Субъект персональных данных', `${entry.pseudonym} (${BLANK})`],
		['Destroyed by (name, position) / Кто уничтожил (ФИО, должность)', BLANK],
		['Information system / Информационная система', `n8n-nodes-customer-journeys, customer store ${storeId}`],
		['Method / Способ уничтожения', 'overwritten and deleted in the database in one transaction / перезаписано и удалено в базе данных одной транзакцией'],
		['Reason / Причина уничтожения', `${BLANK} (asked by / по запросу: ${plainText(entry.requestedBy)})`],
		['Date and time / Дата и время', when(entry.erasedAt)],
	],
)}

## Destroyed / Перечень уничтоженных категорий

${table(['Category / Категория', 'Rows / Строк'], destroyed.map(([count, english, russian]) => [`${english} / ${russian}`, String(entry.counts[count])]))}

Kept without personal data: counts, times, channels and results of messages, sums of orders. A salted hash of each identifier stays, so that the data is not taken in again. / Без персональных данных сохранены: количества, время, каналы и результаты сообщений, суммы заказов. Сохранены хеши идентификаторов, чтобы данные не поступили снова.

Executions that n8n keeps, and backups, are destroyed separately. / Данные выполнений n8n и резервные копии уничтожаются отдельно.

Signature / Подпись: ${BLANK}
`;
}

function journal(storeId: string, entry: ErasureEntry, destroyed: typeof CATEGORIES): string {
	const head = ['number', 'subject', 'category', 'rows', 'information_system', 'reason', 'destroyed_at'];
	const rows = destroyed.map(([count, english]) => [String(entry.number), entry.pseudonym, english, String(entry.counts[count]), `n8n-nodes-customer-journeys, customer store ${storeId}`, entry.requestedBy === null ? '' : `asked by ${entry.requestedBy}`, new Date(entry.erasedAt).toISOString()]);
	return [head, ...rows].map((cells) => cells.map(csvCell).join(',')).join('\n').concat('\n');
}

/** Quoted where needed. */
function csvCell(text: string): string {
	const safe = plainCell(text);
	return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
