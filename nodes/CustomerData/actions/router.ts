import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { errorItems } from '../../../src/n8n/errors';
import { withStore } from '../../../src/n8n/storeAccess';
import { CustomerDataRun } from '../run';
import * as consent from './consent';
import * as coupon from './coupon';
import * as customer from './customer';
import * as event from './event';
import * as journey from './journey';
import * as message from './message';
import * as note from './note';
import * as order from './order';
import * as product from './product';
import * as shopData from './shopData';
import * as subscription from './subscription';
import * as task from './task';

type Operation = { execute(run: CustomerDataRun): Promise<INodeExecutionData[]> };

const RESOURCES: Record<string, Record<string, Operation | unknown>> = { consent, coupon, customer, event, journey, message, note, order, product, shopData, subscription, task };

/** Runs the chosen operation on the node's store. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0);
	const operation = this.getNodeParameter('operation', 0);
	const chosen = RESOURCES[resource]?.[operation] as Operation | undefined;
	if (!chosen) throw new NodeOperationError(this.getNode(), `This version of the node has no operation "${operation}" of "${resource}": choose another one.`);
	try {
		return [await withStore(this, async (store) => await chosen.execute(await CustomerDataRun.begin(this, store)))];
	} catch (error) {
		return [errorItems(this, error)];
	}
}
