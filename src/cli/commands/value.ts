import { ZoneClock } from '../../policy/zoneClock';
import type { BuyerModel } from '../../value/buyerModel';
import { customerValue, type CustomerValue, type ShopValue } from '../../value/customerValue';
import { EXPECTED_DAYS } from '../../value/expectations';
import { RELATED_FROM } from '../../value/repeatSpend';
import { FEWEST_REPEAT_BUYERS } from '../../value/valueModel';
import type { CommandContext } from '../context';
import { writeCsv } from '../csvFile';
import { UsageError } from '../exitCodes';
import { readCountOption, readInstantOption } from '../options';
import type { Register } from '../program';
import { count, counted, table } from '../words';

interface ValueOptions {
	calibrationEnd?: string;
	unit: string;
	horizon?: string;
	at?: string;
	perCustomer?: string;
}

const UNIT_DAYS: Readonly<Record<string, number>> = { day: 1, week: 7 };

/** `value`: who still buys, how often, and what it is worth (intelligence.md, "Value"). */
export const registerValue: Register = (program, run) => {
	program
		.command('value')
		.description('who still buys, how often, and what it is worth')
		.option('--calibration-end <instant>', 'the models see orders up to here; later ones show how well they predict')
		.option('--unit <unit>', 'time unit of the models: day or week', 'day')
		.option('--horizon <number>', 'how many units ahead orders are expected (default: the hold-out, else a year)')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--per-customer <file>', 'write a CSV file with one row a customer')
		.action(run(value));
};

async function value(context: CommandContext, options: ValueOptions): Promise<void> {
	const unitDays = UNIT_DAYS[options.unit];
	if (unitDays === undefined) throw new UsageError(`--unit "${options.unit}" is neither "day" nor "week".`);
	const horizon = options.horizon === undefined ? undefined : readCountOption('--horizon', options.horizon, 10_000);
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	const calibrationEnd = options.calibrationEnd === undefined ? undefined : readInstantOption('--calibration-end', options.calibrationEnd);
	const { payments, clock, now } = await context.withStore(
		async (store) => {
			const settings = await store.run('store.settings', {});
			const zone = ZoneClock.of(settings.zone ?? 'UTC') as ZoneClock;
			// The models know nothing that came after the calibration: what was given back later was still paid then.
			const givenBackUntil = calibrationEnd === undefined ? at : Math.min(zone.startOfDay(zone.localDay(calibrationEnd) + 1) - 1, at ?? settings.now);
			return { payments: await store.run('value.payments', { until: at, givenBackUntil, ids: options.perCustomer !== undefined }), clock: zone, now: settings.now };
		},
		{ thread: true },
	);
	const asOf = at ?? now;
	const dayOf = (ms: number) => clock.localDay(ms);
	const lastOrder = payments.orderedAt.reduce((last, instant) => Math.max(last, instant), Number.NEGATIVE_INFINITY);
	// A hold-out ends with the last order: an export that ends in spring says nothing about summer.
	const lastDay = dayOf(calibrationEnd === undefined ? asOf : Math.min(asOf, Math.max(lastOrder, calibrationEnd)));
	const found = customerValue(payments, { calibrationEndDay: calibrationEnd === undefined ? lastDay : Math.min(dayOf(calibrationEnd), lastDay), lastDay, dayOf, unitDays, horizon });
	if (options.perCustomer !== undefined) await writePerCustomer(context.path(options.perCustomer), found, payments.ids ?? new Map());
	await context.answer({ asOf: new Date(asOf).toISOString(), ...asJson(found, options.unit) }, () => asText(found, options.unit));
}

function asJson({ perCustomer, repeatBuyers, correlation, horizon, currency, ...found }: ShopValue, unit: string): Record<string, unknown> {
	const { bgnbd, mbgnbd, mbgcnbdK, gammaGamma, customers, holdout } = found;
	return { unit, customers, repeatBuyers, bgnbd: parameters(bgnbd), mbgnbd: parameters(mbgnbd), mbgcnbdK: mbgcnbdK && { k: mbgcnbdK.k, ...parameters(mbgcnbdK) }, gammaGamma, currency, correlation, horizon, expected: EXPECTED_DAYS.map((days, place) => ({ days, ...sumWithin(perCustomer, place) })), holdout };
}

