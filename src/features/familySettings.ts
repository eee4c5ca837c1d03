import { z } from 'zod/v4';
import { lifecycle } from '../lifecycle/lifecycle';
import { lifecycleSettings } from '../lifecycle/settings';
import { nextPurchase } from '../rhythm/nextPurchase';
import { nextPurchaseSettings } from '../rhythm/nextPurchaseSettings';
import { rhythm } from '../rhythm/rhythm';
import { rfm } from '../segments/rfm';
import { rfmSettings } from '../segments/rfmSettings';
import { valueFamily } from '../value/valueFamily';
import { worthSettings } from '../value/worthSettings';

/** What the settings of each family may be, all of them; by the family's name. Whoever only computes needs none of it. */
export const SETTINGS_OF: ReadonlyMap<string, z.ZodType<object>> = new Map<string, z.ZodType<object>>([
	[rfm.name, rfmSettings],
	[rhythm.name, z.strictObject({})],
	[nextPurchase.name, nextPurchaseSettings],
	[lifecycle.name, lifecycleSettings],
	[valueFamily.name, worthSettings],
]);
