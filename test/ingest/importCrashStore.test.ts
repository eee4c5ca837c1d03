import type { StoreLocation } from '../../src/store/open';
import { contentOf, type Dump } from '../support/dumpStore';
import { onEachStore } from '../support/eachStore';
import { storeChild } from '../store/support/storeChild';
import { importFileOf } from './importing';

const READING = { source: 'shop', timeZone: 'UTC', currency: 'GBP', batchRows: 250 };

/** Lines of 300 orders, interleaved, with repeated lines far apart, refunds and anonymous baskets. */
function ordersFile(): string {
	const rows = Array.from({ length: 6_000 }, (_, index) => {
		const order = (index * 7) % 300;
		const customer = order % 9 === 0 ? '' : `c${order % 40}`;
		return `${order % 11 === 0 ? 'C' : ''}${order},2025-12-${String((order % 28) + 1).padStart(2, '0')} 10:${String(index % 60).padStart(2, '0')},${customer},p${(index * 3) % 20},Product ${(index * 3) % 20},${(index % 3) + 1},${(index % 5) + 1}`;
	});
	return importFileOf(['order_id,ordered_at,customer_id,product_id,product_name,quantity,price', ...rows, ''].join('\n'));
}

/** Instants at which rows were written differ from run to run. */
async function compared(location: StoreLocation): Promise<Dump> {
	const content = await contentOf(location);
	const strip = ({ updated_at: _at, times_in_run: _in, times_before_run: _before, ...row }: Record<string, unknown>) => row;
	return Object.fromEntries(Object.entries(content).map(([table, rows]) => [table, rows.map(strip)]));
}

onEachStore('An import that is killed', (open) => {
	test('and run again leaves what one clean run leaves', async () => {
		const file = ordersFile();
		const clean = await open();
		const whole = storeChild(clean.location, 'import', { file, reading: READING, run: 'whole' });
		expect(await whole.end()).toBe(0);
		const wanted = await compared(clean.location);
		expect(wanted.order_line.reduce((sum, row) => sum + Number(row.times), 0)).toBe(6_000);

		const { location } = await open();
		let accepted = 0;
		for (const [attempt, batches] of [3, 9, 20].entries()) {
			const child = storeChild(location, 'import', { file, reading: READING, run: `attempt-${attempt}`, haltAfter: batches });
			await child.line(() => child.lines.length >= batches);
			await child.kill();
			expect([child.process.signalCode, child.lines.some((line) => line.done)]).toEqual(['SIGKILL', false]);
			accepted += child.lines.reduce((sum, line) => sum + Number(line.accepted ?? 0), 0);
		}
		const last = storeChild(location, 'import', { file, reading: READING, run: 'last' });
		expect(await last.end()).toBe(0);
		accepted += last.lines.reduce((sum, line) => sum + Number(line.accepted ?? 0), 0);
		expect(await compared(location)).toEqual(wanted);
		// A batch that was committed while the process died was not told any more; nothing was told twice.
		expect(accepted).toBeLessThanOrEqual(6_000);
		expect(accepted).toBeGreaterThan(6_000 - 3 * 2 * READING.batchRows);
	});
});
