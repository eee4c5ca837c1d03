import { JourneyError } from '../core/errors';

/** What a call after the end is told. */
export function closedError(label: string): JourneyError {
	return new JourneyError('store_unavailable', `The customer store ${label} was closed.`);
}
