import { clumpedFrom, evenBelow } from '../../src/rhythm/chance';
import { byChance, seeded } from './support';

test('two gaps: the one order between falls within 2.5 % of either end in one case of twenty', () => {
	const share = 0.025;
	const exact = 1 + (share * Math.log(share) + (1 - share) * Math.log(1 - share)) / Math.LN2;
	expect(clumpedFrom(2)).toBeCloseTo(exact, 2);
});

test.each([2, 3, 5, 10, 20, 50, 200])('%i gaps: simulated anew, one in twenty is above the line of bursts, one in five below that of evenness', (gaps) => {
	const random = seeded(7);
	const rounds = 4_000;
	let [clumped, even] = [0, 0];
	for (let round = 0; round < rounds; round++) {
		const lengths = Array.from({ length: gaps }, () => byChance(random));
		const sum = lengths.reduce((all, one) => all + one, 0);
		const hp = 1 + lengths.reduce((all, one) => all + (one / sum) * Math.log(one / sum), 0) / Math.log(gaps);
		const uneven = Math.log(sum / gaps) - lengths.reduce((all, one) => all + Math.log(one), 0) / gaps;
		if (hp > clumpedFrom(gaps)) clumped++;
		if (uneven < evenBelow(gaps)) even++;
	}
	expect(Math.abs(clumped / rounds - 0.05)).toBeLessThan(0.012);
	expect(Math.abs(even / rounds - 0.2)).toBeLessThan(0.02);
});

test('between rows of the table the line is straight, beyond it level', () => {
	expect(clumpedFrom(11)).toBeCloseTo((clumpedFrom(10) + clumpedFrom(12)) / 2, 10);
	expect(clumpedFrom(100_000)).toBe(clumpedFrom(1_000));
});
