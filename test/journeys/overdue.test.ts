import { onEachStore } from '../support/eachStore';
import { afterDowntime } from './support/overdue';

onEachStore('After downtime', (open) => {
	test('J33 2,000 overdue wakes, with executions cut off: oldest first, the caps hold, nobody twice', async () => {
		const { store } = await open();
		const { order, sent, perEnrolment, held } = await afterDowntime(store, 400);
		expect(order).toHaveLength(2000);
		expect(order).toEqual([...order].sort((a, b) => a - b));
		expect([...sent.values()]).toEqual(Array(400).fill(1));
		expect([...perEnrolment.values()].every((count) => count === 1)).toBe(true);
		expect(held).toBe(1600);
	});
});
