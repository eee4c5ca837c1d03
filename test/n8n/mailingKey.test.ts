import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { mailingKeyOfToday } from '../../src/n8n/mailingKey';
import type { StoreHandle } from '../../src/n8n/storeRegistry';

const context = { getWorkflow: () => ({ id: 'w' }) } as unknown as Pick<IExecuteFunctions, 'getWorkflow'>;
const storeAt = (now: string) => ({ run: async () => ({ now: Date.parse(now), zone: 'Europe/Riga', currency: null }) }) as unknown as Pick<StoreHandle, 'run'>;
const item = (json: INodeExecutionData['json']): INodeExecutionData => ({ json });

describe('The mailing of an item that comes through no journey', () => {
	it('is that of the day by the clock of the shop', async () => {
		const keyOf = await mailingKeyOfToday(context, storeAt('2026-11-21T22:30:00Z'), [item({ email: 'a@example.com' })], 's');
		expect(keyOf(item({ email: 'a@example.com' }))).toBe('w/s/2026-11-22');
	});

	it('is that of the day on which a run through a segment began, also when its page comes again after midnight', async () => {
		const member = item({ customer: { id: 'a' }, segment: { name: null, inside: true, run: 7, startedAt: '2026-11-21T21:50:00.000Z' } });
		for (const now of ['2026-11-21T21:55:00Z', '2026-11-21T22:10:00Z']) expect((await mailingKeyOfToday(context, storeAt(now), [member], 's'))(member)).toBe('w/s/2026-11-21');
	});
});
