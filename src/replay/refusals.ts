import { JourneyError, type JourneyErrorCode } from '../core/errors';
import type { ItemAnswer } from '../customers/contract';

/** @throws JourneyError on the first record that the store did not take, saying which. @param what such as `store.orders` */
export function refuseRefusals(what: string, answers: readonly ItemAnswer<object>[]): void {
	for (const [index, answer] of answers.entries()) {
		if (!answer.ok) throw new JourneyError(answer.code as JourneyErrorCode, `${what}.${index} is refused by the store: ${answer.message}`, { index });
	}
}
