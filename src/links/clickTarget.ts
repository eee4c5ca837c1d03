/** Where a click link may lead (contact-policy.md section 12): to hosts that the shop has named, and nowhere else. */

const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})+(:\\d{1,5})?$`);

/**
 * A host as a person writes it, as addresses have it: lower case, international names in their ASCII form.
 * @returns null when it is none; a wildcard needs two labels below it, so that `*.com` is none
 */
export function clickHostOf(written: string): string | null {
	const text = written.trim().toLowerCase();
	const wild = text.startsWith('*.');
	const name = wild ? text.slice(2) : text;
	if (name === '' || /[/@?#\\\s%]/.test(name) || !URL.canParse(`https://${name}`)) return null;
	const { host } = new URL(`https://${name}`);
	const known = `${wild ? '*.' : ''}${host}`;
	return HOST.test(known) && !/^[\d.]+(:\d+)?$/.test(host) ? known : null;
}

/**
 * The address a click leads to, rewritten by the rules that browsers follow, so that both read the same host in it.
 * @param hosts from `clickHostOf`
 * @returns null when it may not lead there
 */
export function clickTarget(address: string, hosts: readonly string[]): string | null {
	// Browsers drop tabs and line ends in the middle of an address and read a backslash as a slash; nobody needs them.
	if (address.length > 2_000 || /[\u0000-\u0020\u007f\\]/.test(address) || !URL.canParse(address)) return null;
	const url = new URL(address);
	if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return null;
	return hosts.some((host) => fits(url.host, host)) ? url.href : null;
}

function fits(host: string, allowed: string): boolean {
	return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) && host.length > allowed.length - 1 : host === allowed;
}
