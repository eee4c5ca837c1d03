import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { optionOfStep, ownFields, placeOf, releaseOf, skipMovedOn, stepKeyOf } from '../../src/n8n/journeyContext';

const PLACE = { key: 'cart', enrolment: 'store-7', step: 'entry', visit: 0, variant: null };

describe('what an item says', () => {
	it('is believed about its journey only when all of it is there', () => {
		expect(placeOf({ json: { journey: PLACE } })).toEqual(PLACE);
		for (const journey of [undefined, 'cart', {}, { ...PLACE, visit: -1 }, { ...PLACE, enrolment: '' }]) expect(placeOf({ json: { journey } })).toBeUndefined();
	});

	it('is kept while a customer waits, without what is read afresh', () => {
		const event = { type: 'cart_updated', at: '2026-11-21T10:00:00.000Z', properties: {} };
		expect(ownFields({ customer: {}, journey: PLACE, policy: {}, event, coupon: 'X' })).toEqual({ event, coupon: 'X' });
	});

	it('names a batch only when it is the one item of the run, has nothing else and is for this step', () => {
		const release = { batch: 3, epoch: 1, step: 's' };
		expect(releaseOf([{ json: { release } }], 's')).toEqual({ id: 3, epoch: 1 });
		expect(releaseOf([{ json: { release } }], 'another')).toBeUndefined();
		expect(releaseOf([{ json: { release } }, { json: {} }], 's')).toBeUndefined();
		expect(releaseOf([{ json: { release, journey: PLACE } }], 's')).toBeUndefined();
		expect(releaseOf([{ json: { release: { ...release, batch: '3' } } }], 's')).toBeUndefined();
		expect(releaseOf([], 's')).toBeUndefined();
	});
});

describe('step key', () => {
	const node = (options?: object) => ({ id: 'n1', parameters: options ? { options } : {} }) as unknown as INode;

	it('is the id of the node unless the marketer gave one', () => {
		expect(stepKeyOf(node())).toBe('n1');
		expect(stepKeyOf(node({ stepKey: '  ' }))).toBe('n1');
		expect(stepKeyOf(node({ stepKey: ' reminder ' }))).toBe('reminder');
		expect(optionOfStep(node({ messagesPerRun: 5 }), 'messagesPerRun')).toBe(5);
	});
});

describe('who may be left out of a batch that is offered again', () => {
	const context = (edges: Record<string, string[]>) => {
		const reach = (name: string, seen = new Set<string>()): Set<string> => {
			for (const next of edges[name] ?? []) if (!seen.has(next)) reach(next, seen.add(next));
			return seen;
		};
		const type = (name: string) => (name.startsWith('Wait') ? 'CUSTOM.journeyWait' : name.startsWith('Policy') ? 'n8n-nodes-customer-journeys.contactPolicy' : 'n8n-nodes-base.noOp');
		return {
			getNode: () => ({ name: 'Wait' }),
			getChildNodes: (name: string) => [...reach(name)].map((child) => ({ name: child, type: type(child) })),
		} as unknown as IExecuteFunctions;
	};

	it.each([
		['nothing parks below', { Wait: ['Mail'] }, true],
		['one parks below', { Wait: ['If'], If: ['Policy'] }, true],
		['all ways lead through one first', { Wait: ['Policy'], Policy: ['Mail'], Mail: ['Wait2'], Wait2: ['Policy2'] }, true],
		['a step feeds two side by side', { Wait: ['Policy', 'Wait2'] }, false],
		['the canvas goes round', { Wait: ['Policy'], Policy: ['Mail'], Mail: ['Wait'] }, true],
	])('%s', (_case, edges, expected) => {
		expect(skipMovedOn(context(edges as unknown as Record<string, string[]>))).toBe(expected);
	});
});
