import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { toPlainError } from '../core/errors';
import { ZoneClock } from '../policy/zoneClock';
import { asOf } from './contract';
import type { Answered, Asked } from './hand';
import { ShopPart, type BucketFigures } from './shopPart';

/** A thread that holds a part of the shop, and does what it is asked until it is ended. */
const port = parentPort as MessagePort;
const { at, zone } = workerData as { at: number; zone: string };
const part = new ShopPart(asOf(at, ZoneClock.of(zone) as ZoneClock));

port.on('message', ({ id, task, input }: Asked) => {
	try {
		const done = (part[task] as (input: unknown) => unknown)(input);
		port.postMessage({ id, done } satisfies Answered, task === 'figures' ? memoryOf(done as BucketFigures) : []);
	} catch (error) {
		port.postMessage({ id, error: toPlainError(error) } satisfies Answered);
	}
});

/** Figures are handed over, not copied: nobody here looks at them any more. */
function memoryOf({ numbers, columns, marks }: BucketFigures): ArrayBuffer[] {
	const arrays = [...(columns?.values() ?? [])].map((column) => ('labels' in column ? column.codes : column.numbers));
	if (marks) arrays.push(marks.standing, marks.drifting);
	arrays.push(numbers);
	return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}
