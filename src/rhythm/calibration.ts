import { endOfDay } from '../features/orderDays';
import { knownAt, type DaysOnly } from './daysOnly';
import { fitReturns, Standing, type ReturnModel } from './returnModel';

/** How the dates of the past would have come true, had they been given then. */
export interface Calibration {
	/** Dates that were given, for customers with four order days or more. */
	dates: number;
	/** Share of orders that came before the given P25, P50 and P75, those still awaited counted as such. */
	before: [number, number, number];
	/** Probabilities to ask the model for so that a quarter, half and three quarters of the orders come before. */
	levels: [number, number, number];
}

const QUARTERS: readonly [number, number, number] = [0.25, 0.5, 0.75];
/** So many days before today the dates are given anew. */
const LOOKS_BACK = [60, 90, 120];
const FEWEST_DATES = 150;
/** How far the levels move to where the past wanted them: the past had seasons of its own. */
const TRUST = 1 / 3;

/** Where somebody stands who has bought on the days at [from, end), as of the day that was learned at. */
export type Stand = (history: DaysOnly, place: number, end: number) => Pick<Standing, 'within'>;

/** Who orders at all. @param known up to the day @param near a model of nearly the same history, from where to look for this one */
export function learnReturns(known: DaysOnly, day: number, near?: ReturnModel): Stand {
	const standing = new Standing(fitReturns(known, day, near));
	return (history, place, end) => {
		standing.place(history.days, history.offsets[place], end, day);
		return standing;
	};
}

/** Fits as of past days, and looks at what came after. @param fewest order days of who is looked at */
export function calibrate(history: DaysOnly, lastDay: number, learn: (known: DaysOnly, day: number) => Stand = learnReturns, fewest = 4): Calibration {
	const outcomes: Outcome[] = [];
	for (const back of LOOKS_BACK) {
		const day = lastDay - back;
		const known = knownAt(history, (place) => endOfDay(history, place, day));
		const stand = learn(known, day);
		for (let place = 0; place < history.numbers.length; place++) {
			const end = endOfDay(history, place, day);
			if (end - history.offsets[place] < fewest) continue;
			const standing = stand(history, place, end);
			const ordered = end < history.offsets[place + 1];
			const after = ordered ? history.days[end] - day : back;
			outcomes.push({ at: ordered ? (standing.within(after - 1) + standing.within(after)) / 2 : standing.within(after), ordered });
		}
	}
	if (outcomes.length < FEWEST_DATES) return { dates: outcomes.length, before: [...QUARTERS], levels: [...QUARTERS] };
	const share = comeTrue(outcomes);
	const before = QUARTERS.map((quarter) => share.below(quarter)) as Calibration['before'];
	const levels = QUARTERS.map((quarter) => moved(quarter, share.where(quarter))) as Calibration['levels'];
	return { dates: outcomes.length, before, levels };
}

/** The probability that the model gave to what happened, or to what had happened by the end. */
export interface Outcome {
	at: number;
	ordered: boolean;
}

/** Distribution of the outcomes (Kaplan & Meier 1958): even between 0 and 1 where probabilities come true. */
export function comeTrue(outcomes: readonly Outcome[]): { below(probability: number): number; where(share: number): number | undefined } {
	const sorted = [...outcomes].sort((a, b) => a.at - b.at || Number(b.ordered) - Number(a.ordered));
	let left = 1;
	const steps = sorted.map(({ at, ordered }, place) => {
		if (ordered) left *= 1 - 1 / (sorted.length - place);
		return { at, share: 1 - left };
	});
	return {
		below: (probability) => steps.findLast(({ at }) => at <= probability)?.share ?? 0,
		where: (share) => steps.find((step) => step.share >= share)?.at,
	};
}

/** In logarithms of odds, so that nothing leaves 0 to 1. @param wanted undefined: so many never came */
function moved(level: number, wanted: number | undefined): number {
	if (wanted === undefined) return level;
	const odds = (probability: number) => Math.log(probability / (1 - probability));
	const bounded = Math.min(0.99, Math.max(0.01, wanted));
	return 1 / (1 + Math.exp(-(odds(level) + TRUST * (odds(bounded) - odds(level)))));
}
