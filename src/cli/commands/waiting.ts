import type { WaitingRow } from '../../journeys/contract';
import type { Register } from '../program';
import { count, counted, instantText, iso, table } from '../words';

/** `waiting`: who waits where, per journey and step, with the next due instants. */
export const registerWaiting: Register = (program, run) => {
	program
		.command('waiting')
		.description('who waits where, per journey and step, with the next due instants')
		.option('--journey <key>', 'only this journey')
		.action(
			run(async (context, options: { journey?: string }) => {
				await context.withStore(async (store) => {
					const rows = await store.run('journeys.waiting', options.journey === undefined ? {} : { journey: options.journey });
					const { now } = await store.run('store.settings', {});
					await context.answer({ asOf: iso(now), total: totalOf(rows), waiting: rows.map(asJson) }, () => asText(rows));
				});
			}),
		);
};

function totalOf(rows: readonly WaitingRow[]): number {
	return rows.reduce((total, row) => total + row.waiting + row.inRelease, 0);
}

function asJson(row: WaitingRow): Record<string, unknown> {
	return { ...row, nextDueAt: iso(row.nextDueAt), lastDueAt: iso(row.lastDueAt) };
}

function asText(rows: readonly WaitingRow[]): string {
	if (rows.length === 0) return 'Nobody waits.\n';
	const lines = rows.map((row) => [
		row.journeyName,
		row.nodeName ?? row.step,
		row.waiting,
		row.inRelease,
		row.nextDueAt === null ? '-' : instantText(row.nextDueAt),
		row.lastDueAt === null ? '-' : instantText(row.lastDueAt),
		row.deadLetters === 0 ? '-' : count(row.deadLetters),
		row.held ?? (row.on ? '' : 'switched off'),
	]);
	const total = totalOf(rows);
	return `${table(['Journey', 'Step', 'Waiting', 'In release', 'Next due', 'Last due', 'Set aside', 'Held because'], lines)}\n${counted(total, 'customer')} in all.\n`;
}
