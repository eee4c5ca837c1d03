import type { PairCard } from '../../src/bundles/page/cards';
import { networkPicture } from '../../src/bundles/page/drawings';

const card = (from: string, to: string): PairCard => ({ kind: 'together', from, to, count: 10, share: 0.2, lift: 3, adjustedLift: 3, qValue: 0, periods: [] });
const labelsOf = (picture: string) => [...picture.matchAll(/<text[^>]*>([^<]*)</g)].map(([, label]) => label);

test('long names of one family stay apart in the picture: what is left out is in the middle', () => {
	const [green, pink] = ['ALARM CLOCK BAKELIKE GREEN', 'ALARM CLOCK BAKELIKE PINK'];
	const labels = labelsOf(networkPicture([card(green, pink), card(pink, 'TEA')]));
	expect(labels).toEqual(expect.arrayContaining(['ALARM CLOC…LIKE GREEN', 'ALARM CLOC…ELIKE PINK', 'TEA']));
	for (const label of labels) expect([...label!].length).toBeLessThanOrEqual(21);
});
