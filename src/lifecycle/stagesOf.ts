import type { ItemAnswer } from '../customers/contract';
import type { CustomerRef } from '../customers/identity';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { idsOf, loadCustomers, resolveCustomers } from '../customers/resolve';
import { historyOfSome } from '../features/figuresOfCustomer';
import { fittedFamilies } from '../features/models';
import { placeOf } from '../features/orderDays';
import type { CustomerView } from '../journeys/item';
import { read, type Tx } from '../store/port';
import { lifecycle } from './lifecycle';
import type { LifecycleModel } from './model';
import type { LifecycleSettings } from './settings';
import { explainStage, type ExplainedStage } from './stageInWords';

export type StageAnswer = ItemAnswer<{ customer: CustomerView; lifecycle: ExplainedStage & { vip: boolean } }>;

export interface StagesOf {
	answers: StageAnswer[];
	/** false: the figures of the shop were never computed, and nothing is known of its customers' gaps */
	learned: boolean;
}

const LEAD: ExplainedStage = { stage: 'lead', since: null, pending: null, pendingSince: null, daysSinceOrder: null, expectedGapDays: null, reason: 'No order yet.' };

/**
 * The stages of customers as they are at this instant, whatever the last refresh said: what time has done since counts. Nothing
 * is written, and nobody is told. Who is a VIP is said by the last refresh.
 */
export const stagesOf = read(async (tx, { refs }: { refs: CustomerRef[] }): Promise<StagesOf> => {
	const resolved = await resolveCustomers(tx, refs, { create: false, keep: false });
	const ids = [...new Set(idsOf(resolved))].sort((a, b) => a - b);
	const customers = await loadCustomers(tx, ids);
	const stages = await explained(tx, ids);
	const answers = resolved.map((one): StageAnswer => {
		if (!one.found) return refusal(one.why);
		const customer = customers.get(one.id);
		if (!customer || customer.erased_at !== null) return refusal('customer_erased');
		const found = stages?.get(one.id) ?? LEAD;
		return { ok: true, customer: { ...customerView(customer), stage: found.stage }, lifecycle: { ...found, vip: customer.vip === 1 } };
	});
	return { answers, learned: stages !== undefined };
});

/** @returns undefined before the first refresh */
async function explained(tx: Tx, ids: number[]): Promise<Map<number, ExplainedStage> | undefined> {
	const fitted = (await fittedFamilies(tx))?.find(({ family }) => family.name === lifecycle.name);
	if (!fitted) return undefined;
	const { history, asOf } = await historyOfSome(tx, ids, await tx.now(), []);
	return new Map(
		ids.flatMap((id) => {
			const place = placeOf(history.orders, id);
			return place < 0 ? [] : [[id, explainStage(fitted.model as LifecycleModel, fitted.settings as LifecycleSettings, history.orders, place, asOf)] as const];
		}),
	);
}
