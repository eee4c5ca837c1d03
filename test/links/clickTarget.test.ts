import fc from 'fast-check';
import { clickHostOf, clickTarget } from '../../src/links/clickTarget';

const HOSTS = ['shop.example', '*.shop.example', 'other.example:8443'];

test.each([
	['shop.example', 'shop.example'],
	[' Shop.Example ', 'shop.example'],
	['*.shop.example', '*.shop.example'],
	['shop.example:8443', 'shop.example:8443'],
	['bücher.example', 'xn--bcher-kva.example'],
])('%j is a host: %s', (written, host) => expect(clickHostOf(written)).toBe(host));

test.each(['', '*', '*.', '*.com', 'com', 'localhost', 'https://shop.example', 'shop.example/', 'a@shop.example', 'shop.example?x', '10.0.0.1', '*.10.0.0.1', '127.1', 'shop..example', '-shop.example', 'shop example'])('%j is none', (written) => expect(clickHostOf(written)).toBeNull());

test.each([
	['https://shop.example', 'https://shop.example/'],
	['https://shop.example/cart?id=1&x=%20#top', 'https://shop.example/cart?id=1&x=%20#top'],
	['http://www.shop.example/a', 'http://www.shop.example/a'],
	['HTTPS://SHOP.EXAMPLE/A', 'https://shop.example/A'],
	['https://shop.example:443/', 'https://shop.example/'],
	['https://other.example:8443/x', 'https://other.example:8443/x'],
	['https://shop.example/?next=https://evil.example', 'https://shop.example/?next=https://evil.example'],
])('%s is led to', (address, target) => expect(clickTarget(address, HOSTS)).toBe(target));

test.each([
	'https://evil.example/', 'https://shop.example.evil.example/', 'https://evilshop.example/', 'https://shop.example@evil.example/', 'https://shop.example:x@evil.example/', 'https://user@shop.example/',
	'//evil.example', '/cart', 'javascript:alert(1)', 'data:text/html,x', 'ftp://shop.example/', 'https:/\\evil.example', 'https://shop.example\\@evil.example', 'https://shop.example\n.evil.example', ' https://shop.example',
	'https://shop.example\t/', 'https://other.example/', 'https://shop.example:8443/', 'https://shop.example%2eevil.example/', 'https://', '', 'https://xn--shp-sna.example/', `https://shop.example/${'a'.repeat(2_000)}`,
])('%j is not', (address) => expect(clickTarget(address, HOSTS)).toBeNull());

test('nothing is led to while no host is named', () => expect(clickTarget('https://shop.example/', [])).toBeNull());

test('whatever is put together of such pieces, it leads to a named host or nowhere, and nothing breaks out of a header', () => {
	const piece = fc.constantFrom('https:', 'http:', 'javascript:', '//', '/', '\\', '@', ':', 'shop.example', 'evil.example', '.', 'www.', '?', '#', '%2f', '%00', '\r\n', '\t', ' ', '443', 'ＥＶＩＬ.example', '。', 'u', '[::1]');
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
			const target = clickTarget(pieces.join(''), HOSTS);
			if (target === null) return;
			expect(target).toMatch(/^https?:\/\/([a-z0-9-]+\.)*shop\.example(\/|\?|#)/);
			expect(target).not.toMatch(/[\s\u0000-\u001f\\]/);
		}),
		{ seed: 20261122, numRuns: 20_000 },
	);
});
