import { readFileSync } from 'node:fs';
import { readSavedTest } from '../../src/replay/savedTest';
import { testTemplate } from '../../src/replay/testTemplate';
test('try', async () => {
	const read = (n: string) => JSON.parse(readFileSync(`${__dirname}/../../templates/${process.env.SLUG ?? 'cross-sell'}/${n}`, 'utf8')) as never;
	const seen: string[] = [];
	const { problems } = await testTemplate(read('workflow.json'), readSavedTest(read('scenario.json')), { onMessage: (m) => void seen.push(JSON.stringify({ c: m.customer, s: m.subject, o: m.outcome, t: m.html?.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 420) })) });
	console.log(problems.join('\n'), '\n', seen.join('\n'));
});
