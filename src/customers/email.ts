import { domainToASCII } from 'node:url';

const LOCAL_LIMIT_BYTES = 64;
const ADDRESS_LIMIT_BYTES = 254;
/** Dot-atom of RFC 5322, with letters and digits of every script (RFC 6531). */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export type Normalised = { ok: true; value: string } | { ok: false; problem: string };

/**
 * The one spelling under which an e-mail address finds its customer: trimmed, Unicode NFC, lower case, the domain in
 * ASCII (IDN). Dots and plus signs stay: what they mean is the provider's affair, and two people must never become one.
 * @returns the address, or what is wrong with it as the end of a sentence ("has no @")
 */
export function normaliseEmail(raw: string): Normalised {
	const address = raw.trim().normalize('NFC').toLowerCase().normalize('NFC');
	const at = address.lastIndexOf('@');
	if (at < 0) return refused('has no @');
	const local = address.slice(0, at);
	if (local === '') return refused('has nothing before the @');
	if (address.length === at + 1) return refused('has nothing after the @');
	if (!LOCAL_PART.test(local)) return refused(`has ${describeLocalFault(local)} before the @`);
	if (Buffer.byteLength(local) > LOCAL_LIMIT_BYTES) return refused(`is longer than ${LOCAL_LIMIT_BYTES} bytes before the @`);
	const domain = asciiDomain(address.slice(at + 1));
	if (domain === undefined) return refused('has a domain that cannot exist');
	const value = `${local}@${domain}`;
	if (Buffer.byteLength(value) > ADDRESS_LIMIT_BYTES) return refused(`is longer than ${ADDRESS_LIMIT_BYTES} bytes`);
	return { ok: true, value };
}

function asciiDomain(raw: string): string | undefined {
	if (/[\s/?#@:\\[\]%]/.test(raw)) return undefined;
	const domain = domainToASCII(raw);
	const labels = domain.split('.');
	if (labels.length < 2 || !labels.every((label) => DOMAIN_LABEL.test(label))) return undefined;
	// A top level of digits only is the tail of an IP address, never a mail domain.
	return /^\d+$/.test(labels[labels.length - 1]) ? undefined : domain;
}

function describeLocalFault(local: string): string {
	if (/\s/.test(local)) return 'a space';
	if (local.includes('@')) return 'a second @';
	if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return 'a dot in the wrong place';
	return 'a character that is not allowed';
}

function refused(problem: string): Normalised {
	return { ok: false, problem };
}
