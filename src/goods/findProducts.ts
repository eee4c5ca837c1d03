import { goodsPlans } from '../store/plans/goodsPlans';
import { read } from '../store/port';

const MOST = 100;

/** Products to choose from, by a part of the name or the id, whatever the case; at most 100. @param input.text empty: any */
export const findProducts = read(async (tx, input: { text: string }): Promise<{ id: string; name: string | null }[]> => {
	const text = input.text.trim();
	const lower = text.toLowerCase();
	const within = (part: string) => `%${part.replace(/[\\%_]/g, '\\$&')}%`;
	const rows = await tx.all(goodsPlans.find, { text: within(text), lower: within(lower), capital: within(lower.charAt(0).toUpperCase() + lower.slice(1)), limit: MOST });
	return rows.map(({ product_id: id, name }) => ({ id, name }));
});
