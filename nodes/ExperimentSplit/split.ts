import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { parseCustomer } from '../../src/customers/identity';
import { CONTROL } from '../../src/experiments/assign';
import type { SplitAnswer, SplitItem } from '../../src/experiments/contract';
import { BATCH_LIMIT } from '../../src/journeys/item';
import { chunksOf } from '../../src/n8n/chunks';
import { itemField } from '../../src/n8n/itemField';
import { ItemProblems } from '../../src/n8n/itemProblems';
import { placeOf } from '../../src/n8n/journeyContext';
import { isMailing } from '../../src/n8n/mailingKey';
import { withStore } from '../../src/n8n/storeAccess';
import { isTestPlace } from '../../src/n8n/testCustomer';
import { experimentOf, outputNames, testVariant } from './settings';

/**
 * Sends each customer on by the output of their variant; a test run draws as well, but writes nothing down.
 * @throws JourneyError bad_input for a form that cannot be used
 */
export async function splitItems(context: IExecuteFunctions, items: INodeExecutionData[], dryRun: boolean): Promise<INodeExecutionData[][]> {
	const experiment = experimentOf(context);
	const names = outputNames(experiment);
	const lists: INodeExecutionData[][] = names.map(() => []);
	const problems = new ItemProblems(context, items);
	const customer = itemField(context, items, 'customer');
	const asked = items.flatMap((item, index) => problems.attempt(index, () => [questionOf(item, index, customer(index))]) ?? []);
	const wanted = dryRun ? testVariant(context, names) : undefined;
	const drawn: SplitAnswer[] = [];
	await withStore(context, async (store) => {
		for (const chunk of chunksOf(asked, BATCH_LIMIT)) drawn.push(...(await store.run('experiments.split', { experiment, dryRun, items: chunk })));
	});
	for (const answer of drawn) {
		const item = items[answer.index] as INodeExecutionData;
		if (answer.result === 'refused') problems.add(answer.index, new JourneyError(answer.code as JourneyErrorCode, answer.message));
		if (answer.result !== 'arm') continue;
		const arm = wanted ?? answer.arm;
		lists[names.indexOf(arm)]?.push({ json: taken(item.json, experiment.key, arm, answer), pairedItem: { item: answer.index } });
	}
	if (dryRun) context.addExecutionHints({ message: hint(drawn, wanted, items), location: 'outputPane' });
	lists[0]?.push(...problems.finish('The others went on by their variants.'));
	return lists;
}

function questionOf(item: INodeExecutionData, index: number, customer: unknown): SplitItem {
	const place = placeOf(item);
	const journey = place && !isTestPlace(place) && !isMailing(place) ? place : undefined;
	return { index, customer: parseCustomer(customer), journey };
}

/** The item as it came, with what was drawn; a journey's place carries the variant on, over waits as well. */
function taken(json: IDataObject, key: string, arm: string, { journey }: Extract<SplitAnswer, { result: 'arm' }>): IDataObject {
	const own = json.journey as IDataObject | undefined;
	const place = journey ?? (own && { ...own, variant: arm });
	return { ...json, ...(place ? { journey: place as unknown as IDataObject } : {}), experiment: { key, variant: arm } };
}

function hint(drawn: readonly SplitAnswer[], wanted: string | undefined, items: readonly INodeExecutionData[]): string {
	if (wanted !== undefined) return `Test run: everybody leaves by "${label(wanted)}", as set under "Test Run Takes". Nobody was assigned.`;
	const [first] = drawn.flatMap((answer) => (answer.result === 'arm' ? [answer] : []));
	if (!first) return 'Test run: nobody was assigned.';
	const stays = first.first ? 'is drawn for' : 'has taken part already and stays in';
	const others = items.length > 1 ? ` (the first of ${items.length} customers)` : '';
	return `Test run: this customer ${stays} "${label(first.arm)}"${others}. Nobody was assigned. To see another way, fill in "Test Run Takes".`;
}

const label = (arm: string) => (arm === CONTROL ? 'Control' : arm);
