import { isTestRun } from '../../src/n8n/runMode';

describe('which runs act on customers (J35, J36)', () => {
	it.each(['trigger', 'webhook', 'integrated', 'internal', 'error', 'retry', 'cli', 'chat', 'agent'] as const)('%s does', (mode) => {
		expect(isTestRun(mode)).toBe(false);
	});

	it.each(['manual', 'evaluation'] as const)('%s does not', (mode) => {
		expect(isTestRun(mode)).toBe(true);
	});

	it('a mode that is not known yet does not', () => {
		expect(isTestRun('dream' as never)).toBe(true);
	});
});
