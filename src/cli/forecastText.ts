import type { Forecast } from '../policy/forecast/contract';
import { count, counted, instantText, table } from './words';

/** A page is so wide at most; longer names are cut. */
const NAME = 26;
const RULES = 34;

/** `policy forecast` for a person: a line a day and channel, a line a journey, and who starves whom. */
export function forecastText(forecast: Forecast): string {
	const { basis, totals, perDay, journeys, displaced } = forecast;
	const head = [
		`Contact policy, ${counted(forecast.days, 'day')} from ${instantText(forecast.asOf)} (days of ${forecast.zone}, policy ${forecast.policyVersion})`,
		`${counted(basis.customers, 'customer')}: ${count(basis.waiting)} waiting in journeys, ${count(basis.held)} held, ${count(basis.entries)} new entries and ${count(basis.mailings)} mailings expected`,
		...basis.unforeseen.map(({ journey, step, customers }) => `Left out: ${count(customers)} at ${step} of ${journey}, from where nobody has gone on yet`),
		...(basis.frozen > 0 ? [`Left out: ${count(basis.frozen)} waiting in journeys that are switched off`] : []),
	].join('\n');
	if (totals.demand === 0) return `${head}\n\nNo message is expected.\n`;
	const days = table(
		['Day', 'Channel', 'Demand', 'At once', 'Leaving', 'Held', 'Dropped', 'Stopped by'],
		perDay.map((row) => [row.day, cut(row.channel, 12), row.demand, row.sendable, row.sent, row.held, row.dropped, cut(rulesOf(row.blockedBy), RULES)]),
	);
	const perJourney = table(
		['Journey', 'Category', 'Demand', 'At once', 'Later', 'Waiting', 'Dropped'],
		journeys.map((row) => [cut(nameOf(row.journey), NAME), cut(row.category || '-', 16), row.demand, row.sendable, row.late, row.waiting, row.dropped]),
	);
	const starving = displaced.length === 0 ? 'No journey stands in the way of another.\n' : table(['Messages of', 'Wait for or lose to', 'Messages'], displaced.map((row) => [cut(nameOf(row.journey), NAME), cut(nameOf(row.by), NAME), row.messages]));
	return [head, days, perJourney, starving].map((part) => part.trimEnd()).join('\n\n') + '\n';
}

const nameOf = (journey: string | null) => journey ?? '(no journey)';
const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 3)}...` : text);

function rulesOf(blockedBy: Record<string, number>): string {
	return Object.entries(blockedBy)
		.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
		.map(([rule, messages]) => `${rule} ${count(messages)}`)
		.join(', ');
}
