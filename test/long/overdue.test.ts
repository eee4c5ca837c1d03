import { afterDowntime } from '../journeys/support/overdue';
import { onEachStore } from '../support/eachStore';

onEachStore('After downtime', (open) => {
	test('J33 50,000 overdue wakes, with executions cut off: oldest first, the caps hold, nobody twice', async () => {
		const { store } = await open();
		const { order, sent, perEnrolment, held, batches, seconds } = await afterDowntime(store, 10_000);
		console.log(`J33 50,000 overdue wakes in ${batches} batches: ${seconds.toFixed(1)} s, ${Math.round(50_000 / seconds)} a second with their decisions`);
		expect(order).toHaveLength(50_000);
		expect(order).toEqual([...order].sort((a, b) => a - b));
		expect([...sent.values()]).toEqual(Array(10_000).fill(1));
		expect([...perEnrolment.values()].every((count) => count === 1)).toBe(true);
		expect(held).toBe(40_000);
	}, 1_200_000);
});
