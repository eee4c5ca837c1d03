/**
 * Waiting in a real n8n: many customers in Journey Wait against a few in n8n's own Wait node, one execution per customer,
 * in the same n8n process, one after the other. Prints how many a second came to stand there and how many a second left.
 * Parking is timed from the instant the executions may begin; what it took to take the events in before is printed beside it.
 *
 *   node test/bench/n8nWaits.mjs [--customers 20000] [--executions 200]
 *
 * Both workflows keep no data of successful executions, as the templates do. The customer store is a file with a test
 * clock, so that everybody is due at once; n8n's Wait is given one instant for everybody.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { BenchN8n } from './support/benchN8n.mjs';
import { journeyWait } from './support/journeyWait.mjs';
import { ownWait } from './support/ownWait.mjs';

const PROMISED_RATIO = 300;
const { values } = parseArgs({ options: { customers: { type: 'string', default: '20000' }, executions: { type: 'string', default: '200' } } });
const say = (text) => process.stdout.write(`${text}\n`);
const number = (value) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
const load = () => `load ${loadavg()[0].toFixed(1)} on ${cpus().length} cores`;
const line = (text, { count, seconds }) => say(`  ${text.padEnd(62)} ${number(count).padStart(6)} in ${number(seconds).padStart(5)} s = ${number(count / seconds).padStart(6)}/s`);

const n8n = await BenchN8n.start();
try {
	say(`Journey Wait (${load()})`);
	const ours = await journeyWait(n8n, Number(values.customers));
	line('events taken in by the store', ours.takenIn);
	line('PARKED: they may enter, until all executions have parked them', ours.entered);
	line('both: first event sent until all parked', ours.parked);
	line('RELEASED: clock moved until every execution has ended', ours.released);

	say(`n8n's own Wait, one execution per customer (${load()})`);
	const own = await ownWait(n8n, Number(values.executions));
	line('PARKED: first webhook call until all executions wait', own.parked);
	line('RELEASED: the instant of all waits until the last has ended', own.released);

	const times = (our, its) => (our.count / our.seconds) / (its.count / its.seconds);
	const [parked, released] = [times(ours.entered, own.parked), times(ours.released, own.released)];
	say(`Journey Wait is ${number(parked)} times as fast in parking (${number(times(ours.parked, own.parked))} times with taking the events in, which n8n's own has no part for), ${number(released)} times in releasing (${load()})`);
	const kept = Math.min(parked, released) >= PROMISED_RATIO;
	say(`promised: ${PROMISED_RATIO} times: ${kept ? 'kept' : 'NOT KEPT'}`);
} catch (error) {
	say(n8n.lastWords(20));
	throw error;
} finally {
	await n8n.remove();
}
