/** The sentence for a customer who is not there, the same at every operation. */
export function refusal(why: 'unknown_customer' | 'customer_erased'): { ok: false; code: string; message: string } {
	return why === 'customer_erased'
		? {
				ok: false,
				code: why,
				message: 'This customer was erased and is not taken in again. A new explicit consent (Consent: set, granted) lifts that.',
			}
		: {
				ok: false,
				code: why,
				message: 'No customer with this id, e-mail or phone is in the store. Create the customer first (Customer: create or update), or check the Customer field.',
			};
}
