import type { OwnEvent } from '../ingest/tellEvents';
import { customerView } from '../customers/profile';
import type { JsonObject } from '../journeys/conditions';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { LeadRow } from '../store/plans/leadPlans';
import { nextCrossing } from './nextCrossing';
import { earn, later, levelOf, LEVELS, nothingEarned, scoreAt, type Deed, type Earned, type Level } from './points';
import { LEAD_SCORE_CROSSED } from './rules';
import type { SavedScore } from './savedScores';

const SOURCE = 'customer-journeys';

/** A threshold that was crossed. */
interface Crossing {
	at: number;
	from: Level;
	to: Level;
	points: number;
}

/** A customer's standing in one score, in memory: changed deed by deed, then written with the thresholds it crossed. */
export class Lead {
	private readonly crossed: Crossing[] = [];

	private constructor(
		private readonly score: SavedScore,
		private readonly customerId: number,
		private earned: Earned,
		private level: Level,
		private levelSince: number,
		private crossings: number,
	) {}

	/** As it was told last. @param row of this version */
	static told(score: SavedScore, row: LeadRow & { level: Level }, now: number): Lead {
		const earned = later(score.rules, { asOf: row.as_of, actions: JSON.parse(row.earned) as number[] }, now);
		return new Lead(score, row.customer_id, earned, row.level, row.level_since ?? row.as_of, row.crossings);
	}

	/** As it was before the deeds that are to come, which told nobody anything. @param all deeds of the customer, these among them @param coming deeds that count from now on */
	static baseline(score: SavedScore, customerId: number, all: readonly Deed[], coming: readonly Deed[], facts: number, now: number, crossings = 0): Lead {
		const everything = earn(score.rules, nothingEarned(score.rules, now), all);
		const newly = earn(score.rules, nothingEarned(score.rules, now), coming);
		const earned = { asOf: now, actions: everything.actions.map((points, place) => points - newly.actions[place]) };
		return new Lead(score, customerId, earned, levelOf(score.rules, scoreAt(score.rules, earned, facts, now)), now, crossings);
	}

	/** Somebody of whom nothing was known a moment ago. */
	static stranger(score: SavedScore, customerId: number, now: number): Lead {
		return new Lead(score, customerId, nothingEarned(score.rules, now), levelOf(score.rules, 0), now, 0);
	}

	/** @param deed not after now */
	add(deed: Deed, facts: number): void {
		this.earned = earn(this.score.rules, this.earned, [deed]);
		this.look(facts, this.earned.asOf);
	}

	/** Notes a level that is not the one told. @param at when it became so, UTC milliseconds */
	look(facts: number, at: number): void {
		const points = scoreAt(this.score.rules, this.earned, facts, this.earned.asOf);
		const to = levelOf(this.score.rules, points);
		if (to === this.level) return;
		this.crossed.push({ at, from: this.level, to, points });
		this.level = to;
		this.levelSince = at;
	}

	row(facts: number): LeadRow {
		const { rules, name, version } = this.score;
		const { asOf, actions } = this.earned;
		return { customer_id: this.customerId, score: name, version, as_of: asOf, earned: JSON.stringify(actions), points: scoreAt(rules, this.earned, facts, asOf), level: this.level, level_since: this.levelSince, crossings: this.crossings, check_at: nextCrossing(rules, this.earned, facts, asOf) };
	}

	/** An event for each threshold crossed since this was asked last; to be asked for before the row is. @param index of the input that caused it */
	events(index: number): OwnEvent[] {
		return this.crossed.splice(0).flatMap(({ at, from, to, points }) =>
			thresholds(from, to).map(({ threshold, direction }): OwnEvent => ({
				index,
				order: 0,
				customerId: this.customerId,
				source: SOURCE,
				eventId: `lead/${this.score.name}/${this.customerId}/${++this.crossings}`,
				type: LEAD_SCORE_CROSSED,
				at,
				properties: { score: this.score.name, threshold, direction, from, to, points: Math.round(points * 10) / 10 },
			})),
		);
	}
}

/** From cold to hot both are crossed, MQL first. */
function thresholds(from: Level, to: Level): { threshold: 'MQL' | 'SQL'; direction: 'up' | 'down' }[] {
	const [before, after] = [LEVELS.indexOf(from), LEVELS.indexOf(to)];
	const names = ['MQL', 'SQL'] as const;
	return after > before
		? names.slice(before, after).map((threshold) => ({ threshold, direction: 'up' as const }))
		: names.slice(after, before).reverse().map((threshold) => ({ threshold, direction: 'down' as const }));
}

/** A customer as facts see them. */
export function profileOf(row: CustomerRow): JsonObject {
	return { ...customerView(row), country: row.country, birthDate: row.birth_date };
}
