import type { ItemAnswer, TrackedEvent } from '../../customers/contract';
import type { SetAsideEvent } from '../../ingest/setAside';
import type { CommandContext } from '../context';
import { EXIT, UsageError, type ExitCode } from '../exitCodes';
import type { Register } from '../program';
import { counted, instantText, iso, table } from '../words';

interface SetAsideOptions {
	letIn?: string;
	discard?: string;
}

/** `events set-aside`: the events that are dated ahead of their time, and what is to become of them (journeys.md section 5). */
export const registerEvents: Register = (program, run) => {
	program
		.command('events')
		.description('events that were set aside')
		.command('set-aside')
		.description('list the events that are dated more than 5 minutes ahead; let them in, or throw them away')
		.option('--let-in <numbers>', 'take these in, as happening now where they are still dated ahead: 3,4,7')
		.option('--discard <numbers>', 'throw these away')
		.action(run(setAside));
};

async function setAside(context: CommandContext, options: SetAsideOptions): Promise<ExitCode> {
	if (options.letIn !== undefined && options.discard !== undefined) throw new UsageError('--let-in and --discard cannot be used together: run the command twice.');
	return await context.withStore(async (store): Promise<ExitCode> => {
		if (options.letIn !== undefined) {
			const answers = await store.run('events.letIn', { numbers: numbersOf('--let-in', options.letIn) });
			await context.answer({ letIn: answers.map(asJson) }, () => `${answers.map(({ number, answer }) => `${number}: ${inWords(answer)}\n`).join('')}${counted(answers.length, 'event')} let in.\n`);
			return answers.every(({ answer }) => answer.ok) ? EXIT.ok : EXIT.failed;
		}
		if (options.discard !== undefined) {
			const { discarded } = await store.run('events.discard', { numbers: numbersOf('--discard', options.discard) });
			await context.answer({ discarded }, () => `${counted(discarded, 'event')} thrown away.\n`);
			return EXIT.ok;
		}
		const { total, events } = await store.run('events.setAside', {});
		await context.answer({ total, setAside: events.map((event) => ({ ...event, occurredAt: iso(event.occurredAt), receivedAt: iso(event.receivedAt) })) }, () => asText(total, events));
		return EXIT.ok;
	});
}

function numbersOf(option: string, text: string): number[] {
	const parts = text.split(',').map((part) => part.trim());
	if (!parts.every((part) => /^\d{1,15}$/.test(part))) throw new UsageError(`${option} "${text}" cannot be read: write the numbers of the list with commas between, such as 3,4,7.`);
	return parts.map(Number);
}

function asJson({ number, answer }: { number: number; answer: ItemAnswer<TrackedEvent> }): Record<string, unknown> {
	return answer.ok ? { number, result: answer.result, entered: answer.entered, exited: answer.exited } : { number, error: answer.code, message: answer.message };
}

function inWords(answer: ItemAnswer<TrackedEvent>): string {
	if (!answer.ok) return answer.message;
	const journeys = [...answer.entered.map((key) => `started journey ${key}`), ...answer.exited.map((key) => `left journey ${key}`)];
	return [answer.result === 'accepted' ? 'recorded' : `nothing changed (${answer.result})`, ...journeys].join('; ');
}

function asText(total: number, events: readonly SetAsideEvent[]): string {
	if (total === 0) return 'No event is set aside.\n';
	const rows = events.map((event) => [String(event.number), event.type, event.customer, instantText(event.occurredAt), instantText(event.receivedAt), event.source]);
	const more = total > events.length ? `... and ${counted(total - events.length, 'more event')}\n` : '';
	return `${table(['Number', 'Event', 'Customer', 'Dated', 'Came in', 'Source'], rows)}${more}Let them in with --let-in 1,2 or throw them away with --discard 1,2.\n`;
}
