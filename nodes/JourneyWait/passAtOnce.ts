import { DateTime } from 'luxon';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { dueAt } from '../../src/journeys/dueAt';
import type { CustomerView } from '../../src/journeys/item';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { placeNeeded } from '../../src/n8n/journeyContext';
import { withStore } from '../../src/n8n/storeAccess';
import { outputsOf } from './outputs';
import { readWait } from './settings';

/** A test run: everybody passes at once, with a hint until when they would have waited (journeys.md section 9). */
export async function passAtOnce(context: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[][]> {
	const { now, zone } = await withStore(context, async (store) => await store.run('store.settings', {}));
	const problems = new ItemProblems(context, items);
	const passed = items.flatMap((item, index) => {
		const due = problems.attempt(index, () => {
			const place = placeNeeded(item);
			const customerZone = (item.json.customer as CustomerView | undefined)?.timeZone ?? zone;
			return { at: dueAt(readWait(context, index), now, customerZone), zone: customerZone, place };
		});
		// A loop on the canvas that counts visits comes to its end here too.
		return due ? [{ item: { ...item, json: { ...item.json, journey: { ...due.place, visit: due.place.visit + 1 } }, pairedItem: { item: index } }, due }] : [];
	});
	const outputs = outputsOf(context).lists();
	const { testOutput } = context.getNodeParameter('options', 0, {}) as { testOutput?: 'time' | 'event' };
	const output = testOutput === 'event' && context.getNodeParameter('waitFor', 0) === 'event' ? 1 : 0;
	outputs[output]?.push(...passed.map(({ item }) => item));
	const [first] = passed;
	if (first) context.addExecutionHints({ message: hint(first.due, passed.length), location: 'outputPane' });
	outputs[0]?.push(...problems.finish('In a test run nobody waits.'));
	return outputs;
}

function hint({ at, zone }: { at: number; zone: string }, count: number): string {
	const until = DateTime.fromMillis(at, { zone }).toFormat('cccc d LLLL yyyy, HH:mm');
	const others = count > 1 ? ` (the first of ${count} customers)` : '';
	return `Test run: passed at once. On the journey the customer would wait here until ${until} (${zone})${others}.`;
}
