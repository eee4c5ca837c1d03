import { sameForAll } from '../../src/n8n/sameForAll';

function node(parameters: Record<string, unknown>) {
	return { getNode: () => ({ id: 'n', name: 'N', type: 't', typeVersion: 1, position: [0, 0] as [number, number], parameters: parameters as never }) };
}

describe('settings that are the same for all items', () => {
	test('are read once', () => {
		const read = jest.fn((index: number) => ({ index }));
		const settings = sameForAll(node({ waitFor: 'delay', events: { events: [{ eventType: 'a=b' }] }, amount: 1, nothing: null }), read);
		expect([settings(0), settings(1), settings(2)]).toEqual([{ index: 0 }, { index: 0 }, { index: 0 }]);
		expect(read).toHaveBeenCalledTimes(1);
	});

	test('are read item by item when any of them, however deep, is an expression', () => {
		const settings = sameForAll(node({ events: { events: [{ eventType: 'x', filter: { conditions: [{ value: '={{ $json.id }}' }] } }] } }), (index) => index);
		expect([settings(0), settings(1)]).toEqual([0, 1]);
	});

	test('throw for each item when they cannot be read', () => {
		const settings = sameForAll(node({}), () => {
			throw new Error('unreadable');
		});
		expect(() => settings(0)).toThrow('unreadable');
		expect(() => settings(1)).toThrow('unreadable');
	});
});
