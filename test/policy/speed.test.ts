import { decide } from '../../src/policy/decide';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { compilePolicy } from '../../src/policy/policy';
import { at, DAY, facts, MINUTE, request, touch } from './support';

/** Promised: 30,000 decisions a second of processor time, however long the ledger. Asserted at a tenth, printed in full. */
const PROMISED = 30_000;

const policy = compilePolicy(defaultPolicy);
const now = at('2026-11-21T12:00Z');
const zones = ['Europe/Moscow', 'America/New_York', 'Asia/Vladivostok', null];

function perSecond(rows: number, customers: number, decisions: number): number {
	const known = Array.from({ length: customers }, (_, index) =>
		facts({
			customer: { timeZone: zones[index % zones.length], vip: index % 7 === 0, phone: `+7916${1_000_000 + index}` },
			consents: [{ channel: 'email', purpose: 'marketing', status: 'granted', at: 0 }],
			touches: Array.from({ length: rows }, (_row, age) => touch(now - (rows - age) * 0.9 * DAY, { category: 'promo' })),
			sameStep: [],
		}),
	);
	const requests = known.map((_, index) => request({ key: `k${index}`, category: 'promo/sale', enrolment: `e${index}`, step: 's', visit: 1 }));
	const ask = (count: number) => {
		for (let index = 0; index < count; index++) decide(requests[index % customers], known[index % customers], policy, now + (index % 1440) * MINUTE);
	};
	ask(2_000);
	const before = process.cpuUsage();
	ask(decisions);
	const { user, system } = process.cpuUsage(before);
	return Math.round((decisions * 1_000_000) / (user + system));
}

test('P20 decisions a second, ledgers of 10 and of 10,000 rows', () => {
	const short = perSecond(10, 500, 30_000);
	const long = perSecond(10_000, 10, 30_000);
	console.log(`contact policy: ${short} decisions a second over 10 rows, ${long} over 10,000 (promised ${PROMISED})`);
	expect(short).toBeGreaterThan(PROMISED / 10);
	expect(long).toBeGreaterThan(PROMISED / 10);
});
