import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exitCodes';
import type { Register } from '../program';
import { checkTemplate } from '../templates/check';
import { findTemplates, shippedTemplates, type TemplateFolder } from '../templates/catalogue';
import { descriptionOf } from '../templates/description';
import { playTest, reportInWords, type TestReport } from '../templates/playTest';
import { counted, table } from '../words';

/** `templates`: the scenarios that this package ships, and checks for an agency's own. */
export const registerTemplates: Register = (program, run) => {
	const templates = program.command('templates').description('list, check and test the scenarios');
	templates
		.command('list')
		.description('the templates of this package')
		.action(run(list));
	templates
		.command('check')
		.description('is a template complete, stripped of what belongs to one instance, and safe to send with?')
		.argument('[place...]', 'slugs, template folders or folders of templates (default: all shipped)')
		.action(run(check));
	templates
		.command('test')
		.description("play the saved test of a template through n8n's own engine, at virtual time; nothing is sent")
		.argument('[place...]', 'slugs, template folders or folders of templates (default: all shipped)')
		.action(run(test));
};

async function list(context: CommandContext): Promise<void> {
	const templates = shippedTemplates().map((template) => ({ slug: template.slug, ...descriptionOf(template) }));
	await context.answer({ templates }, () =>
		templates.length === 0 ? 'This package carries no templates.\n' : table(['Template', 'Name', 'What it does'], templates.map((one) => [one.slug, one.name, one.description])),
	);
}

async function check(context: CommandContext, places: string[]): Promise<ExitCode> {
	const templates = chosen(context, places).map((template) => {
		const problems = checkTemplate(template);
		return { slug: template.slug, ok: problems.length === 0, problems };
	});
	const problems = templates.reduce((sum, template) => sum + template.problems.length, 0);
	await context.answer({ ok: problems === 0, templates }, () => {
		const lines = templates.flatMap(({ slug, ok, problems: found }) => [
			`${slug}: ${ok ? 'ok' : counted(found.length, 'problem')}\n`,
			...found.map((problem) => `  ${problem.node ? `${problem.node}: ` : ''}${problem.text} (${problem.rule})\n`),
		]);
		return lines.join('');
	});
	return problems === 0 ? EXIT.ok : EXIT.failed;
}

async function test(context: CommandContext, places: string[]): Promise<ExitCode> {
	const templates: TestReport[] = [];
	for (const template of chosen(context, places)) {
		const report = await playTest(template);
		templates.push(report);
		if (!context.json) await context.terminal.out.write(reportInWords(report));
	}
	const ok = templates.every((template) => template.ok);
	if (context.json) await context.answer({ ok, templates }, () => '');
	return ok ? EXIT.ok : EXIT.failed;
}

function chosen(context: CommandContext, places: readonly string[]): TemplateFolder[] {
	if (places.length === 0) return shippedTemplates();
	return places.flatMap((place) => findTemplates(place, (name) => context.path(name)));
}
