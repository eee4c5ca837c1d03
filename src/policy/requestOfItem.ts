import { JourneyError } from '../core/errors';
import { hashOf } from '../core/hash';
import { enrolmentName } from '../journeys/place';
import type { PassItem, PassRequest } from './contract';
import { MAILING_PREFIX } from './mailingPrefix';
import { readRequest, type ContactRequest } from './request';
import { mailingRequestKey, requestKey } from './requestKey';
import type { Judged } from './subjects';

/**
 * What an item of Contact Policy asks, under the key by which it is known again (contact-policy.md section 8): the visit of
 * its enrolment, or the mailing key.
 * @throws JourneyError `bad_input` naming the field
 */
export function requestOfItem(request: PassRequest, subject: Judged): ContactRequest {
	const { item, customer, enrolment, visit } = subject;
	const asked = {
		customer: customer?.key ?? item.customer.customerId ?? item.customer.email ?? item.customer.phone ?? Object.values(item.customer.externalIds ?? {})[0],
		channel: item.channel,
		category: item.category,
		class: item.class,
		priority: item.priority,
		tags: item.tags,
		...(item.urgent === true ? { urgent: true } : {}),
		...(item.exempt && item.exempt.length > 0 ? { exempt: item.exempt } : {}),
		...(item.counts === undefined ? {} : { counts: item.counts }),
		...(item.value === undefined ? {} : { value: item.value }),
		...(item.notBefore === undefined ? {} : { notBefore: item.notBefore }),
		...(item.deadline === undefined ? {} : { deadline: item.deadline }),
		onBlock: onBlockOf(item),
	};
	if (request.dryRun) return readRequest({ ...asked, key: hashOf('test run', item.index) }, 'This item');
	if (!enrolment) {
		if (!item.mailingKey) throw new JourneyError('bad_input', 'This item came through no journey, so the node needs a Mailing key to know the message again. Fill in Mailing key.', { field: 'mailingKey' });
		return readRequest({ ...asked, key: mailingRequestKey(item.mailingKey, String(asked.customer), item.channel) }, 'This item');
	}
	const mailing = enrolment.journey_key.startsWith(MAILING_PREFIX);
	const step = { journey: enrolment.journey_key, enrolment: enrolmentName(storeOf(item), enrolment.id), step: request.stepKey, visit };
	const key = mailing ? enrolment.entry_key : requestKey(step.enrolment, step.step, visit);
	return readRequest({ ...asked, ...(mailing ? {} : step), key }, 'This item');
}

/** Where no further channel was chosen, there is none to fall back to: the message waits. */
export function onBlockOf({ onBlock, fallbackChannels }: Pick<PassItem, 'onBlock' | 'fallbackChannels'>): ContactRequest['onBlock'] {
	if (onBlock !== 'fallback') return onBlock;
	return fallbackChannels.length === 0 ? 'delay' : { fallback: fallbackChannels };
}

const storeOf = (item: PassItem) => (item.journey as NonNullable<PassItem['journey']>).enrolment.replace(/-\d+$/, '');
