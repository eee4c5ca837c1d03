import type { DeadLetter, WhichDeadLetters } from '../../journeys/contract';
import type { Store } from '../../store/Store';
import type { Register } from '../program';
import { counted, instantText, iso, table } from '../words';

interface Options extends WhichDeadLetters {
	redrive?: true;
}

/** `dead-letters`: customers set aside because a step fails for them alone; `--redrive` lets them try again. */
export const registerDeadLetters: Register = (program, run) => {
	program
		.command('dead-letters')
		.description('customers set aside because a step fails for them while it works for others; --redrive lets them try again')
		.option('--journey <key>', 'only this journey')
		.option('--step <key>', 'only this step')
		.option('--enrolment <id>', 'only this enrolment, as the list shows it')
		.option('--redrive', 'put them back: they leave their step now, as if their wait had just ended')
		.action(
			run(async (context, { redrive, ...which }: Options) => {
				await context.withStore(async (store) => {
					const { now } = await store.run('store.settings', {});
					if (redrive) {
						const answer = await redriveAll(store, which);
						return await context.answer({ asOf: iso(now), ...answer }, () => redrivenText(answer));
					}
					const { total, deadLetters } = await store.run('journeys.deadLetters', which);
					const document = { asOf: iso(now), total, deadLetters: deadLetters.map((one) => ({ ...one, failedAt: iso(one.failedAt) })) };
					await context.answer(document, () => listText(total, deadLetters));
				});
			}),
		);
};

interface Answer {
	redriven: number;
	refused: { customer: string; enrolment: string; reason: string }[];
}

/** A call takes some of them; each either goes back or is refused, so this ends. */
async function redriveAll(store: Store, which: WhichDeadLetters): Promise<Answer> {
	const answer: Answer = { redriven: 0, refused: [] };
	for (;;) {
		const { redriven, refused, left } = await store.run('journeys.redrive', which);
		answer.redriven += redriven;
		answer.refused.push(...refused);
		if (left === 0 || redriven + refused.length === 0) return answer;
	}
}

const REASONS: Record<string, string> = { entered_again: 'is on this journey again since' };

function redrivenText({ redriven, refused }: Answer): string {
	const lines = refused.map(({ customer, reason }) => `${customer} stays out: ${REASONS[reason] ?? reason}.\n`);
	return `${counted(redriven, 'customer')} put back: they leave their step now.\n${lines.join('')}`;
}

function listText(total: number, rows: readonly DeadLetter[]): string {
	if (total === 0) return 'No dead letters.\n';
	const lines = rows.map((row) => [row.customer, row.journey, row.nodeName ?? row.step, row.failures, instantText(row.failedAt), row.error ?? '-', row.enrolment]);
	const more = total > rows.length ? ` The oldest ${rows.length} are shown.` : '';
	return `${table(['Customer', 'Journey', 'Step', 'Failed', 'Last', 'Error', 'Enrolment'], lines)}\n${counted(total, 'dead letter')}.${more} When the cause is mended, --redrive puts them back.\n`;
}
