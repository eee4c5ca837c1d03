/** Which link of which customer's last letter is followed. */
export interface FollowedLink {
	customer: string;
	/** a part of the link's address that tells it from the others in the letter */
	containing: string;
}

/**
 * The query of the link in a letter that somebody follows.
 * @param html of the letter; undefined when the customer has got none
 * @throws Error when there is no such link
 */
export function queryOfLink(html: string | undefined, { customer, containing }: FollowedLink): Record<string, string> {
	const links = [...(html ?? '').matchAll(/href="([^"]*)"/g)].map(([, address]) => unescaped(address as string));
	const link = links.find((address) => address.includes(containing) && URL.canParse(address));
	if (link === undefined) throw new Error(`${customer} has no letter with a link that contains "${containing}".`);
	return Object.fromEntries(new URL(link).searchParams);
}

/** Addresses in HTML are escaped by name or by number. */
function unescaped(text: string): string {
	return text.replace(/&amp;/g, '&').replace(/&#(\d+);/g, (_sign, code: string) => String.fromCharCode(Number(code)));
}
