import type { CustomerView } from '../journeys/item';
import type { CustomerRow } from '../store/plans/customerPlans';

/** A customer as items and `--json` show it. */
export function customerView(row: CustomerRow): CustomerView {
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
