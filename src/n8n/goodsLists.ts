import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { withStore } from './storeAccess';

/** Products of a store to choose from, by a part of the name or id. */
export async function findProducts(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	const products = await withStore(this, async (store) => await store.run('goods.find', { text: filter ?? '' }));
	return { results: products.map(({ id, name }) => ({ name: name === null ? id : `${name} (${id})`, value: id })) };
}

/** Categories of a store to choose from, the largest first. */
export async function findCategories(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	const { categories } = await withStore(this, async (store) => await store.run('segments.choices', {}));
	const wanted = (filter ?? '').toLowerCase();
	return { results: categories.filter(({ category }) => category.toLowerCase().includes(wanted)).map(({ category }) => ({ name: category, value: category })) };
}
