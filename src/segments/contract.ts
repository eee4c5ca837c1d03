import type { CustomerRef } from '../customers/identity';
import type { CustomerView } from '../journeys/item';
import type { SegmentRef } from './savedSegments';

/** Inputs and outputs of the segment operations of src/operations.ts. Instants are UTC milliseconds. */

export interface SaveSegment {
	name: string;
	/** SegmentRules, as written */
	rules: unknown;
	savedBy?: string;
}

export interface SavedSegment {
	name: string;
	version: number;
	rules: unknown;
	/** the rules as a sentence */
	words: string;
	savedAt: number;
	result: 'saved' | 'unchanged';
	/** what may be a slip, such as a category that no product is in */
	warnings: string[];
}

export interface ListedSegment {
	name: string;
	version: number;
	words: string;
	savedAt: number;
	/** how many were in it at `countedAt`; null when nobody has counted this version */
	members: number | null;
	customers: number | null;
	countedAt: number | null;
}

export interface CheckSegment {
	segment: SegmentRef;
	items: { index: number; customer: CustomerRef }[];
	/** as of this instant; now unless given */
	at?: number;
}

/** Whoever the store does not know, or who was erased, is in no segment. */
export type SegmentAnswer = { index: number; inside: boolean; why?: 'unknown_customer' | 'customer_erased' };

export interface SegmentPage {
	segment: SegmentRef;
	/** customers up to this number in the store have been looked at; 0 to begin */
	after: number;
	/** customers to look at, at most */
	lookAt?: number;
	/** members to give, at most; none: count only */
	limit?: number;
	/** as of this instant; now unless given */
	at?: number;
}

export interface SegmentMembers {
	/** in the order of their numbers in the store */
	members: CustomerView[];
	/** of those looked at; more than are given where there was a limit */
	count: number;
	lookedAt: number;
	/** where to go on */
	after: number;
	done: boolean;
	at: number;
	name: string | null;
	version: number | null;
	words: string;
}
