import { chance } from './people.mjs';

/**
 * What a customer agreed to: most said yes to e-mail, some no, some were never asked, a few took it back.
 * @returns {Array<{ customer_id: string, channel: string, purpose: string, status: string, at: string, source: string }>}
 */
export function inventConsents({ customer_id, phone, created_at }) {
	const answer = (channel, status, at, source) => ({ customer_id, channel, purpose: 'marketing', status, at, source });
	const consents = [];
	const draw = chance('email consent', customer_id);
	if (draw < 0.78) consents.push(answer('email', 'granted', created_at, 'checkout'));
	else if (draw < 0.84) consents.push(answer('email', 'granted', created_at, 'checkout'), answer('email', 'denied', threeMonthsAfter(created_at), 'unsubscribe link'));
	else if (draw < 0.9) consents.push(answer('email', 'denied', created_at, 'checkout'));
	if (phone && chance('sms consent', customer_id) < 0.4) consents.push(answer('sms', 'granted', created_at, 'checkout'));
	return consents;
}

/** Never after the data set's last month, so that no answer lies in the future once the dates are shifted. */
function threeMonthsAfter(at) {
	const later = new Date(Date.parse(`${at.replace(' ', 'T')}Z`) + 90 * 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
	return later < '2011-12-01' ? later : at;
}
