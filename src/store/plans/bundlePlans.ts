import { both, per } from '../plan';

/** What links are looked at by: kinds of customers, messages in between, names of products; page by page. */
export const bundlePlans = {
	segment: both<{ after: number; limit: number }, { customer_id: number; name: string | null }>('SELECT customer_id, rfm_group AS name FROM feature WHERE customer_id > :after ORDER BY customer_id LIMIT :limit'),
	rhythm: both<{ after: number; limit: number }, { customer_id: number; name: string | null }>('SELECT customer_id, rhythm AS name FROM feature WHERE customer_id > :after ORDER BY customer_id LIMIT :limit'),
	stage: both<{ after: number; limit: number }, { customer_id: number; name: string | null }>('SELECT customer_id, stage AS name FROM feature WHERE customer_id > :after ORDER BY customer_id LIMIT :limit'),
	/** Messages that were sent, or may have been. */
	messages: both<{ customer: number; at: number; seq: number; limit: number }, { seq: number; customer_id: number; ts: number; state: string }>(
		'SELECT seq, customer_id, ts, state FROM touch WHERE (customer_id, ts, seq) > (:customer, :at, :seq) ORDER BY customer_id, ts, seq LIMIT :limit',
	),
	names: per<{ ids: string[] }, { product_id: string; name: string | null }>({
		sqlite: 'SELECT p.product_id, p.name FROM json_each(:ids) j CROSS JOIN product p ON p.product_id = j.value',
		postgres: 'SELECT product_id, name FROM product WHERE product_id = ANY(:ids::text[])',
	}),
};
