import { signatureOf } from '../core/hash';
import { IDENTITY_TYPES, type Identity } from '../customers/identity';

/** Under what a suppressed address is kept: it survives merge, re-import and erasure without being readable. */
export function suppressionHash(secret: string, address: Identity): string {
	return signatureOf(secret, 'suppression', address.type, address.value);
}

const BY_PHONE = new Set(['sms', 'call', 'whatsapp']);

/** The identity type that a channel's address has. */
export function addressTypeOf(channel: string): string {
	if (channel === 'email') return IDENTITY_TYPES.email;
	return BY_PHONE.has(channel) ? IDENTITY_TYPES.phone : channel;
}
