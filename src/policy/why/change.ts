import type { World } from './world';

/** One thing that could have been otherwise. Instants are UTC milliseconds, lengths milliseconds, times of day `HH:MM`. */
export type Change =
	| { kind: 'consent'; channel: string; purpose: string }
	| { kind: 'suppression'; channel: string; reason: string }
	| { kind: 'address'; channel: string }
	| { kind: 'not-before'; from: number; to: number }
	| { kind: 'deadline'; from: number; to: number }
	| { kind: 'priority'; from: number; to: number }
	| { kind: 'gap'; rule: string; from: number; to: number }
	| { kind: 'limit'; rule: string; from: number; to: number }
	| { kind: 'quiet-hours'; edge: 'start' | 'end' | 'none'; from: string; to: string | null }
	| { kind: 'send-window'; edge: 'start' | 'end' | 'none'; from: string; to: string | null }
	| { kind: 'blackout'; date: string }
	| { kind: 'channel-capacity'; channel: string; from: number }
	| { kind: 'first-come'; rule: string }
	| { kind: 'waiting-message'; key: string; channel: string; journey: string | null }
	| { kind: 'earlier-send'; key: string; at: number; channel: string; journey: string | null }
	| { kind: 'control-group' }
	| { kind: 'policy-on' }
	| { kind: 'on-block' };

/** A change, and the world in which it was so. */
export interface Candidate {
	change: Change;
	/** How much is changed, among changes of the same kind: one message more is less than two. */
	size: number;
	apply(world: World): World;
}
