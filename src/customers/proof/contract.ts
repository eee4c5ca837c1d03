/** A file of the proof folder; names are the product's own and hold nothing of anybody. */
export interface ProofFile {
	name: string;
	mimeType: 'text/markdown' | 'application/json' | 'text/csv';
	content: string;
}

export interface ProofFolder {
	/** ISO */
	madeAt: string;
	/** The customer's id, or the pseudonym of an erased one. */
	about: string;
	erased: boolean;
	files: ProofFile[];
}

/** One answer of a customer, with the words they were asked with. Instants are UTC milliseconds. */
export interface Receipt {
	channel: string;
	purpose: string;
	status: 'granted' | 'denied' | 'pending';
	at: number;
	recordedAt: number;
	expiresAt: number | null;
	source: string | null;
	proof: string | null;
	wordingId: string | null;
	wordingHash: string | null;
	wordingText: string | null;
}

/** One message, and the answer that held when it was decided. */
export interface MessageLine {
	at: number;
	channel: string;
	class: string;
	category: string;
	state: string;
	key: string;
	policyVersion: string;
	/** place in the list of receipts, from 1; null where none was asked for or none was given */
	receipt: number | null;
}

/** What the journal says of an erasure. It holds no personal data. */
export interface ErasureEntry {
	number: number;
	pseudonym: string;
	erasedAt: number;
	requestedBy: string | null;
	counts: Record<string, number>;
}
