import { JourneyError } from '../core/errors';
import type { CustomerView } from '../journeys/item';
import { keepableText } from '../ingest/text';
import { customerPlans } from '../store/plans/customerPlans';
import { read } from '../store/port';
import type { FindCustomers, GetCustomers, GotCustomers } from './contract';
import { customerView } from './profile';
import { foldCase } from './findText';
import { idsOf, loadCustomers, resolveCustomers } from './resolve';

export const getCustomers = read(async (tx, { refs }: GetCustomers): Promise<GotCustomers> => {
	const resolved = await resolveCustomers(tx, refs, { create: false, keep: false });
	const rows = await loadCustomers(tx, idsOf(resolved));
	return resolved.map((one) => {
		const row = one.found ? rows.get(one.id) : undefined;
		return row && row.erased_at === null ? customerView(row) : null;
	});
});

/** @throws JourneyError `bad_input` for a text of one character, which would find nearly everybody */
export const findCustomers = read(async (tx, query: FindCustomers): Promise<CustomerView[]> => {
	const text = query.text === undefined ? undefined : foldCase(keepableText(query.text.trim()));
	if (text !== undefined && text.length === 1) {
		throw new JourneyError('bad_input', 'Search text: write at least two characters of an e-mail, name, phone or id.', { field: 'text' });
	}
	const rows = await tx.all(customerPlans.find, {
		pattern: text ? `%${text.replace(/[!%_]/g, '!$&')}%` : null,
		stage: query.stage === undefined ? null : keepableText(query.stage),
		vip: query.vip === undefined ? null : Number(query.vip),
		after: query.after === undefined ? null : keepableText(query.after),
		limit: query.limit,
	});
	return rows.map(customerView);
});
