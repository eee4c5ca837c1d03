import { customerInput, type CustomerInput } from '../../records';
import type { ColumnSet } from '../columns';
import { RowDraft, type RowContext, type RowReader } from '../rowDraft';

export const customerColumns: ColumnSet = {
	kind: 'customers',
	columns: ['customer_id', 'email', 'phone', 'first_name', 'last_name', 'time_zone', 'locale', 'birth_date', 'created_at', 'country'],
	required: [['customer_id', 'email', 'phone']],
};

/** Every other column becomes an attribute; so does a country that is not written as two letters. */
export function customerRows(context: RowContext): RowReader<CustomerInput> {
	return (cells, extra) => {
		const draft = new RowDraft(cells, context);
		const code = cells.country !== undefined && /^[a-z]{2}$/i.test(cells.country);
		const attributes = code || cells.country === undefined ? extra : { ...extra, country: cells.country };
		return draft.finish(customerInput, {
			ref: draft.ref(),
			firstName: cells.first_name,
			lastName: cells.last_name,
			timeZone: cells.time_zone,
			locale: cells.locale,
			birthDate: cells.birth_date,
			country: code ? cells.country : undefined,
			createdAt: draft.instant('created_at'),
			attributes: Object.keys(attributes).length === 0 ? undefined : attributes,
		});
	};
}
