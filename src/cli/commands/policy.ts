import { readFile } from 'node:fs/promises';
import { JourneyError } from '../../core/errors';
import { defaultPolicy } from '../../policy/defaultPolicy';
import { COMPANY_POLICY } from '../../policy/policies';
import { compilePolicy } from '../../policy/policy';
import type { CommandContext } from '../context';
import { decideFile } from '../decideFile';
import { EXIT, type ExitCode } from '../exitCodes';
import { parseJson } from '../json';
import { readInstantOption } from '../options';
import type { Register } from '../program';
import { registerForecast } from './forecast';
import { progressBar } from '../progressBar';
import { count, counted, iso } from '../words';

interface DecideOptions {
	policy?: string;
	requests: string;
	at?: string;
	dryRun?: boolean;
}

/** `policy decide`: decides a file of requests, one JSON line out for each line in (contact-policy.md section 10). */
export const registerPolicy: Register = (program, run) => {
	const policy = program.command('policy').description('may this message go to this customer now?');
	policy
		.command('decide')
		.description('decide a file of requests in order; prints one JSON line for each, with or without --json')
		.option('--policy <file>', "policy file (default: the store's company policy)")
		.requiredOption('--requests <file>', 'requests, one JSON object a line; .gz too')
		.option('--at <instant>', 'the instant of the decision for requests that name none (default: now)')
		.option('--dry-run', 'decide, but reserve nothing and remember nothing')
		.action(run(decide));
	policy
		.command('show')
		.description("print a policy as a file: the store's company policy, or another by its name")
		.option('--name <name>', 'name of the policy', COMPANY_POLICY)
		.action(run(show));
	policy
		.command('save')
		.description('save a policy file as the policy of all journeys, or under another name')
		.requiredOption('--policy <file>', 'policy file')
		.option('--name <name>', 'name of the policy; Contact Policy uses "default" unless it names another', COMPANY_POLICY)
		.action(run(save));
	registerForecast(policy, run);
};

async function save(context: CommandContext, { policy: shown, name }: { policy: string; name: string }): Promise<void> {
	const body = (await readPolicyFile(await context.inputFile(shown), shown)) as Record<string, unknown>;
	await context.withStore(async (store) => {
		const { version, result, savedAt } = await store.run('policy.save', { name, body, savedBy: 'command line' });
		await context.answer({ name, version, result, savedAt: iso(savedAt) }, () => (result === 'saved' ? `Policy ${name} is saved as version ${version}; it holds from now on.\n` : `Policy ${name} is in force already (version ${version}); nothing was changed.\n`));
	});
}

/** Prints the file itself, so that it can be saved in another store. */
async function show(context: CommandContext, { name }: { name: string }): Promise<void> {
	await context.withStore(async (store) => {
		const saved = await store.run('policy.get', { name });
		if (!saved && name !== COMPANY_POLICY) throw new JourneyError('bad_policy', `There is no policy "${name}" in this store.`, { policy: name });
		const body = saved?.body ?? { ...defaultPolicy, storeZone: (await store.run('store.settings', {})).zone };
		const { version: _version, ...file } = body as Record<string, unknown>;
		await context.answer(file, () => `${JSON.stringify(file, null, '\t')}\n`);
	});
}

async function decide(context: CommandContext, options: DecideOptions): Promise<ExitCode> {
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	const policy = options.policy === undefined ? undefined : await readPolicyFile(await context.inputFile(options.policy), options.policy);
	const file = await context.inputFile(options.requests);
	return await context.withStore(
		async (store) => {
			const counts = await decideFile(store, {
				file,
				policy,
				at,
				dryRun: options.dryRun ?? false,
				progress: progressBar(options.requests, context.terminal.outOnScreen ? undefined : context.terminal.screen),
				write: (text) => context.terminal.out.write(text),
			});
			const kept = options.dryRun ? 'nothing was kept' : 'sends are in the ledger';
			await context.note(`${counted(counts.decided, 'request')} decided (${count(counts.send)} send, ${count(counts.delay)} delay, ${count(counts.drop)} drop), ${count(counts.failed)} not; ${kept}.`);
			return counts.failed === 0 ? EXIT.ok : EXIT.failed;
		},
		{ thread: true },
	);
}

/**
 * @throws JourneyError `bad_file` when it is not JSON, `bad_policy` naming rule and field when it is no policy: before any
 *   request is looked at
 */
async function readPolicyFile(file: string, shown: string): Promise<unknown> {
	const read = parseJson(await readFile(file, 'utf8'));
	if ('problem' in read) throw new JourneyError('bad_file', `The policy file ${shown} ${read.problem}.`, { file: shown });
	compilePolicy(read.value);
	return read.value;
}
