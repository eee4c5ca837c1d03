import { Command, CommanderError } from 'commander';
import { registerBundles } from './commands/bundles';
import { registerClock } from './commands/clock';
import { registerCustomer } from './commands/customer';
import { registerDeadLetters } from './commands/deadLetters';
import { registerDoctor } from './commands/doctor';
import { registerEvents } from './commands/events';
import { registerImport } from './commands/import';
import { registerJourneys } from './commands/journeys';
import { registerLeads } from './commands/leads';
import { registerLifecycle } from './commands/lifecycle';
import { registerPolicy } from './commands/policy';
import { registerRecommend } from './commands/recommend';
import { registerRefresh } from './commands/refresh';
import { registerSegments } from './commands/segments';
import { registerSegment } from './commands/segment';
import { registerRhythm } from './commands/rhythm';
import { registerSequences } from './commands/sequences';
import { registerStore } from './commands/store';
import { registerTemplates } from './commands/templates';
import { registerValue } from './commands/value';
import { registerWaiting } from './commands/waiting';
import { CommandContext } from './context';
import { EXIT, exitCodeOf, sentenceOf, type ExitCode } from './exitCodes';
import { packageVersion } from './packageVersion';
import type { Terminal } from './terminal';

/** What a command does; nothing returned is success. */
export type Handler<A extends unknown[]> = (context: CommandContext, ...args: A) => Promise<ExitCode | void>;
/** Makes a commander action of a handler: the handler gets the command's arguments, then its options. */
export type Run = <A extends unknown[]>(handler: Handler<A>) => (...args: unknown[]) => Promise<void>;
export type Register = (program: Command, run: Run) => void;

const commands: readonly Register[] = [
	registerImport,
	registerCustomer,
	registerWaiting,
	registerJourneys,
	registerDeadLetters,
	registerEvents,
	registerPolicy,
	registerBundles,
	registerSequences,
	registerSegment,
	registerRecommend,
	registerValue,
	registerLeads,
	registerRefresh,
	registerSegments,
	registerLifecycle,
	registerRhythm,
	registerStore,
	registerClock,
	registerTemplates,
	registerDoctor,
];

/**
 * Runs one command line, without ending the process.
 * @param args what stands after `customer-journeys`
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
	let exitCode: ExitCode = EXIT.ok;
	const writes: Promise<void>[] = [];
	const run: Run =
		<A extends unknown[]>(handler: Handler<A>) =>
		async (...given: unknown[]) => {
			const command = given.pop() as Command;
			const context = new CommandContext(terminal, command.optsWithGlobals());
			exitCode = (await handler(context, ...(given as A))) ?? EXIT.ok;
		};
	const program = buildProgram(run, {
		writeOut: (text) => writes.push(terminal.out.write(text)),
		writeErr: (text) => writes.push(terminal.err.write(text)),
	});
	try {
		await program.parseAsync([...args], { from: 'user' });
	} catch (error) {
		if (error instanceof CommanderError) {
			exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.badUsage;
		} else {
			exitCode = exitCodeOf(error);
			await terminal.err.write(`${sentenceOf(error)}\n`);
			if (terminal.env.CUSTOMER_JOURNEYS_DEBUG && error instanceof Error) await terminal.err.write(`${error.stack}\n`);
		}
	}
	await Promise.all(writes);
	return exitCode;
}

function buildProgram(run: Run, output: { writeOut(text: string): void; writeErr(text: string): void }): Command {
	const program = new Command('customer-journeys');
	program
		.description('Customer journeys for n8n: history in, decisions out, without the canvas.')
		.version(packageVersion(), '-V, --version', 'print the version')
		.option('--store <place>', 'store file, or postgres://user:password@host:5432/database (default: the embedded store of n8n)')
		.option('--json', 'print one JSON document on standard output and nothing else there')
		.helpOption('-h, --help', 'print this help')
		.helpCommand('help [command]', 'print the help of a command')
		.addHelpText('after', '\nExit code: 0 done, 1 failed, 2 the command line cannot be understood.');
	for (const register of commands) register(program, run);
	for (const command of everyCommand(program)) {
		command
			.exitOverride()
			.showSuggestionAfterError()
			.allowExcessArguments(false)
			.configureOutput({ ...output, outputError: (text, write) => write(asSentence(text, command)) });
	}
	return program;
}

function everyCommand(command: Command): Command[] {
	return [command, ...command.commands.flatMap(everyCommand)];
}

/** Commander writes `error: unknown option '--foo'` and a suggestion on a line of its own. */
function asSentence(text: string, command: Command): string {
	const words = text.replace(/^error: /, '').trim().replace(/\n\(?(Did you mean .*?\?)\)?$/, '. $1');
	const name = fullName(command);
	return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?]$/.test(words) ? '' : '.'} See: ${name} --help\n`;
}

function fullName(command: Command): string {
	return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
