import type { JourneyPlace } from '../journeys/item';

/** Reaches nobody: the domain is reserved for examples (RFC 2606). */
export const TEST_ADDRESS = 'test-customer@example.com';

/** No store has this enrolment, so nothing can be parked or counted for it. */
export const TEST_ENROLMENT = 'test-run';

export function isTestPlace(place: JourneyPlace | undefined): boolean {
	return place?.enrolment === TEST_ENROLMENT;
}
