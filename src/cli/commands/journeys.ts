import type { JourneyOverview } from '../../journeys/endJourney';
import type { Store } from '../../store/Store';
import type { Register } from '../program';
import { counted, instantText, iso, table } from '../words';

/** `journeys`: which journeys there are and who runs them; `--end` takes everybody out of one that nobody runs any more. */
export const registerJourneys: Register = (program, run) => {
	program
		.command('journeys')
		.description('which journeys there are, whether a workflow runs them, and how many customers are on them; --end ends one for everybody')
		.option('--end <key>', 'take everybody out of this journey, whose workflow is switched off or gone')
		.action(
			run(async (context, { end }: { end?: string }) => {
				await context.withStore(async (store) => {
					const { now } = await store.run('store.settings', {});
					if (end !== undefined) {
						const ended = await endAll(store, end);
						return await context.answer({ asOf: iso(now), journey: end, ended }, () => `${counted(ended, 'customer')} left the journey "${end}".\n`);
					}
					const journeys = await store.run('journeys.overview', {});
					await context.answer({ asOf: iso(now), journeys: journeys.map((row) => ({ ...row, since: iso(row.since) })) }, () => asText(journeys));
				});
			}),
		);
};

async function endAll(store: Store, journey: string): Promise<number> {
	let total = 0;
	for (;;) {
		const { ended, more } = await store.run('journeys.end', { journey });
		total += ended;
		if (!more) return total;
	}
}

const STATES: Record<JourneyOverview['state'], string> = { on: 'on', off: 'switched off since', silent: 'not heard of since' };

/** Such as `switched off since 2026-11-21 18:00:05 UTC`. */
export function stateInWords({ state, since }: Pick<JourneyOverview, 'state' | 'since'>): string {
	if (state === 'off' && since === null) return 'never switched on';
	return since === null ? STATES[state] : `${STATES[state]} ${instantText(since)}`;
}

function asText(rows: readonly JourneyOverview[]): string {
	if (rows.length === 0) return 'No journeys.\n';
	return table(['Journey', 'Name', 'Workflow', 'State', 'On it', 'Set aside'], rows.map((row) => [row.journey, row.name, row.workflowName ?? row.workflowId, stateInWords(row), row.open, row.deadLetters]));
}
