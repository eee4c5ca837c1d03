import { checkItems } from '../../src/n8n/segmentCheck';
import type { CheckSegment } from '../../src/segments/contract';
import type { Store } from '../../src/store/Store';

const RULES = { rules: { match: 'all', rules: [] } };
const itemsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ index: index * 3, customer: { customerId: `c${index}` } }));

/** A store that answers its calls in the order of their sizes, the smallest first, once two are under way. */
function storeOf() {
	const told: { asked: number; underWay: number }[] = [];
	let underWay = 0;
	const run = async (_name: string, { items }: CheckSegment) => {
		told.push({ asked: items.length, underWay: ++underWay });
		await new Promise((resolve) => setTimeout(resolve, items.length / 100));
		underWay--;
		return items.map(({ index }) => ({ index, inside: index % 2 === 0 }));
	};
	return { store: { run } as unknown as Store, told };
}

test('a thousand items are two calls that are under way together, and the answers come in the order of the items', async () => {
	const { store, told } = storeOf();
	const answers = await checkItems(store, RULES, itemsOf(1_250));
	expect(answers.map(({ index }) => index)).toEqual(itemsOf(1_250).map(({ index }) => index));
	expect(told).toEqual([{ asked: 500, underWay: 1 }, { asked: 500, underWay: 2 }, { asked: 250, underWay: 2 }]);
});

test('few items are one call, and none are none', async () => {
	const { store, told } = storeOf();
	expect(await checkItems(store, RULES, itemsOf(3))).toHaveLength(3);
	expect(await checkItems(store, RULES, [])).toEqual([]);
	expect(told).toEqual([{ asked: 3, underWay: 1 }]);
});

test('what is wrong with the segment is said', async () => {
	const run = () => Promise.reject(new Error('There is no such segment'));
	await expect(checkItems({ run }, RULES, itemsOf(2_000))).rejects.toThrow('no such segment');
});
