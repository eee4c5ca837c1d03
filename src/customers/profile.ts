import type { CustomerView } from '../journeys/item';
import type { CustomerRow } from '../store/plans/customerPlans';

/** What items show of a customer. */
export type ViewedCustomer = Pick<CustomerRow, 'key' | 'email' | 'phone' | 'first_name' | 'last_name' | 'time_zone' | 'locale' | 'stage' | 'vip' | 'attributes'>;

/** A customer as items and `--json` show it. */
export function customerView(row: ViewedCustomer): CustomerView {
	return {
		id: row.key,
		email: row.email,
		phone: row.phone,
		firstName: row.first_name,
		lastName: row.last_name,
		timeZone: row.time_zone,
		locale: row.locale,
		stage: row.stage,
		vip: row.vip === 1,
		attributes: row.attributes === '{}' ? {} : (JSON.parse(row.attributes) as Record<string, unknown>),
	};
}
