import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JourneyError } from '../../core/errors';
import { readSavedTest, type SavedTest } from '../../replay/savedTest';
import { testTemplate } from '../../replay/testTemplate';
import { parseJson } from '../json';
import { counted } from '../words';
import type { TemplateFolder } from './catalogue';
import { readTemplateWorkflow } from './workflow';

/** What came of a template's saved test. */
export interface TestReport {
	slug: string;
	ok: boolean;
	/** that reached a customer */
	messages: number;
	blocked: number;
	/** virtual time that went by, to a tenth of a day */
	days: number;
	/** sentences */
	problems: string[];
}

/**
 * Plays a template's saved test. A template that cannot be played is one with a problem, so that the others are played.
 * @throws JourneyError `missing_engine`
 */
export async function playTest(template: TemplateFolder): Promise<TestReport> {
	const { slug } = template;
	try {
		const saved = readTemplateTest(template);
		const { problems, happened, endedAtMs } = await testTemplate(readTemplateWorkflow(template), saved);
		const messages = happened.filter((outcome) => 'template' in outcome).length;
		const days = Math.round((endedAtMs - saved.clockMs) / 8_640_000) / 10;
		return { slug, ok: problems.length === 0, messages, blocked: happened.length - messages, days, problems };
	} catch (error) {
		if (!(error instanceof JourneyError) || error.code === 'missing_engine') throw error;
		return { slug, ok: false, messages: 0, blocked: 0, days: 0, problems: [error.message] };
	}
}

export function reportInWords({ slug, ok, messages, blocked, days, problems }: TestReport): string {
	const played = `${counted(messages, 'message')}, ${blocked} blocked, ${counted(days, 'day')} of virtual time`;
	return [`${slug}: ${ok ? 'ok' : counted(problems.length, 'problem')} (${played})`, ...problems.map((problem) => `  ${problem}`), ''].join('\n');
}

/** @throws JourneyError `bad_file` when scenario.json is missing or cannot be read, naming every field that is wrong */
function readTemplateTest({ folder, slug }: TemplateFolder): SavedTest {
	const file = join(folder, 'scenario.json');
	if (!existsSync(file)) throw new JourneyError('bad_file', `The template ${slug} has no scenario.json: write its saved test.`);
	const json = parseJson(readFileSync(file, 'utf8'));
	if ('problem' in json) throw new JourneyError('bad_file', `scenario.json of ${slug} ${json.problem}.`);
	return readSavedTest(json.value, `scenario.json of ${slug}`);
}