/** All customers together. */
function sumWithin(customers: readonly CustomerValue[], place: number): { orders: number; value: number | null } {
	const orders = customers.reduce((sum, { within }) => sum + within[place].orders, 0);
	const known = customers.some(({ within }) => within[place].value !== null);
	return { orders, value: known ? customers.reduce((sum, { within }) => sum + (within[place].value ?? 0), 0) : null };
}

function parameters(model: BuyerModel | null): Record<string, number> | null {
	return model && { r: model.r, alpha: model.alpha, a: model.a, b: model.b, logLikelihood: model.logLikelihood };
}

function asText(found: ShopValue, unit: string): string {
	const summary = `${counted(found.customers, 'customer')}, ${count(found.repeatBuyers)} of them with a second order.\n`;
	if (!found.mbgcnbdK) return `${summary}Fewer than ${FEWEST_REPEAT_BUYERS} repeat buyers are too few for the models: each customer's own rate, drawn to the shop's, is used instead.\n`;
	const rows = ([['BG/NBD', found.bgnbd], ['MBG/NBD', found.mbgnbd], [`MBG/CNBD-${found.mbgcnbdK.k}`, found.mbgcnbdK]] as [string, BuyerModel][]).map(([name, { r, alpha, a, b, logLikelihood }]) => [name, ...[r, alpha, a, b].map((one) => one.toFixed(4)), logLikelihood.toFixed(2)]);
	const alive = found.perCustomer.reduce((sum, one) => sum + (one.pAlive ?? 0), 0);
	const expected = found.perCustomer.reduce((sum, one) => sum + one.expectedOrders, 0);
	const worth = found.gammaGamma ? `, worth ${count(Math.round(found.perCustomer.reduce((sum, one) => sum + (one.expectedValue ?? 0), 0)))} ${found.currency ?? ''}`.trimEnd() : '';
	const soon = `In ${EXPECTED_DAYS.map((days, place) => `${days} days: ${count(Math.round(sumWithin(found.perCustomer, place).orders))}`).join(', in ')} orders.\n`;
	const related = found.correlation !== null && Math.abs(found.correlation) >= RELATED_FROM ? `Frequency and value are related here (${found.correlation.toFixed(2)}), which Gamma-Gamma does not expect: take the values with care.\n` : '';
	const held = found.holdout ? `Hold-out: ${count(found.holdout.actual)} orders, ${count(Math.round(found.holdout.predicted))} predicted; mean absolute error ${found.holdout.mae.toFixed(3)} a customer, by the own rate ${found.holdout.maeOwnRate.toFixed(3)}.\n` : '';
	return `${summary}\n${table(['Model', 'r', 'alpha', 'a', 'b', 'Log-likelihood'], rows)}\nStill buying: about ${count(Math.round(alive))}. Expected in ${counted(Number(found.horizon.toFixed(1)), unit)}: ${count(Math.round(expected))} orders${worth}.\n${soon}${held}${related}`;
}

async function writePerCustomer(file: string, { perCustomer }: ShopValue, ids: ReadonlyMap<number, string>): Promise<void> {
	const rows = perCustomer.map((one) => [ids.get(one.customer) ?? '', one.x, one.tx, one.T, one.pAlive ?? '', one.expectedOrders, one.expectedValue ?? '', ...one.within.flatMap(({ orders, value: worth }) => [orders, worth ?? ''])]);
	await writeCsv(file, [['id', 'x', 't_x', 'T', 'pAlive', 'expectedOrders', 'expectedValue', ...EXPECTED_DAYS.flatMap((days) => [`orders${days}d`, `value${days}d`])], ...rows]);
}
